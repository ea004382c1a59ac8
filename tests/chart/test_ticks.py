"""Axes are marked at round numbers that hold all values, and no more of them than asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devicelog.chart import ticks

VALUES = some.floats(-1e6, 1e6, allow_nan=False)


@given(low=VALUES, span=some.floats(1e-6, 1e6), most=some.integers(2, 20), whole=some.booleans())
def test_numbers_hold_what_is_drawn_evenly(low: float, span: float, most: int, whole: bool) -> None:
    high = low + span

    found = ticks.numbers(low, high, most, whole=whole)

    step = found[1] - found[0]
    assert 2 <= len(found) <= most
    assert found[0] <= low + step * 1e-6
    assert found[-1] >= high - step * 1e-6
    assert step >= 1 or not whole


@pytest.mark.parametrize(
    ("low", "high", "most", "texts"),
    [
        (0, 0.05, 6, ["0", "0.01", "0.02", "0.03", "0.04", "0.05"]),
        (0, 4.1, 6, ["0", "1", "2", "3", "4", "5"]),
        (-3, 12, 5, ["\u22125", "0", "5", "10", "15"]),
        (0, 0, 3, ["0", "0.5", "1.0"]),
        (0, 1200, 5, ["0", "500", "1000", "1500"]),
    ],
)
def test_numbers_are_round(low: float, high: float, most: int, texts: list[str]) -> None:
    found = ticks.numbers(low, high, most)

    assert [ticks.number_text(value, found[1] - found[0]) for value in found] == texts


def test_times_are_minutes_and_seconds() -> None:
    assert ticks.times(0, 2700, 10) == [(300.0 * n, f"{5 * n}:00") for n in range(10)]
    assert [text for _, text in ticks.times(0, 7200, 3)] == ["0:00", "1:00:00", "2:00:00"]


@pytest.mark.parametrize(
    ("first", "last", "most", "texts"),
    [
        (date(2026, 1, 1), date(2026, 1, 4), 8, ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]),
        (date(2026, 1, 1), date(2026, 1, 31), 6, ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]),
        (date(2025, 11, 15), date(2026, 3, 2), 6, ["2025-12", "2026-01", "2026-02", "2026-03"]),
        (date(2024, 2, 1), date(2027, 6, 1), 5, ["2025", "2026", "2027"]),
    ],
)
def test_days_are_mondays_or_the_first_of_a_month(first: date, last: date, most: int, texts: list[str]) -> None:
    assert [text for _, text in ticks.days(first.toordinal(), last.toordinal(), most)] == texts
