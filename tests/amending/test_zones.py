"""A wrong zone is corrected over a stretch of entries: totals are those of a session in which it was right at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog import registry
from devicelog.amending.zones import _correction
from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.errors import BadInputError
from devicelog.ledger import Chain, Entry, Kind, Line, encode
from devicelog.record.record import fold
from devicelog_drivers import btx_gemini, manual, reference_mesogun
from tests import polled_gun
from tests.amending.zone_corrections import (
    RIGHT,
    as_if,
    by_zone,
    corrected,
    entries_of,
    injections,
    must_be_alike,
    replay_of,
)
from tests.conftest import BEGINS, Gun, Session
from tests.faults.backfill import gun_line, unplug
from tests.gemini import Bench, Gemini, run_log

if TYPE_CHECKING:
    pass

# -- what came live --------------------------------------------------------------------------------------------

LIMITS = """\
id = "test"
family = "test"
version = "1"
title = "Limits of a zone"
status = "unapproved"
modality = "injection"
area = "face"
excluded_zones = ["orbital"]

[[limit]]
scope = "injection"
channel = "volume"
hard = "0.05 mL"

[[limit]]
scope = "zone"
channel = "volume_total"
soft = "0.1 mL"
hard = "0.2 mL"
"""

steps = st.lists(
    st.one_of(
        st.sampled_from([20_000, 60_000, 90_000]),
        st.sampled_from(["purge", "beat", "left", "right", RIGHT, "wait"]),
    ),
    min_size=4,
    max_size=30,
)


def play(gun: Gun, step: Any) -> None:
    session = gun.session
    match step:
        case int():
            gun.inject(step)
        case "purge":
            gun.inject(mode="P")
        case "beat":
            gun.beat()
        case "wait":
            session.wait(0.5)
        case zone:
            session.put(ChunkKind.ACT, encode({"kind": "zone", "zone": zone}), link=NO_LINK)
    session.seconds += 0.25


@settings(max_examples=60)
@given(steps=steps, places=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_what_is_corrected_is_as_if_the_right_zone_had_been_chosen(steps: list[Any], places: tuple[int, int]) -> None:
    session = Session(reference_mesogun.DRIVER, protocol=LIMITS, zones=("cheek",))
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    for step in [20_000, *steps]:
        play(gun, step)
    recorder = session.end().recorder
    numbers = injections(recorder)
    first, last = sorted(numbers[place % len(numbers)] for place in places)

    correction, entries = corrected(replay_of(recorder), first, last)

    must_be_alike(fold(entries), as_if(recorder, correction, BEGINS))
    moved = [entry.content for entry in entries if entry.kind == Kind.ZONE and "corrected" in entry.content["because"]]
    assert moved[0] == {"zone": RIGHT, "because": "corrected: amendment 1"}


def test_a_limit_of_the_zone_is_held_against_what_was_given_there() -> None:
    session = Session(reference_mesogun.DRIVER, protocol=LIMITS, zones=("cheek",))
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    for _ in range(12):
        gun.inject(20_000)
        session.seconds += 1
    recorder = session.end().recorder
    numbers = injections(recorder)
    assert session.record.verdicts == {"within": 5, "warning": 5, "exceeded": 2, "not evaluable": 0}

    record = fold(corrected(replay_of(recorder), numbers[6], numbers[-1])[1])

    assert record.verdicts == {"within": 10, "warning": 2, "exceeded": 0, "not evaluable": 0}
    assert {zone: totals.triggers for zone, totals in by_zone(record).items()} == {"cheek": 6, RIGHT: 6}


def test_a_zone_that_the_protocol_excludes_alarms_where_it_is_corrected_to() -> None:
    session = Session(reference_mesogun.DRIVER, protocol=LIMITS, zones=("cheek",))
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    for _ in range(3):
        gun.inject()
        session.seconds += 1
    numbers = injections(session.end().recorder)

    record = fold(corrected(replay_of(session.recorder), numbers[1], numbers[1], zone="orbital")[1])

    [alarm] = [alarm for alarm in record.alarms.values() if alarm.zone == "orbital"]
    assert alarm.priority == "high"
    assert alarm.ended_us is not None


def test_what_was_in_no_zone_is_put_into_one_and_the_rest_stays_in_none() -> None:
    session = Session(reference_mesogun.DRIVER)
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    for _ in range(5):
        gun.inject()
        session.seconds += 1
    numbers = injections(session.end().recorder)

    record = fold(corrected(replay_of(session.recorder), numbers[1], numbers[2])[1])

    assert record.tally.zones[RIGHT].triggers == 2
    assert record.tally.session.triggers == 5
    assert set(by_zone(record)) == {RIGHT}


def test_the_next_planned_zone_begins_at_the_pause_at_which_it_began() -> None:
    """Also if nothing is left of what was given before that pause, which is why it began there."""
    session = Session(reference_mesogun.DRIVER, zones=("left", "right"))
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    for state in "RPR":
        gun.beat(state)
        session.seconds += 1
        if state == "R":
            gun.inject()
            gun.inject(mode="P")
            session.seconds += 1
    numbers = injections(session.end().recorder)
    assert {zone: totals.triggers for zone, totals in session.record.tally.zones.items()} == {"left": 1, "right": 1}

    record = fold(corrected(replay_of(session.recorder), numbers[0], numbers[0])[1])

    assert {zone: totals.triggers for zone, totals in by_zone(record).items()} == {RIGHT: 1, "right": 1}


# -- what came otherwise ---------------------------------------------------------------------------------------


def test_what_a_polled_device_gave_between_two_answers_is_where_the_later_one_is() -> None:
    session = polled_gun.Session(zones=("a",))
    for second in range(1, 11):
        session.say(second, f"{9 * second} {180 * second} ul 0 R")
    session.end(12)
    answers = entries_of(session.recorder, "observation")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "driver", lambda _name: polled_gun.DRIVER)
        correction, entries = corrected(replay_of(session.recorder), answers[3].number, answers[5].number)

    record = fold(entries)
    assert {zone: totals.triggers for zone, totals in record.tally.zones.items()} == {"a": 54, RIGHT: 27}
    must_be_alike(record, as_if(session.recorder, correction, polled_gun.BEGINS))


TYPED = ("device Acme Injector 3 serial 0417", "needles 1")


@pytest.mark.parametrize("number", [2, 3], ids=["triggers", "volume"])
def test_what_was_typed_counts_where_it_was_corrected_to(number: int) -> None:
    typed = [
        "device Acme Injector 3 serial 0417",
        "needles 1",
        "volume 0.02 mL",
        "shots 20",
        "shots 10",
        "total 0.7 mL",
    ]
    session = Session(manual.DRIVER, zones=("a",))
    for line in typed:
        session.wait(10)
        session.receive(f"{line}\n".encode())
    recorder = session.end().recorder
    numbers = injections(recorder)

    correction, entries = corrected(replay_of(recorder), numbers[0], numbers[min(number, len(numbers)) - 1])

    must_be_alike(fold(entries), as_if(recorder, correction, BEGINS))
    assert fold(entries).tally.zones[RIGHT].triggers > 0


@pytest.mark.parametrize("behind", [True, False], ids=["the gap lies within", "the gap lies behind"])
def test_what_was_read_back_of_a_gap_is_where_it_was_given(*, behind: bool) -> None:
    line = gun_line([unplug(12, 6), unplug(40, 6)])
    line.play()
    outcome = line.end()
    entries = outcome.entries
    gap = next(entry.number for entry in entries if entry.kind == Kind.GAP)
    given = [one.number for one in entries if one.kind == Kind.OBSERVATION and _is_injection(entries, one)]
    before = max(number for number in given if number < gap)
    last = min(number for number in given if number > gap) if behind else before

    record = fold(corrected(replay_of(outcome.recorder, _lines(entries), outcome.chunks), before, last)[1])

    in_gap = [entry.content for entry in entries if entry.kind == Kind.FROM_MEMORY and entry.content.get("gap") == 1]
    injected = sum(_is_injection(entries, layout=one["layout"]) for one in in_gap)
    assert injected > 3
    assert by_zone(record)[RIGHT].triggers == (2 + injected if behind else 1)
    assert record.tally.session == outcome.record.tally.session


def test_reports_that_were_read_back_can_be_named_themselves() -> None:
    line = gun_line([unplug(12, 6)])
    line.play()
    outcome = line.end()
    kept = replay_of(outcome.recorder, _lines(outcome.entries), outcome.chunks)
    numbers = [
        entry.number
        for entry in outcome.entries
        if entry.kind == Kind.FROM_MEMORY and _is_injection(outcome.entries, layout=entry.content["layout"])
    ]

    record = fold(corrected(kept, numbers[1], numbers[2])[1])

    assert by_zone(record)[RIGHT].triggers == 2
    assert record.tally.session == outcome.record.tally.session


def test_a_log_that_a_device_keeps_by_itself_is_moved_whole() -> None:
    session, device = Session(btx_gemini.DRIVER, zones=("a",)), Gemini()
    bench = Bench(session, device)
    bench.look()
    for _ in range(2):
        bench.wait(60)
        device.write(device.clock, run_log(device.clock, pulses=3))
        bench.wait(10)
        bench.look()
    recorder = session.end().recorder
    logs = entries_of(recorder, "device_log")
    first_of_second = next(one for one in entries_of(recorder, "from_memory") if one.number > logs[1].number)
    assert session.record.tally.session.samples == 6

    correction, entries = corrected(replay_of(recorder), first_of_second.number, first_of_second.number + 1)

    assert correction.logs == {logs[1].content["sha256"]}
    assert {zone: totals.samples for zone, totals in by_zone(fold(entries)).items()} == {"a": 3, RIGHT: 3}


def test_of_two_devices_each_report_is_placed_by_its_own_line() -> None:
    session = Session(reference_mesogun.DRIVER, reference_mesogun.DRIVER, zones=("a",))
    guns = [Gun(session, link=link, serial=f"SN{link}", needles=1, depth="extension") for link in (1, 2)]
    for _ in range(5):
        for gun in guns:
            session.seconds += 1
            gun.inject()
    recorder = session.end().recorder
    numbers = injections(recorder)

    record = fold(corrected(replay_of(recorder), numbers[3], numbers[6])[1])

    assert {zone: totals.triggers for zone, totals in by_zone(record).items()} == {"a": 6, RIGHT: 4}


def _is_injection(entries: Sequence[Entry], entry: Entry | None = None, layout: int | None = None) -> bool:
    kinds = {one.content["layout"]: one.content["kind"] for one in entries if one.kind == Kind.LAYOUT}
    return bool(kinds[layout if entry is None else entry.content[0]] == "injection")


def _lines(entries: Sequence[Entry]) -> list[Line]:
    chain = Chain()
    spread = ((one.number, one.t_us, one.kind, *_content(one)) for one in entries)
    return [chain.append(encode(body)) for body in spread]


def _content(entry: Entry) -> list[Any]:
    return list(entry.content) if entry.kind == Kind.OBSERVATION else [entry.content]


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1, 3, "nothing was given"),
        (5, 2, "the smaller one first"),
        (1, 10_000, "not of one version"),
        (0, 3, "expected"),
    ],
)
def test_what_is_no_stretch_is_refused_in_one_sentence(
    mesogun: Callable[..., Gun], first: int, last: int, said: str
) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.end()

    with pytest.raises(BadInputError, match=said):
        _correction(replay_of(gun.session.recorder), 1, RIGHT, first, last)
