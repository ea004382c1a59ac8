"""A stretch of a chart: the same drawing, cut at both ends of the axis; no value is made up for the ends.

A line that goes over an edge is cut where it crosses it, steps go on at their height, dots beyond are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from devicelog.chart.model import Band, Chart, Panel, Point, Series, Style, Zone


def stretch(chart: Chart, first: float, last: float) -> Chart:
    """What of a chart lies between two values of its axis."""
    return replace(
        chart,
        first=first,
        last=last,
        panels=[_panel(panel, first, last) for panel in chart.panels],
        zones=[_zone(one, first, last) for one in chart.zones if one.since < last and one.until > first],
        bands=_bands(chart.bands, first, last),
        marks=[mark for mark in chart.marks if first <= mark.at <= last],
    )


def around(points: Iterable[Point], first: float, last: float) -> Iterator[Point]:
    """The points between two values, the last one before them and the first one behind them; they are in order."""
    before: Point | None = None
    for point in points:
        if point[0] < first:
            before = point
            continue
        if before is not None:
            yield before
            before = None
        yield point
        if point[0] > last:
            return
    if before is not None:
        yield before


def _panel(panel: Panel, first: float, last: float) -> Panel:
    series = [replace(one, points=list(_points(one, first, last))) for one in panel.series]
    return replace(panel, series=series, bands=_bands(panel.bands, first, last))


def _bands(found: Iterable[Band], first: float, last: float) -> list[Band]:
    inside = (one for one in found if one.since <= last and one.until >= first)
    return [replace(one, since=max(one.since, first), until=min(one.until, last)) for one in inside]


def _zone(one: Zone, first: float, last: float) -> Zone:
    return replace(one, since=max(one.since, first), until=min(one.until, last))


def _points(series: Series, first: float, last: float) -> Iterator[Point]:
    if series.style in (Style.DOTS, Style.BARS):
        yield from (point for point in series.points if first <= point[0] <= last)
        return
    before: Point | None = None
    for point in series.points:
        if before is not None:
            if before[0] < first < point[0]:
                yield from _crossing(series, before, point, first)
            if before[0] < last < point[0]:
                yield from _crossing(series, before, point, last)
        if first <= point[0] <= last:
            yield point
        before = point
    if before is not None and before[0] < first and series.style is Style.STEPS:
        yield first, before[1]
        yield last, before[1]


def _crossing(series: Series, before: Point, after: Point, edge: float) -> Iterator[Point]:
    """Where the drawn line crosses an edge; nothing where none is drawn."""
    if before[1] is None:
        return
    if series.style is Style.STEPS:
        yield edge, before[1]
    elif after[1] is not None:
        yield edge, before[1] + (after[1] - before[1]) * (edge - before[0]) / (after[0] - before[0])
