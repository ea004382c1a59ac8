"""From values to places in the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devicelog.chart import ticks
from devicelog.chart.model import Axis, Chart, Panel, Style
from devicelog.chart.text import width

#: Room that a label of the axis takes with what parts it from the next (px).
_LABEL_ROOM = 24
#: A limit further above all that was measured than this is named at the edge, not drawn.
_FURTHEST = 3.0


@dataclass(frozen=True, slots=True)
class Across:
    """The axis from left to right: its values and its places."""

    axis: Axis
    first: float
    last: float
    left: float
    right: float
    beyond: float
    """The room to the right of it."""

    @classmethod
    def of(cls, chart: Chart, left: float, right: float) -> Across:
        return cls(chart.axis, chart.first, max(chart.last, chart.first + 1), left, right, chart.width - right)

    def at(self, value: float) -> float:
        """The place of a value; one outside is at the edge."""
        held = min(max(value, self.first), self.last)
        return self.left + (held - self.first) / (self.last - self.first) * (self.right - self.left)

    def marks(self) -> list[tuple[float, str]]:
        """Places and labels that stand apart from each other."""
        widest = 40.0
        for _ in range(3):
            most = max(2, int((self.right - self.left) / (widest + _LABEL_ROOM)))
            found = (ticks.times if self.axis is Axis.ELAPSED else ticks.days)(self.first, self.last, most)
            needed = max((width(label) for _, label in found), default=0.0)
            if needed <= widest:
                break
            widest = needed
        return [(self.at(value), label) for value, label in found]


@dataclass(frozen=True, slots=True)
class Up:
    """The axis of one panel from below to above."""

    marks: tuple[float, ...]
    top: float
    bottom: float

    @classmethod
    def of(cls, panel: Panel, top: float, bottom: float) -> Up:
        """An axis that holds all values, and the limits that are not far beyond them."""
        values = list(_values(panel))
        low, high = min(values, default=0.0), max(values, default=0.0)
        near = [limit.value for limit in panel.limits if limit.value <= high * _FURTHEST or high <= 0]
        low, high = min(low, 0.0), max([high, 0.0, *near])
        if high > 0:
            high += (high - low) * 0.02  # the greatest value does not lie on the edge
        found = ticks.numbers(low, high, max(3, round((bottom - top) / 32)), whole=not panel.unit)
        return cls(tuple(found), top, bottom)

    @property
    def high(self) -> float:
        return self.marks[-1]

    def at(self, value: float) -> float:
        """The place of a value; one outside is at the edge."""
        low, high = self.marks[0], self.marks[-1]
        held = min(max(value, low), high)
        return self.bottom - (held - low) / (high - low) * (self.bottom - self.top)

    def labels(self) -> list[tuple[float, str]]:
        """Places and numbers of the marks."""
        step = self.marks[1] - self.marks[0]
        return [(self.at(mark), ticks.number_text(mark, step)) for mark in self.marks]


def stacked(panel: Panel) -> list[list[tuple[float, float, float]]]:
    """Of each series of bars, in their order: place, lower and upper value; empty for any other series."""
    sums: dict[float, float] = {}
    found: list[list[tuple[float, float, float]]] = []
    for series in panel.series:
        bars: list[tuple[float, float, float]] = []
        if series.style is Style.BARS:
            for x, y in series.points:
                below = sums.get(x, 0.0)
                sums[x] = below + (y or 0.0)
                bars.append((x, below, sums[x]))
        found.append(bars)
    return found


def _values(panel: Panel) -> Iterable[float]:
    for series, bars in zip(panel.series, stacked(panel), strict=True):
        yield from (upper for _, _, upper in bars)
        if series.style is not Style.BARS:
            yield from (y for _, y in series.points if y is not None)


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones (in order) that are `apart` from each other, between `low` and `high` if they fit."""
    found: list[float] = []
    for place in wanted:
        found.append(max(place, found[-1] + apart if found else low))
    limit = high
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], limit)
        limit = found[index] - apart
    return found
