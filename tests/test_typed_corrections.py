"""What was typed wrongly is corrected by another line: the one before stays, and counts no more."""

from __future__ import annotations

from decimal import Decimal

from tests.typed_lines import GUN, opened, type_in, typing


def test_a_correction_stands_in_the_place_of_the_last_line_and_both_are_kept() -> None:
    session = typing(*GUN, "dose 0.02 mL depth 1.5 mm", "shots 40", "correct shots 14")

    record = session.record
    assert (record.tally.session.triggers, record.tally.session.volume_ml) == (14, Decimal("0.28"))
    assert record.spreads[None, "depth"].count == 14
    *_, correction = session.of("interval")
    assert correction["instead_of"]["given"] == {"triggers_given": "40", "volume_given": "0.8"}
    shots = [content[2] for content in session.of("observation") if len(content[2]) == 2]
    assert shots == [[40, None], [14, None]]


def test_a_correction_with_another_dose_corrects_the_volume_too() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40", "correct shots 40 dose 0.03 mL")

    assert session.record.tally.session.volume_ml == Decimal("1.2")
    assert session.record.spreads[None, "volume"].low == Decimal("0.03")


def test_a_correction_can_be_corrected_and_taken_back_once() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 10", "shots 40", "correct shots 14", "correct shots 15")
    assert session.record.tally.session.triggers == 25

    type_in(session, "correct nothing")
    assert session.record.tally.session.triggers == 10

    type_in(session, "correct shots 3")
    assert session.record.tally.session.triggers == 10
    assert "no correction" in session.alarms[-1].text


def test_a_correction_of_shots_never_replaces_a_volume() -> None:
    session = typing(*GUN, "shots 30", "volume 1.2 mL", "correct shots 20")

    assert session.record.tally.session.triggers == 30
    assert session.record.tally.session.volume_ml == Decimal("1.2")


def test_a_corrected_volume_is_held_against_the_same_shots() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 100", "volume 1.2 mL", "correct volume 2.0 mL")

    assert [content["figures"][0]["agrees"] for content in session.of("reconciled")] == [False, True]
    assert opened(session) == []


def test_a_correction_counts_in_the_zone_of_what_it_corrects() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40", "pause", "correct shots 14", zones=("forehead", "chin"))

    zones = session.record.tally.zones
    assert {zone: totals.triggers for zone, totals in zones.items()} == {"forehead": 14, "chin": 0}
