"""Calendar months and ages; never counted as so many days."""

from __future__ import annotations

from datetime import date


def months_after(day: date, months: int) -> date:
    """The first day by which so many calendar months have passed since a day.

    It has the same number in its month; where that month is too short, it is the first of the month behind it: six
    months after 31 August are over on 1 March. So the whole of the last month has to pass.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)


def is_aged(born: date, years: int, today: date) -> bool:
    """Whether somebody is at least so old; who was born on 29 February is so on 1 March of other years."""
    return months_after(born, years * 12) <= today
