"""The place of a numbered report: next, repeat, conflict, late, after missing ones, after a restart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Category, Metric, Report, ReportKind
from devicelog.recorder.continuity import Continuity, Numbering, Place
from devicelog_drivers.reference_mesogun import DRIVER

MODULUS = 1 << 32
NUMBERING = Numbering(sequence=0, epoch=1, modulus=MODULUS)


class Device:
    """Places reports of (sequence, boot, value) one after the other."""

    def __init__(self) -> None:
        self.continuity = Continuity()

    def sends(self, sequence: int | None, boot: int = 3, value: Any = 20_000, report: str = "injection") -> Place:
        return self.continuity.place(NUMBERING, report, (sequence, boot, value))


@pytest.fixture
def device() -> Device:
    """A device whose report 17 of boot 3 has just come."""
    device = Device()
    assert device.sends(17) is Place.FIRST
    return device


def test_one_after_the_other_is_next(device: Device) -> None:
    assert [device.sends(18), device.sends(19), device.sends(20)] == [Place.NEXT] * 3


@pytest.mark.parametrize("missing", [1, 2, 1000, MODULUS // 2 - 1])
def test_a_jump_says_how_many_never_came(device: Device, missing: int) -> None:
    assert device.sends(18 + missing) is Place.AFTER_MISSING
    assert device.continuity.missing == missing
    assert device.sends(19 + missing) is Place.NEXT


def test_the_same_again_is_a_repeat_and_the_next_one_still_next(device: Device) -> None:
    assert [device.sends(17), device.sends(17), device.sends(18)] == [Place.REPEAT, Place.REPEAT, Place.NEXT]


@pytest.mark.parametrize(("value", "report"), [(20_001, "injection"), (20_000, "purge"), (None, "injection")])
def test_the_same_number_with_other_content_is_a_conflict(device: Device, value: Any, report: str) -> None:
    assert device.sends(17, value=value, report=report) is Place.CONFLICT
    assert device.sends(18) is Place.NEXT


def test_a_number_long_gone_is_late(device: Device) -> None:
    assert device.sends(3) is Place.LATE
    assert device.sends(18) is Place.NEXT


def test_a_report_that_was_missing_and_comes_after_all_is_late(device: Device) -> None:
    assert [device.sends(20), device.sends(18), device.sends(21)] == [Place.AFTER_MISSING, Place.LATE, Place.NEXT]


def test_over_the_wrap_the_next_is_zero() -> None:
    device = Device()

    places = [device.sends(n) for n in (MODULUS - 2, MODULUS - 1, 0, 1)]

    assert places == [Place.FIRST, Place.NEXT, Place.NEXT, Place.NEXT]


def test_missing_ones_are_counted_over_the_wrap() -> None:
    device = Device()
    device.sends(MODULUS - 2)

    assert device.sends(3) is Place.AFTER_MISSING
    assert device.continuity.missing == 4


def test_another_boot_is_a_restart_whatever_its_number(device: Device) -> None:
    assert device.sends(0, boot=4) is Place.RESTARTED
    assert device.sends(1, boot=4) is Place.NEXT
    assert device.continuity.epoch == 4


def test_a_repeat_from_before_a_restart_is_a_repeat_and_no_second_restart(device: Device) -> None:
    device.sends(0, boot=4)

    assert device.sends(17, boot=3) is Place.REPEAT
    assert device.sends(1, boot=4) is Place.NEXT


def test_a_report_without_a_number_takes_no_part(device: Device) -> None:
    assert [device.sends(None), device.sends(18)] == [Place.NEXT, Place.NEXT]


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(0, MODULUS - 1))
def test_no_report_is_ever_counted_twice(jumps: list[int], start: int) -> None:
    device = Device()
    counted: set[int] = set()
    for jump in jumps:
        number = (start + jump) % MODULUS
        place = device.sends(number)
        if place in (Place.FIRST, Place.NEXT, Place.AFTER_MISSING):
            assert number not in counted
            counted.add(number)
        else:
            assert place in (Place.REPEAT, Place.LATE)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(0, MODULUS - 1))
def test_what_came_and_what_is_missing_is_all_there_was(steps: list[int], start: int) -> None:
    device, missing = Device(), 0
    device.sends(start)
    for step in steps:
        start += step
        place = device.sends(start % MODULUS)
        assert place is (Place.NEXT if step == 1 else Place.AFTER_MISSING)
        missing += device.continuity.missing if place is Place.AFTER_MISSING else 0

    assert len(steps) + missing == sum(steps)


def test_the_numbering_of_a_report_is_found_by_category() -> None:
    bare = Report(
        "bare", ReportKind.INJECTION, (Metric("volume", Category.MEASUREMENT, "mL", {"uL": "microliter"}),), ("uL",)
    )

    assert Numbering.of(DRIVER.report("injection")) == Numbering(0, 2, MODULUS, zeroed=True)
    assert Numbering.of(bare) is None
