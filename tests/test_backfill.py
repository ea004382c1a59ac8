"""What a device remembers of what was missed is read back: once, in its place, marked; what it forgot is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devicelog.ledger import parse
from devicelog.recorder.recorder import Recorder
from tests.faults.backfill import BEGINS, Line, Outcome, gun_line, outage, outages, repeated, unit_line, unplug

if TYPE_CHECKING:
    from tests.conftest import Gun

NewGun = Callable[..., "Gun"]


def played(line: Line) -> Outcome:
    line.play()
    return line.end()


def replayed(outcome: Outcome, line: Line) -> list[bytes]:
    recorder = Recorder(line.recorder.plan, None, BEGINS)
    for chunk in outcome.chunks:
        recorder.handle(chunk)
    return [recorder_line.body for recorder_line in recorder.lines]


def test_an_outage_of_30_s_is_filled_from_a_memory_of_10_000_in_device_order() -> None:
    outcome = outage(seconds=30, memory=10_000, rate=50)

    assert outcome.counts() == {"filled": outcome.filled, "missing": 0, "doubled": 0, "conflicts": 0, "differ": 0}
    assert outcome.filled > 1_500
    remembered = [name for origin, name in outcome.named() if origin == "memory"]
    assert remembered == sorted(remembered)
    assert sorted(name for _, name in outcome.named()) == [(1, seq) for seq in range(len(list(outcome.named())))]
    assert outcome.record.tally.session.triggers == 2_500


def test_what_the_memory_no_longer_holds_stays_missing_with_the_right_count() -> None:
    outcome = outage(seconds=30, memory=500, rate=50)

    [gap] = outcome.record.gaps.values()
    [closed], [filled] = outcome.of("gap_closed"), outcome.of("gap_filled")
    assert closed["missing"] == filled["filled"] + filled["missing"] == gap.filled + (gap.missing or 0)
    assert 400 < gap.filled < 500
    assert gap.because == "the device does not hold the rest"
    counted = {name for _, name in outcome.named()}
    assert max(seq for _, seq in counted) + 1 - len(counted) == gap.missing
    assert f"{gap.missing} reports of the devices are missing" in outcome.record.missing_things()
    assert [figure["agrees"] for figure in outcome.record.reconciled] == [False, False]


def test_outages_one_behind_the_other_are_each_filled() -> None:
    outcome = outages(count=20)

    assert len(outcome.record.gaps) == len(outcome.of("gap_filled")) == 20
    assert outcome.counts() == {"filled": outcome.filled, "missing": 0, "doubled": 0, "conflicts": 0, "differ": 0}


def test_what_is_read_back_again_and_again_changes_nothing_and_what_contradicts_is_a_conflict() -> None:
    outcome, before = repeated(times=20)

    totals = outcome.record.tally.session
    assert {"triggers": totals.triggers, "volume": totals.volume, "purged": totals.purged} == before
    assert len(outcome.of("repeat")) > 1_000
    [conflict] = outcome.of("conflict")
    assert 999 in conflict["values"]
    assert outcome.counts()["doubled"] == outcome.counts()["differ"] == 0


@pytest.mark.parametrize("make", [gun_line, unit_line])
def test_a_session_with_outages_has_the_totals_of_one_without(make: Callable[..., Line]) -> None:
    faults = [unplug(12, 6), {"kind": "drop", "at": "25 s", "count": 3}, unplug(30, 4)]

    whole, holed = played(make()), played(make(faults))

    assert len(holed.record.gaps) == 3
    assert holed.record.tally.session == whole.record.tally.session
    assert holed.record.spreads == whole.record.spreads
    assert holed.record.observations["totals"] == 1
    assert all(figure["agrees"] for figure in holed.record.reconciled)
    assert holed.record.tally.session == holed.recorder.tally.session
    assert holed.record.tally.links == holed.recorder.tally.links


def test_a_charge_with_a_hole_in_it_is_a_lower_bound_that_says_how_long_is_missing() -> None:
    whole, holed = played(unit_line()), played(unit_line([unplug(12, 20)], memory=40))

    lost = holed.record.tally.session.missing_ms
    assert 5_000 < lost < 20_000
    assert holed.record.tally.session.charge < whole.record.tally.session.charge
    assert holed.record.tally.session.current_ms + lost == whole.record.tally.session.current_ms


def test_an_end_of_treatment_that_was_missed_is_read_back_and_held_against_all_that_came_before_it() -> None:
    outcome = played(gun_line([unplug(95, 15)], shots=100))

    assert [(figure["device"], figure["recorded"]) for figure in outcome.record.reconciled] == [
        ("100", "100"),
        ("2", "2"),
    ]


def test_an_end_of_treatment_waits_for_what_is_still_read_back() -> None:
    outcome = played(gun_line([unplug(99, 5.5)], shots=100))

    kinds = [entry.kind for entry in outcome.entries]
    assert kinds.index("gap_filled") < kinds.index("reconciled")
    assert [figure["agrees"] for figure in outcome.record.reconciled] == [True, True]


def test_a_restart_in_an_outage_is_read_back_on_both_sides() -> None:
    outcome = played(gun_line([unplug(10, 10), {"kind": "reset", "at": "15 s"}], rate=4, shots=120))

    [gap] = outcome.record.gaps.values()
    assert gap.missing == 0
    assert gap.filled > 30
    assert outcome.counts()["doubled"] == 0
    assert outcome.record.tally.session.triggers == 120


def test_a_device_that_does_not_answer_is_asked_as_often_as_its_driver_says_and_the_gap_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = gun_line([unplug(10, 4)], rate=4, shots=120)
    answers = line.device.answer
    monkeypatch.setattr(line.device, "answer", lambda asked: b"" if asked.startswith(b"LOG?") else answers(asked))

    outcome = played(line)

    memory = line.recorder.plan.devices[0].driver.memory
    assert memory is not None
    assert len([asked for asked in line.asked if asked.startswith(b"LOG?")]) == 1 + memory.retries
    [filled] = outcome.of("gap_filled")
    assert (filled["filled"], filled["because"]) == (0, "the device did not answer")
    assert filled["missing"] == outcome.of("gap_closed")[0]["missing"]


def test_no_more_than_a_page_is_asked_for_at_once() -> None:
    line = gun_line([unplug(10, 30)], rate=50, shots=2_500)
    line.play()

    asked = [request for request in line.asked if request.startswith(b"LOG?")]
    spans = [tuple(map(int, request[5:].split(b","))) for request in asked]
    assert len(spans) >= 8
    assert all(last - first < 200 for first, last, _ in spans)


def test_another_outage_while_a_gap_is_filled_delays_it_and_loses_nothing() -> None:
    outcome = played(gun_line([unplug(10, 20), unplug(30.3, 3)], rate=20, shots=1_000))

    assert outcome.counts() == {"filled": outcome.filled, "missing": 0, "doubled": 0, "conflicts": 0, "differ": 0}
    assert outcome.filled > 400


def test_frames_that_are_lost_on_the_way_back_are_asked_for_again() -> None:
    faults = [
        unplug(10, 10),
        {"kind": "flip", "type": "LOG", "at": "20 s"},
        {"kind": "drop", "type": "LOG", "frame": 30},
    ]

    outcome = played(gun_line(faults, rate=8, shots=300))

    assert len(outcome.of("bad_frame")) == 1
    assert outcome.counts() == {"filled": outcome.filled, "missing": 0, "doubled": 0, "conflicts": 0, "differ": 0}


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_report_that_is_asked_for_again_is_counted_before_those_that_came_ahead_of_it(lost: int) -> None:
    whole = played(unit_line())

    outcome = played(unit_line([unplug(6, 10), {"kind": "drop", "type": "LOG", "frame": lost}]))

    remembered = [name for origin, name in outcome.named() if origin == "memory"]
    assert remembered == sorted(remembered)
    assert outcome.record.tally.session == whole.record.tally.session
    assert [figure["agrees"] for figure in outcome.record.reconciled] == [True, True]


def test_another_device_is_not_asked_for_what_the_one_before_it_did() -> None:
    faults = [{"kind": "wrong_device", "at": "10 s", "for": "5 s", "serial": "SIM-MG-0666"}]

    outcome = played(gun_line(faults, rate=4, shots=120))

    assert outcome.of("from_memory") == []
    assert len(outcome.of("device_changed")) == 1


def test_a_device_without_a_memory_is_not_asked() -> None:
    line = gun_line([unplug(10, 4)], memory=0)
    outcome = played(line)

    assert [asked for asked in line.asked if asked.startswith(b"LOG?")] == []
    assert outcome.of("gap_filled") == []
    assert outcome.missing


@pytest.mark.parametrize(
    "faults",
    [
        [unplug(10, 10)],
        [unplug(10, 10), {"kind": "reset", "at": "15 s"}],
        [unplug(10, 4), unplug(14.5, 4), {"kind": "drop", "at": "30 s", "count": 5}],
    ],
)
def test_the_kept_chunks_give_the_same_entries_bit_for_bit(faults: list[dict[str, Any]]) -> None:
    line = gun_line(faults, rate=8, shots=300)

    outcome = played(line)

    assert [parse(body) for body in replayed(outcome, line)] == outcome.entries


def test_a_session_that_ends_while_a_gap_is_filled_says_what_is_still_missing() -> None:
    line = gun_line([unplug(10, 30)], rate=50, shots=2_500)
    line.play(41.0)

    outcome = line.end()

    [filled] = outcome.of("gap_filled")
    assert filled["because"] == "the session ended"
    assert 0 < filled["filled"] < outcome.of("gap_closed")[0]["missing"] == filled["filled"] + filled["missing"]


# -- whatever happens ------------------------------------------------------------------------------------------

_AT = st.integers(6, 45)
_FAULTS = st.one_of(
    st.tuples(_AT, st.integers(1, 15)).map(lambda drawn: unplug(*drawn)),
    st.tuples(_AT, st.integers(1, 30)).map(lambda drawn: {"kind": "drop", "at": f"{drawn[0]} s", "count": drawn[1]}),
    st.tuples(_AT, st.integers(1, 9)).map(
        lambda drawn: {"kind": "silence", "at": f"{drawn[0]} s", "for": f"{drawn[1]} s"}
    ),
    _AT.map(lambda at: {"kind": "reset", "at": f"{at} s"}),
    _AT.map(lambda at: {"kind": "flip", "at": f"{at} s"}),
    st.integers(1, 60).map(lambda frame: {"kind": "drop", "type": "LOG", "frame": frame}),
    st.integers(1, 60).map(lambda frame: {"kind": "duplicate", "type": "LOG", "frame": frame, "copies": 2}),
    st.integers(1, 4).map(lambda frame: {"kind": "drop", "type": "LOGE", "frame": frame}),
)


@pytest.mark.parametrize("make", [gun_line, unit_line])
@settings(max_examples=25, deadline=None)
@example(faults=[unplug(6, 10), {"kind": "drop", "type": "LOG", "frame": 1}], memory=10_000)
@given(faults=st.lists(_FAULTS, max_size=5), memory=st.sampled_from([0, 30, 10_000]))
def test_whatever_happens_each_report_is_counted_once_or_missing_in_a_gap(
    make: Callable[..., Line], faults: list[dict[str, Any]], memory: int
) -> None:
    line = make(faults, memory=memory)
    outcome = played(line)

    assert outcome.counts()["doubled"] == 0
    assert outcome.record.tally.session == outcome.recorder.tally.session
    assert outcome.record.tally.links == outcome.recorder.tally.links
    assert outcome.record.tally.zones == outcome.recorder.tally.zones
    assert [parse(body) for body in replayed(outcome, line)] == outcome.entries
    for gap in outcome.record.gaps.values():
        assert gap.missing is None or gap.missing >= 0
    if outcome.missing is not None:
        assert len(list(outcome.named())) + outcome.missing == _numbered(outcome)
    if outcome.missing == 0 and all(fault["kind"] != "reset" for fault in faults):
        assert all(figure["agrees"] for figure in outcome.record.reconciled)
        assert outcome.record.tally.session.missing_ms == 0


def _numbered(outcome: Outcome) -> int:
    """How many reports the device numbered up to the last that was heard of each boot."""
    newest: dict[int, int] = {}
    for _, (boot, sequence) in outcome.named():
        newest[boot] = max(newest.get(boot, 0), sequence + 1)
    return sum(newest.values())
