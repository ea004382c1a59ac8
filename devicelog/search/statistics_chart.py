"""The statistics as a chart: sessions, alarms, drift and gaps over the same axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from devicelog.chart.drawing import svg
from devicelog.chart.model import Axis, Chart, Panel, Series, Style
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.search.statistics import Drift, Period, Statistics

#: So many devices can be told apart in one panel; those that drift most are drawn.
_DRAWN = 8
#: Which look the alarms of a priority have: blue, orange, red.
_PRIORITIES = (("low", 5), ("medium", 4), ("high", 1))


def chart(statistics: Statistics) -> str:
    """The chart as the text of an SVG file."""
    periods = statistics.periods
    first = periods[0].begin.toordinal() if periods else 1
    last = statistics.by.following(periods[-1].begin).toordinal() if periods else 2
    length = last - periods[-1].begin.toordinal() if periods else 1
    return svg(
        Chart(
            title=f"Sessions, alarms, drift and gaps by {statistics.by}",
            description=_description(statistics),
            axis=Axis.DAYS,
            first=first,
            last=last,
            panels=list(_panels(statistics)),
            note=_note(statistics),
            bar=length,
        )
    )


def _panels(statistics: Statistics) -> Iterator[Panel]:
    periods = statistics.periods
    whole = [(period, period.sessions - period.interrupted) for period in periods]
    broken = [(period, period.interrupted) for period in periods]
    yield Panel("sessions", "", [_bars("ended", whole), _bars("interrupted", broken)], height=130)
    alarms = [
        _bars(priority, [(period, _per_hundred(period, priority)) for period in periods], look)
        for priority, look in _PRIORITIES
    ]
    yield Panel("alarms in 100 sessions", "", alarms, height=130)
    drifts = [_drift(drift, statistics) for drift in _greatest(statistics.drifts)]
    yield Panel("measured against set", "%", drifts, height=190)
    lost = [(period, float(period.gaps.seconds) / 60) for period in periods]
    yield Panel("time in gaps", "min", [_bars("", lost)], height=110)


def _bars(name: str, values: Sequence[tuple[Period, float]], look: int | None = None) -> Series:
    return Series(name, [(period.begin.toordinal(), value) for period, value in values], Style.BARS, look)


def _per_hundred(period: Period, priority: str) -> float:
    return period.alarms.get(priority, 0) * 100 / period.sessions if period.sessions else 0.0


def _drift(drift: Drift, statistics: Statistics) -> Series:
    """Each period's drift in its middle; a period without a session breaks the line."""
    points = []
    for period in statistics.periods:
        begin, end = period.begin.toordinal(), statistics.by.following(period.begin).toordinal()
        against = drift.periods.get(period.begin)
        relative = against.relative if against is not None else None
        points.append(((begin + end) / 2, float(relative) * 100 if relative is not None else None))
    return Series(f"{drift.serial} {drift.metric.removesuffix('_measured')}", points, Style.LINE)


def _greatest(drifts: Sequence[Drift]) -> list[Drift]:
    """Those that drift most, in the order of their serial numbers."""
    known = [(relative, drift) for drift in drifts if (relative := drift.whole.relative) is not None]
    most = sorted(known, key=lambda one: abs(one[0]), reverse=True)[:_DRAWN]
    return sorted((drift for _, drift in most), key=lambda drift: (drift.serial, drift.metric))


def _note(statistics: Statistics) -> str:
    known = sum(drift.whole.relative is not None for drift in statistics.drifts)
    more = f" Of {known} metrics of devices the {_DRAWN} that drift most are drawn." if known > _DRAWN else ""
    return f"Measured against set: only sessions in which one value was set throughout.{more}"


def _description(statistics: Statistics) -> str:
    alarms = sum(sum(period.alarms.values()) for period in statistics.periods)
    gaps = sum(period.gaps.count for period in statistics.periods)
    span = f" from {statistics.periods[0].begin} on" if statistics.periods else ""
    counted = f"{some(alarms, 'alarm')}, {some(gaps, 'gap')}"
    return f"{some(statistics.sessions, 'session')}{span}, {counted}; one bar for each {statistics.by}."
