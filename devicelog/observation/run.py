"""A run: readings of one kind that came one behind the other, so that what holds for all of them is found at one go.

A busy device sends many alike. Whoever finds something odd in a run leaves it to the way of the single reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from devicelog.driver import Event, Reading

#: Fewer readings are not worth it.
_SHORTEST = 4


class Run:
    """Readings of one report in its fixed units; `columns` holds what each position had, reading by reading."""

    __slots__ = ("columns", "readings", "report", "values")

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings
        self.report = readings[0].report
        self.values = [reading.values for reading in readings]
        self.columns: tuple[tuple[Any, ...], ...] = tuple(zip(*self.values, strict=False))

    def fills(self, count: int) -> bool:
        """Whether every reading has so many values."""
        return set(map(len, self.values)) == {count}

    def is_all(self, position: int, value: Any) -> bool:
        """Whether every reading has this value there."""
        column = self.columns[position]
        return column.count(value) == len(column)

    def whole_numbers(self, position: int) -> Sequence[int] | None:
        """The values of a position, None unless each is a whole number."""
        column = self.columns[position]
        return column if set(map(type, column)) == {int} else None


def runs(events: list[Event]) -> Iterator[Event | Run]:
    """The events in order, with those that make a run as one."""
    if len(events) < _SHORTEST:
        yield from events
        return
    for report, group in groupby(events, key=_report):
        alike = list(group)
        if report is None or len(alike) < _SHORTEST:
            yield from alike
        else:
            yield Run(alike)  # type: ignore[arg-type]  # only readings name a report


def _report(event: Event) -> str | None:
    """What a run has in common; None for what is never in one."""
    if type(event) is Reading and event.units is None and not event.from_memory:
        return event.report
    return None
