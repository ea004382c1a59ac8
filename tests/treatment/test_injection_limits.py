"""Limits of one injection, of a zone and of a session: what clinical practice says, injection by injection."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.record.completeness import completeness
from devicelog.treatment.kept import notes

if TYPE_CHECKING:
    from tests.conftest import Gun

FACE = "meso-face-gun-intradermal"
FAT = "fat-submental-deoxycholic-label"
NewGun = Callable[..., "Gun"]


def priorities(gun: Gun) -> list[tuple[str, str]]:
    """What is alarmed about and how urgently."""
    return [(alarm.text.partition(" is above")[0], alarm.priority) for alarm in gun.session.alarms]


def test_a_hundred_points_of_0_02_ml_at_1_5_mm_are_within_and_are_exactly_2_ml(mesogun: NewGun) -> None:
    gun = mesogun(FACE, zones=["forehead", "left", "right", "chin"])

    for _ in range(4):
        for _ in range(25):
            gun.inject(20_000, 1_500)
        gun.beat("P")
        gun.beat("R")

    assert gun.session.verdicts == ["within"] * 100
    assert gun.session.alarms == []
    assert gun.session.record.tally.session.volume_ml == 2


def test_one_injection_of_0_06_ml_exceeds_the_hard_limit(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(60_000)

    assert gun.session.verdicts == ["exceeded"]
    assert priorities(gun) == [("injection volume 0.06 mL", "medium")]
    assert gun.session.alarms[0].latching


@pytest.mark.parametrize(
    ("depth", "verdict", "priority"), [(2_500, "warning", "low"), (4_100, "exceeded", "medium")], ids=["soft", "hard"]
)
def test_a_needle_deeper_than_2_mm_warns_and_deeper_than_4_mm_alarms(
    mesogun: NewGun, depth: int, verdict: str, priority: str
) -> None:
    gun = mesogun(FACE)

    gun.inject(depth=depth)

    assert gun.session.verdicts == [verdict]
    assert [alarm.priority for alarm in gun.session.alarms] == [priority]


@pytest.mark.parametrize(("volume", "depth"), [(25_000, 1_500), (20_000, 2_000)])
def test_exactly_at_a_limit_is_within(mesogun: NewGun, volume: int, depth: int) -> None:
    gun = mesogun(FACE)

    gun.inject(volume, depth)

    assert gun.session.verdicts == ["within"]
    assert gun.session.alarms == []


def test_one_nanolitre_above_a_limit_is_not(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(25_001)

    assert gun.session.verdicts == ["warning"]


def test_a_head_with_9_needles_makes_9_injections_a_trigger_and_limits_are_per_needle(mesogun: NewGun) -> None:
    gun = mesogun(FACE, needles=9)

    gun.inject(9 * 25_000)
    gun.inject(9 * 25_000 + 1)
    gun.inject(9 * 60_000)

    assert gun.session.verdicts == ["within", "warning", "exceeded"]
    assert gun.session.record.tally.session.injections == 27
    assert ("injection volume 0.06 mL", "medium") in priorities(gun)


def test_without_the_number_of_needles_volume_and_count_are_not_evaluable_and_that_is_said(mesogun: NewGun) -> None:
    gun = mesogun(FACE, needles="")

    gun.inject()

    assert gun.session.verdicts == ["not evaluable"]
    said = [alarm.text for alarm in gun.session.alarms if alarm.priority == "medium"]
    assert len(said) == 2
    assert all(text.endswith("the device has not said how many needles its head has") for text in said)


def test_what_becomes_evaluable_ends_its_alarm(mesogun: NewGun) -> None:
    gun = mesogun(FACE, needles="")
    gun.inject()

    gun.configure(needles=1, depth="extension", volume="commanded")
    gun.inject()

    assert gun.session.verdicts == ["not evaluable", "within"]
    assert all(alarm.ended_us is not None for alarm in gun.session.alarms)


def test_another_head_begins_anew_with_its_own_limit(mesogun: NewGun) -> None:
    gun = mesogun(FACE)
    gun.inject(60_000)

    gun.configure(needles=9, depth="extension", volume="commanded")
    gun.inject(60_000)

    assert gun.session.verdicts == ["exceeded", "within"]
    assert [alarm.ended_us is None for alarm in gun.session.alarms] == [False]


def test_a_purge_is_no_dose(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(500_000, None, mode="P")
    gun.inject()

    totals = gun.session.record.tally.session
    assert (totals.triggers, totals.volume_ml, totals.purged_ml) == (1, Decimal("0.02"), Decimal("0.5"))
    assert gun.session.verdicts == ["within"]
    assert gun.session.alarms == []


def test_the_51st_injection_of_deoxycholic_acid_exceeds_the_label(mesogun: NewGun) -> None:
    gun = mesogun(FAT, zones=["submental"])

    for _ in range(51):
        gun.inject(100_000, 6_000)

    assert gun.session.verdicts[44:51] == ["not evaluable", *["warning"] * 5, "exceeded"]
    assert priorities(gun)[1:] == [
        ("session injection_count 46 count", "low"),
        ("session injection_count 51 count", "medium"),
    ]


def test_an_areal_dose_is_not_evaluable_and_never_within(mesogun: NewGun) -> None:
    gun = mesogun(FAT, zones=["submental"])

    gun.inject(100_000, 6_000)

    assert gun.session.verdicts == ["not evaluable"]
    assert priorities(gun) == [
        ("zone areal_dose cannot be evaluated: no device reports what areal_dose needs", "medium")
    ]
    limits = next(item for item in completeness(gun.session.record) if item.aspect == "limits")
    assert "1 report could not be held against the limits: zone areal_dose" in limits.missing


def test_that_an_areal_dose_is_not_evaluable_is_said_before_anything_is_injected(mesogun: NewGun) -> None:
    content = mesogun(FAT).session.record.protocol
    assert content is not None

    _, said = notes(content)

    assert said.startswith("zone areal_dose of fat-submental-deoxycholic-label is NOT EVALUABLE: no area of a zone is")
    assert len(list(notes(mesogun(FACE).session.record.protocol or {}))) == 1


def test_a_missing_value_is_not_evaluable_and_is_said_until_it_comes(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(depth=None)
    gun.inject(depth=None)
    gun.inject(depth=1_500)
    gun.inject(depth=None)

    assert gun.session.verdicts == ["not evaluable", "not evaluable", "within", "not evaluable"]
    said = [(alarm.text, alarm.ended_us is None) for alarm in gun.session.alarms]
    text = "injection depth cannot be evaluated: the device sent no value"
    assert said == [(text, False), (text, True)]


def test_a_missing_value_does_not_hide_another_that_exceeds(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(60_000, None)

    assert gun.session.verdicts == ["exceeded"]


def test_a_zone_has_its_own_total_and_the_session_that_of_all_zones(mesogun: NewGun) -> None:
    gun = mesogun(FACE, zones=["left", "right"])

    for _ in range(26):
        gun.inject()
    gun.beat("P")
    gun.beat("R")
    for _ in range(24):
        gun.inject()

    assert gun.session.verdicts == ["within"] * 25 + ["warning"] + ["within"] * 24
    assert [(alarm.zone, alarm.priority) for alarm in gun.session.alarms] == [("left", "low")]
    tally = gun.session.record.tally
    assert {zone: totals.volume_ml for zone, totals in tally.zones.items()} == {
        "left": Decimal("0.52"),
        "right": Decimal("0.48"),
    }
    assert tally.session.volume_ml == 1


def test_a_zone_that_is_taken_up_again_goes_on_with_its_total(mesogun: NewGun) -> None:
    gun = mesogun(FACE, zones=["left", "right", "left"])

    for _ in range(3):
        for _ in range(13):
            gun.inject()
        gun.beat("P")
        gun.beat("R")

    assert gun.session.record.tally.zones["left"].triggers == 26
    assert [alarm.zone for alarm in gun.session.alarms] == ["left"]


def test_limits_of_a_zone_are_not_evaluable_without_a_zone(mesogun: NewGun) -> None:
    gun = mesogun(FACE, zones=[])

    gun.inject()

    assert gun.session.verdicts == ["not evaluable"]
    assert priorities(gun) == [("zone volume_total cannot be evaluated: no zone is in use", "medium")]


def test_a_session_longer_than_45_minutes_warns_and_longer_than_60_alarms(mesogun: NewGun) -> None:
    gun = mesogun(FACE)
    gun.inject()

    for minutes in (45, 1, 14, 1):
        gun.beat("R", 60 * minutes)
        gun.inject()

    assert gun.session.verdicts == ["within", "within", "warning", "warning", "exceeded"]
    assert [alarm.priority for alarm in gun.session.alarms] == ["low", "medium"]


def test_without_a_protocol_there_is_no_verdict_and_no_limit_alarm(mesogun: NewGun) -> None:
    gun = mesogun()

    gun.inject(10_000_000, 50_000)

    assert gun.session.verdicts == [None]
    assert gun.session.alarms == []


def test_a_protocol_for_current_says_aloud_that_it_checks_no_injection(mesogun: NewGun) -> None:
    gun = mesogun("noneedle-ionto-dc-face")

    gun.inject()
    gun.inject()

    assert gun.session.verdicts == ["not evaluable"] * 2
    assert [(alarm.priority, alarm.text.partition(":")[0]) for alarm in gun.session.alarms] == [
        ("medium", "nothing is checked")
    ]


def test_after_missing_frames_no_verdict_rests_on_settings_that_may_have_changed_unseen(mesogun: NewGun) -> None:
    gun = mesogun(FACE, needles=9)
    gun.inject(90_000)
    gun.frame("CFG", "needles=1")  # lost on the line
    gun.inject(90_000)

    assert gun.session.verdicts == ["within", "not evaluable"]
    assert any("may have changed unseen" in alarm.text for alarm in gun.session.alarms)

    gun.configure(needles=1)
    gun.inject(90_000)

    assert gun.session.verdicts[-1] == "exceeded"
