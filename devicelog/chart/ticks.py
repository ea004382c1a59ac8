"""Where an axis is marked: at round numbers, and no more of them than there is room for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

#: Steps of an axis of time: seconds.
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
#: Steps of an axis of days below a month.
_DAYS = (1, 2, 7, 14)
#: Steps of an axis of days in months.
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_MONTH = 30.44
#: Numbers that differ by less than this part are one place on an axis.
_LEAST = 1e-9


def numbers(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Round numbers that reach from `low` or below to `high` or above, so many at most (and two at least).

    `whole`: what is counted has no halves.
    """
    if high - low < _LEAST * max(1.0, abs(low), abs(high)):
        high = low + 1
    for step in _steps((high - low) / max(1, most)):
        if whole and step < 1:
            continue
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= max(2, most):
            return [index * step for index in range(first, max(last, first + 1) + 1)]
    raise AssertionError  # steps grow without end


def _steps(least: float) -> Iterator[float]:
    """1, 2 and 5 times powers of ten, from a bit below `least` on."""
    power = math.floor(math.log10(least)) - 1
    while True:
        for factor in (1, 2, 5):
            # By division below one, so that 0.3 is the number next to it and no other.
            yield factor * 10.0**power if power >= 0 else factor / 10.0**-power
        power += 1


def number_text(value: float, step: float) -> str:
    """A mark's number with as many decimals as its step has."""
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{value:.{places}f}"
    return "0" if float(text) == 0 else text.replace("-", "\u2212")


def times(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Round times within a stretch of seconds, as minutes and seconds."""
    step = next((step for step in _TIMES if (last - first) / step < most), 86400)
    begin = math.ceil(first / step - 1e-9)
    marks = [index * step for index in range(begin, math.floor(last / step + 1e-9) + 1)]
    return [(mark, time_text(mark)) for mark in marks]


def time_text(seconds: float) -> str:
    """12:34 or 1:02:03."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def days(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Round days within a stretch: single days, Mondays, or the first of a month."""
    begin, end = math.ceil(first), math.floor(last)
    for step in _DAYS:
        if (last - first) / step < most:
            # Ordinal 1 is a Monday.
            found = [day for day in range(begin, end + 1) if (day - 1) % step == 0]
            return [(day, f"{date.fromordinal(day):%Y-%m-%d}") for day in found]
    step = next((step for step in _MONTHS if (last - first) / _MONTH / step < most), _MONTHS[-1])
    return [(day.toordinal(), _month_text(day, step)) for day in _months(begin, end, step)]


def _months(begin: int, end: int, step: int) -> Iterator[date]:
    start = date.fromordinal(begin)
    month = start.year * 12 + start.month - 1
    while True:
        day = date(month // 12, month % 12 + 1, 1)
        if day.toordinal() > end:
            return
        if month % step == 0 and day.toordinal() >= begin:
            yield day
        month += 1


def _month_text(day: date, step: int) -> str:
    return f"{day:%Y}" if step % 12 == 0 else f"{day:%Y-%m}"
