"""Calendar months: never so many days, and the whole of the last month has to pass."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.screening.calendar_months import is_aged, months_after

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
MONTHS = st.integers(min_value=0, max_value=1200)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-05-22", 18, "2026-11-22"),
        ("2025-08-31", 6, "2026-03-01"),
        ("2023-08-31", 6, "2024-03-01"),
        ("2023-08-29", 6, "2024-02-29"),
        ("2025-08-28", 6, "2026-02-28"),
        ("2025-03-31", 1, "2025-05-01"),
        ("2024-02-29", 12, "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-06-30", 6, "2025-12-30"),
        ("2025-12-31", 2, "2026-03-01"),
        ("2025-12-31", 18, "2027-07-01"),
        ("2025-01-15", 0, "2025-01-15"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_first_behind_a_short_month(day: str, months: int, expected: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DAYS, MONTHS)
def test_months_are_over_on_the_day_of_that_number_or_the_first_after_a_month_without_it(
    day: date, months: int
) -> None:
    after = months_after(day, months)
    before = after - timedelta(days=1)

    wanted = (day.year * 12 + day.month - 1 + months) % 12 + 1
    assert (after.month, after.day) == (wanted, day.day) or (
        after.day == 1 and before.month == wanted < 12 and before.day < day.day
    )


@given(DAYS, st.integers(min_value=1, max_value=240))
def test_one_month_more_is_later(day: date, months: int) -> None:
    assert months_after(day, months - 1) < months_after(day, months)


@given(DAYS, DAYS, MONTHS)
def test_who_began_later_waits_as_long_or_longer(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))

    assert months_after(earlier, months) <= months_after(later, months)


@pytest.mark.parametrize(("today", "aged"), [("2026-02-28", False), ("2026-03-01", True)])
def test_who_was_born_on_29_february_comes_of_age_on_1_march(today: str, aged: bool) -> None:
    assert is_aged(date(2008, 2, 29), 18, date.fromisoformat(today)) is aged


def test_a_time_beyond_the_calendar_is_never_over() -> None:
    assert months_after(date(9990, 5, 5), 1200) == date.max
