"""What devices measured in the last minutes, thinned as it comes, for the chart of a live view.

Of each half second of each metric the least, the greatest and the last value stay: nobody sees more of them, and a
device that reports 300 times a second takes no more memory than one that reports twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.observation.layout import Layout

#: For so long it is kept (us).
KEPT_US = 5 * 60 * 1_000_000
_STEP_US = 500_000
#: What a chart can show.
_METRICS = ("depth", "volume", "current_measured", "current_set", "voltage", "level")

#: A moment of the session (us), and the value in the record's unit; None where one was sent without.
Moment = tuple[int, float | None]


class Recent:
    """Takes the readings of a treatment in order."""

    def __init__(self) -> None:
        self._columns: dict[int, list[tuple[_Trace, int, float]]] = {}
        self._traces: dict[tuple[int, str], _Trace] = {}

    def take(self, layout: Layout, values: Sequence[Any], t_us: int) -> None:
        """One more reading, its values as sent: whole numbers, or decimal ones as text."""
        columns = self._columns.get(layout.number)
        if columns is None:
            columns = self._columns[layout.number] = self._columns_of(layout)
        for trace, position, factor in columns:
            value = values[position]
            trace.add(t_us, float(value) * factor if value is not None else None)

    def of(self, link: int, metric: str) -> list[Moment]:
        """What a link measured of a metric, in order; nothing if it never reported it."""
        trace = self._traces.get((link, metric))
        return trace.points() if trace is not None else []

    def _columns_of(self, layout: Layout) -> list[tuple[_Trace, int, float]]:
        found = []
        for metric in _METRICS:
            position = layout.position(metric)
            factor = layout.columns[position].factor if position is not None else None
            if position is not None and factor is not None:
                trace = self._traces.setdefault((layout.link, metric), _Trace())
                found.append((trace, position, float(factor)))
        return found


class _Trace:
    def __init__(self) -> None:
        self._past: deque[Moment] = deque()
        self._step = -1
        self._low: Moment | None = None
        self._high: Moment | None = None
        self._last: Moment | None = None

    def add(self, t_us: int, value: float | None) -> None:
        step = t_us // _STEP_US
        if step != self._step:
            self._past.extend(self._present())
            self._step, self._low, self._high = step, None, None
            while self._past and self._past[0][0] < t_us - KEPT_US:
                self._past.popleft()
        self._last = (t_us, value)
        if value is not None:
            if self._low is None or value < self._low[1]:  # type: ignore[operator]
                self._low = self._last
            if self._high is None or value > self._high[1]:  # type: ignore[operator]
                self._high = self._last

    def _present(self) -> list[Moment]:
        found = (self._low, self._high, self._last)
        return sorted({one for one in found if one is not None}, key=lambda one: one[0])

    def points(self) -> list[Moment]:
        return [*self._past, *self._present()]
