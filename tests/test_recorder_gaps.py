"""Every second is accounted for: what is missing, since when, why; nothing is interpolated, nothing counted twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Gun, Session

NewGun = Callable[..., "Gun"]


def gaps(session: Session) -> list[tuple[str, float, float | None, int | None]]:
    """Cause, beginning, end (s) and number of missing reports of each gap."""
    return [
        (gap.cause, gap.since_us / 1e6, gap.until_us and gap.until_us / 1e6, gap.missing)
        for gap in session.record.gaps.values()
    ]


def test_reports_in_sequence_leave_no_gap(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 30)

    assert gaps(gun.session) == []


def test_silence_for_more_than_three_intervals_is_a_gap_from_the_last_report_to_the_next(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 5)

    gun.session.wait(10)
    gun.beat()

    assert gaps(gun.session) == [("the device is silent", 5, 15, 0)]
    assert [(alarm.priority, alarm.began_us, alarm.ended_us) for alarm in gun.session.alarms] == [
        ("medium", 8_500_000, 15_000_000)
    ]


def test_silence_of_three_intervals_is_none(mesogun: NewGun) -> None:
    gun = mesogun()

    gun.session.wait(3)
    gun.beat()

    assert gaps(gun.session) == []


def test_silence_that_nobody_looked_at_is_a_gap_all_the_same(mesogun: NewGun) -> None:
    gun = mesogun()

    gun.session.seconds += 10  # the computer slept: no link said that nothing came
    gun.beat()

    assert gaps(gun.session) == [("the host was asleep or stopped", 0, 10, 0)]


def test_noise_is_no_sign_of_life(mesogun: NewGun) -> None:
    gun = mesogun()

    for _ in range(5):
        gun.session.wait(1)
        gun.session.receive(b"\0\0\xff")
    gun.beat()

    assert gaps(gun.session) == [("nothing readable arrives", 0, 5, 0)]


def test_frames_that_never_came_are_counted(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()

    for _ in range(3):
        gun.frame("HB", "R", 0)
    gun.session.seconds = 2
    gun.inject()

    assert gaps(gun.session) == [("frames are missing", 0, 2, 3)]
    assert "3 reports of the devices are missing" in gun.session.record.missing_things()


def test_a_link_that_is_lost_and_comes_back_is_a_gap_in_the_same_session(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()

    gun.session.seconds = 2
    gun.session.lose()
    for _ in range(4):
        gun.frame("HB", "R", 0)
    gun.session.seconds = 6
    gun.session.reopen()
    gun.identify("SN1")
    gun.inject()

    kinds = gun.session.kinds
    assert kinds.count("started") == 1
    assert [k for k in kinds if k.startswith("link")] == ["link_opened", "link_lost", "link_restored"]
    assert gun.session.of("device_confirmed")[0]["serial"] == "SN1"
    assert gaps(gun.session) == [("link lost", 0, 6, 4)]


def test_after_the_end_of_a_treatment_silence_is_no_gap(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.finish()

    gun.session.wait(60)
    gun.session.lose()
    gun.session.end()

    assert gaps(gun.session) == []


def test_a_device_switched_off_and_on_between_two_treatments_is_no_gap(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.finish()

    gun.session.wait(60)
    gun.reset(needles=1)
    gun.inject()

    assert gaps(gun.session) == []
    assert gun.session.alarms == []
    assert len(gun.session.of("device_restarted")) == 1


def test_after_the_next_injection_silence_is_a_gap_again(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.finish()
    gun.inject()

    gun.session.wait(5)

    assert gaps(gun.session) == [("the device is silent", 0, None, None)]


def test_a_gap_that_is_open_at_the_end_ends_with_the_session_and_nobody_knows_what_is_missing(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.wait(20)

    gun.session.end()

    assert gaps(gun.session) == [("the device is silent", 0, 20, None)]


def test_a_restart_is_a_gap_of_unknown_size_and_begins_a_new_count(mesogun: NewGun) -> None:
    gun = mesogun()
    for _ in range(5):
        gun.inject()

    gun.session.seconds = 1
    gun.reset(needles=1)
    gun.triggers = gun.volume = 0
    for _ in range(3):
        gun.inject()
    gun.finish()

    assert gaps(gun.session) == [("the device restarted", 0, 1, None)]
    assert gun.session.record.tally.session.triggers == 8
    before, after = gun.session.of("reconciled")
    assert [(figure["recorded"], figure["agrees"]) for figure in before["figures"]] == [("5", True)]
    assert [(figure["recorded"], figure["agrees"]) for figure in after["figures"]] == [("3", True), ("0.06", True)]


def test_a_device_numbered_to_the_end_of_its_range_goes_on_at_zero(mesogun: NewGun) -> None:
    gun = mesogun(first=2**32 - 2)

    for _ in range(3):
        gun.inject()

    assert gun.sequence == 2
    assert gun.session.record.tally.session.triggers == 3
    assert gaps(gun.session) == []


def test_a_clock_of_the_device_that_wraps_goes_on(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.started = gun.session.seconds - (2**32 - 2_000) / 1000
    gun.inject()

    for _ in range(4):
        gun.session.seconds += 1
        gun.inject()

    assert gun.session.record.tally.session.elapsed_ms == 4_000


def test_a_repeat_is_kept_and_never_counted_twice(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    again = gun.send("INJ", 2, 1002, 20_000, 1_500, -24_500, "N", 0)

    gun.session.receive(again)

    assert gun.session.record.tally.session.triggers == 2
    assert len(gun.session.of("repeat")) == 1
    assert gun.session.alarms == []


def test_the_same_number_with_other_content_is_a_conflict_and_both_are_kept(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject(20_000)
    gun.sequence -= 1

    gun.inject(30_000)

    (conflict,) = gun.session.of("conflict")
    assert 30_000 in conflict["values"]
    assert 20_000 in gun.session.of("observation")[-1][2]
    assert gun.session.record.tally.session.volume_ml == Decimal("0.02")
    assert [alarm.priority for alarm in gun.session.alarms] == ["medium"]


def test_frames_from_memory_that_are_not_missing_are_kept_and_not_counted(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()

    gun.recall("INJ", 1, 1, 1001, 20_000, 1_500, -24_500, "N", 0)
    gun.recall("INJ", 900, 2, 1002, 20_000, 1_500, -24_500, "N", 0)

    assert gun.session.record.tally.session.triggers == 1
    assert [remembered["values"][0] for remembered in gun.session.of("from_memory")] == [900]
    assert [repeat["from_memory"] for repeat in gun.session.of("repeat")] == [True]
    assert gun.session.alarms == []


@pytest.mark.parametrize(
    ("stated", "difference", "agrees"), [((3, 60_000), ("0", "0"), True), ((5, 100_000), ("-2", "-0.04"), False)]
)
def test_the_sum_of_what_came_is_held_against_the_device_s_own_totals(
    mesogun: NewGun, stated: tuple[int, int], difference: tuple[str, str], agrees: bool
) -> None:
    gun = mesogun()
    for _ in range(3):
        gun.inject()

    gun.finish(*stated)

    figures: list[dict[str, Any]] = gun.session.of("reconciled")[0]["figures"]
    assert [(figure["metric"], figure["difference"]) for figure in figures] == list(
        zip(("triggers_session", "volume_session"), difference, strict=True)
    )
    assert {figure["agrees"] for figure in figures} == {agrees}
    assert len(gun.session.alarms) == (0 if agrees else 2)
