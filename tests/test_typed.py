"""What a practitioner types is recorded, added up, held against the same limits, and marked wherever it is shown."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.ledger import Verdict
from devicelog.record.accounting import State
from devicelog.record.caveats import basis, dose, marks, without_volume
from devicelog.recorder.recorder import Recorder
from devicelog_drivers import manual, reference_mesogun
from tests.conftest import BEGINS, Gun, Session
from tests.typed_lines import GUN, LIMITS, opened, type_in, typing, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

# -- currents --------------------------------------------------------------------------------------------------

IONTO = ("device Ionto 1 serial none", "area 12 cm2")
CHARGE_LIMIT = """
[[limit]]
scope = "session"
channel = "charge_dose"
hard = "40 mA*min"
"""


@pytest.mark.parametrize("lines", [("current 0.4 mA mean",), ("current 0.4 mA mean", "current 0.5 mA mean")])
def test_a_typed_current_is_of_its_moment_and_no_charge_follows_from_it(lines: Sequence[str]) -> None:
    session = Session(manual.DRIVER)
    for line in (*IONTO, *lines):
        session.wait(1.3)
        session.receive(f"{line}\n".encode())
    record = session.end().record

    charge = dose(record, None, "charge")
    assert charge.value is None
    assert charge.why == "the current was typed, and what flowed between two moments nobody knows"
    assert record.tally.session.charge == 0
    assert record.tally.session.current_ms == 0
    assert record.spreads[None, "current_measured"].high == Decimal(lines[-1].split()[1])


def test_a_limit_of_the_charge_is_not_evaluable_by_typed_currents() -> None:
    protocol = LIMITS.partition("[[limit]]")[0].replace('"injection"', '"iontophoresis-dc"') + CHARGE_LIMIT

    session = typing(*IONTO, "current 0.4 mA mean", "current 0.5 mA mean", protocol=protocol)

    assert [alarm for alarm in opened(session) if "cannot be evaluated: the current was typed" in alarm]
    judged = [content[3] for content in session.of("observation") if content[3] is not None]
    assert judged
    assert {Verdict.WORDS[verdict] for verdict in judged} == {"not evaluable"}


# -- counts and amounts ----------------------------------------------------------------------------------------


def test_shots_have_the_dose_and_the_depth_that_were_stated_last() -> None:
    session = typing(*GUN, "dose 0.02 mL depth 1.5 mm", "shots 40", "shots 30", "depth 2 mm", "shots 30").end()

    record = session.record
    assert record.tally.session.triggers == 100
    assert record.tally.session.volume_ml == Decimal(2)
    assert not dose(record, None, "volume").at_least
    depth = record.spreads[None, "depth"]
    assert (depth.count, depth.low, depth.mean, depth.high) == (100, Decimal("1.5"), Decimal("1.65"), Decimal(2))
    assert record.missing_things() == []


def test_what_was_typed_lies_between_two_lines_and_has_no_moment_of_its_own() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40", "shots 2")

    first, second = session.of("interval")
    assert first["since"] == first["until"] == 40_000_000
    assert (second["since"], second["until"]) == (40_000_000, 50_000_000)
    assert second["given"] == {"triggers_given": "2", "volume_given": "0.04"}
    assert second["each"] == {"volume": "0.02"}


def test_each_zone_gets_what_was_typed_in_it() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40", "pause", "shots 10", zones=("forehead", "left_cheek"))

    zones = session.record.tally.zones
    assert {zone: (totals.triggers, totals.volume_ml) for zone, totals in zones.items()} == {
        "forehead": (40, Decimal("0.8")),
        "left_cheek": (10, Decimal("0.2")),
    }


def test_a_needle_by_hand_has_no_dose_until_the_volume_of_the_syringe_is_typed() -> None:
    session = typing("device needle serial none", "needles 1", "shots 30")
    assert dose(session.record, None, "volume").value is None
    assert without_volume(session.record, None) == 30

    type_in(session, "volume 1.2 mL")

    given = dose(session.record, None, "volume")
    assert (given.value, given.at_least) == (Decimal("1.2"), False)
    assert session.of("reconciled") == []


def test_shots_behind_the_last_volume_make_it_a_lower_bound() -> None:
    session = typing(*GUN, "shots 30", "volume 1.2 mL", "shots 5")

    given = dose(session.record, None, "volume")
    assert (given.value, given.at_least, given.why) == (Decimal("1.2"), True, "5 triggers came without a volume")


def test_serum_without_shots_is_a_volume() -> None:
    session = typing("device pen serial 7", "depth 0.5 mm", "volume 1.5 mL")

    assert not dose(session.record, None, "injections").at_least, "no shots, no needles to ask for"
    assert session.record.tally.session.volume_ml == Decimal("1.5")
    assert session.record.tally.session.triggers == 0


def test_the_volume_of_shots_in_several_zones_belongs_to_none_of_them() -> None:
    session = typing(*GUN, "shots 10", "pause", "shots 10", "volume 1 mL", zones=("forehead", "chin"))

    record = session.record
    assert dose(record, None, "volume").value == 1
    assert {zone: dose(record, zone, "volume").value for zone in ("forehead", "chin")} == {
        "forehead": None,
        "chin": None,
    }


def test_a_purge_is_no_dose() -> None:
    session = typing(*GUN, "purge 0.1 mL", "volume 1 mL")

    assert session.record.tally.session.volume_ml == 1
    assert session.record.tally.session.purged_ml == Decimal("0.1")


# -- shots times dose against the syringe ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("volume", "agrees", "difference"), [("2 mL", True, "0"), ("2.0 mL", True, "0"), ("1.98 mL", False, "0.02")]
)
def test_a_typed_volume_is_held_against_shots_times_dose_and_never_added_to_them(
    volume: str, agrees: bool, difference: str
) -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 100", f"volume {volume}")

    ((figure,),) = [content["figures"] for content in session.of("reconciled")]
    assert (figure["agrees"], figure["difference"]) == (agrees, difference)
    assert session.record.tally.session.volume_ml == 2
    assert any("says volume_given 1.98" in text for text in opened(session)) is not agrees


def test_a_volume_agrees_within_half_of_the_last_place_that_was_typed() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 39", "volume 0.8 mL")

    ((figure,),) = [content["figures"] for content in session.of("reconciled")]
    assert (figure["recorded"], figure["device"], figure["agrees"]) == ("0.78", "0.8", True)


def test_each_volume_is_of_what_was_typed_since_the_volume_before() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 50", "volume 1 mL", "shots 25", "volume 0.5 mL")

    assert [content["figures"][0]["agrees"] for content in session.of("reconciled")] == [True, True]


# -- the same limits -------------------------------------------------------------------------------------------


def test_typed_shots_are_held_against_the_limits_of_single_injections() -> None:
    session = typing(*GUN, "dose 0.02 mL depth 1.5 mm", "shots 10", "depth 5 mm", "shots 10", protocol=LIMITS)

    assert verdicts(session) == ["within", "exceeded"]
    assert any("depth 5 mm is above the hard limit of 4 mm" in text for text in opened(session))


def test_what_was_not_stated_never_passes() -> None:
    session = typing(*GUN, "shots 10", protocol=LIMITS)

    assert verdicts(session) == ["not evaluable"]
    texts = " ".join(opened(session))
    assert "nobody has stated the depth of each injection" in texts
    assert "triggers were stated, and no volume of them" in texts


def test_the_number_of_needles_is_asked_for_and_not_guessed() -> None:
    session = typing("dose 0.02 mL depth 1.5 mm", "shots 10", protocol=LIMITS)

    assert verdicts(session) == ["not evaluable"]
    assert "how many needles its head has" in " ".join(opened(session))


def test_totals_that_are_typed_breach_the_limits_of_totals() -> None:
    session = typing(*GUN, "dose 0.02 mL depth 1.5 mm", "shots 90", "shots 20", protocol=LIMITS)

    assert verdicts(session) == ["within", "exceeded"]


def test_an_alarm_of_a_slip_of_the_finger_ends_with_its_correction() -> None:
    session = typing(*GUN, "dose 0.02 mL depth 1.5 mm", "shots 400", protocol=LIMITS)
    assert len(opened(session)) == 2

    type_in(session, "correct shots 40", "shots 10")

    assert opened(session) == []
    assert [alarm.peak for alarm in session.alarms] == ["8", "400"]
    assert verdicts(session) == ["exceeded", "within", "within"]
    assert [alarm.latching for alarm in session.alarms] == [True, True], "it happened, and is not forgotten"


def test_a_typed_current_stands_for_what_was_said_and_gives_no_charge() -> None:
    session = typing("device Acme ion 2 serial 5", "area 12 cm2", "current 0.4 mA mean", "current 9 mA mean")
    charge = dose(session.record, None, "charge")

    assert charge.value is None
    assert basis(session.record, "current_measured") == "mean"


# -- time, marks, replay ---------------------------------------------------------------------------------------


def test_silence_of_a_typist_is_idle_and_no_gap() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40")
    session.wait(3600)
    session.end()

    record = session.record
    assert record.gaps == {}
    assert record.alarms == {}
    (device,) = record.devices.values()
    lasted = device.account.seconds(record.last_us)
    assert lasted[State.IDLE] == record.last_us


def test_many_lines_in_a_row_are_no_unreadable_line() -> None:
    session = Session(manual.DRIVER)
    for _ in range(20):
        session.wait(1)
        session.receive(b"nonsense\n")

    assert session.record.gaps == {}
    assert session.record.devices[1].bad_frames == 20


def test_what_is_typed_is_marked_and_what_a_device_sent_beside_it_is_not() -> None:
    session = Session(reference_mesogun.DRIVER, manual.DRIVER)
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    gun.inject()
    session.receive(b"device pen serial 7\nneedles 1\nvolume 0.5 mL\n", link=2)

    record = session.record
    assert marks(record)["typed"].startswith("TYPED: what is recorded of link 2 (manual) was typed by a person")
    assert [device.typed for device in record.devices.values()] == [False, True]
    assert record.tally.session.volume_ml == Decimal("0.52")
    plans = session.of("started")[0]["devices"]
    assert [plan.get("origin") for plan in plans] == [None, "typed"]


def test_a_line_that_cannot_be_read_is_kept_with_its_reason_and_counts_nothing() -> None:
    session = typing(*GUN, "dose 0.02 ML", "shots 40")

    (bad,) = session.of("bad_frame")
    assert bad["reason"].startswith("the unit 'ML' of dose is not known")
    assert dose(session.record, None, "volume").value is None


def test_what_was_typed_gives_the_same_entries_again_in_whatever_pieces() -> None:
    lines = [*GUN, "dose 0.02 mL", "shots 40", "correct shots 41", "dose 0.02 ML", "volume 0.8 mL", "pause", "shots 3"]
    session = typing(*lines, zones=("forehead", "chin"), protocol=LIMITS).end()

    again = Recorder(session.plan, session.limits, BEGINS)
    for chunk in session.chunks:
        again.handle(chunk)

    assert [line.hash for line in again.lines] == [line.hash for line in session.recorder.lines]


def test_live_totals_and_those_of_the_record_are_the_same() -> None:
    lines: list[Any] = [*GUN, "dose 0.02 mL", "shots 40", "dose 0.03 mL", "shots 2", "correct shots 7", "pause"]
    session = typing(*lines, "volume 1 mL", "shots 9", zones=("forehead", "chin"))

    assert session.recorder.tally.session == session.record.tally.session
    assert session.recorder.tally.zones == session.record.tally.zones


_LINES = st.one_of(
    st.integers(1, 60).map(lambda count: f"shots {count}"),
    st.integers(1, 60).map(lambda count: f"correct shots {count}"),
    st.sampled_from(
        ["dose 0.02 mL", "dose 30 uL", "depth 1.5 mm", "depth 5 mm", "needles 5", "pause", "correct nothing"]
    ),
    st.integers(1, 25).map(lambda tenths: f"volume {tenths / 10} mL"),
    st.integers(1, 25).map(lambda tenths: f"correct volume {tenths / 10} mL"),
    st.sampled_from(["dose 0.02", "shots", "nonsense"]),
)


def shots_that_stand(lines: list[str]) -> int:
    """How many shots remain when each correction has taken the place of the last statement, worked out by hand."""
    stated: list[tuple[str, int]] = []
    may_correct = False
    for line in lines:
        words = line.split()
        corrects = words[0] == "correct"
        word, value = words[corrects], words[corrects + 1 :]
        if word not in ("shots", "volume", "nothing") or (word == "shots" and not value):
            continue
        if corrects and not (may_correct and word in (stated[-1][0], "nothing")):
            continue
        if corrects:
            stated.pop()
        may_correct = word != "nothing"
        if may_correct:
            stated.append((word, int(value[0]) if word == "shots" else 0))
    return sum(amount for _, amount in stated)


@given(st.lists(_LINES, max_size=14))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_the_live_totals_are_those_of_the_record_and_of_a_replay(lines: list[str]) -> None:
    session = typing(*GUN, *lines, zones=("forehead", "chin"), protocol=LIMITS).end()

    live, record = session.recorder.tally, session.record
    assert live.session == record.tally.session
    assert live.zones == record.tally.zones
    assert live.links == record.tally.links
    assert record.tally.session.triggers == shots_that_stand(lines)
    assert min(record.tally.session.volume, record.tally.session.without_volume) >= 0
    assert without_volume(record, None) == record.tally.session.without_volume
    assert {alarm.ended_us is None for alarm in record.alarms.values()} <= {False}
    again = Recorder(session.plan, session.limits, BEGINS)
    for chunk in session.chunks:
        again.handle(chunk)
    assert [line.hash for line in again.lines] == [line.hash for line in session.recorder.lines]
