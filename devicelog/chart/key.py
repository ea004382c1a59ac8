"""What stands below a chart: what shapes, hatches and numbers mean, and what must be known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from devicelog.chart.element import QUIET, rectangle, text
from devicelog.chart.looks import PRIORITIES, shape
from devicelog.chart.model import Chart
from devicelog.chart.place import Across
from devicelog.chart.strips import zone_key
from devicelog.chart.text import width, wrapped

ROW = 20
#: Draws a row at a height, with the prefix of the chart's patterns.
Row = Callable[[float, str], Iterator[str]]


def rows(chart: Chart, across: Across) -> list[Row]:
    """The rows of the key, none of them wider than the chart."""
    left, room = across.left, chart.width - across.left - 12
    found: list[Row] = [partial(_alarms, left, priorities) for priorities in _alarm_rows(chart, room)]
    kinds = dict.fromkeys(band.what for band in [*chart.bands, *(b for panel in chart.panels for b in panel.bands)])
    lines = wrapped(", ".join(kinds), room - 28)
    found += [partial(_hatch, left, words) for words in lines[:1]] + [partial(_more, left, one) for one in lines[1:]]
    for note in (zone_key(chart.zones, across), chart.note):
        found += [partial(_note, left, words) for words in wrapped(note, room, most=6)]
    return found


def _alarm_rows(chart: Chart, room: float) -> list[list[str]]:
    """The priorities that there are, as many to a row as have room."""
    found: list[list[str]] = []
    x = room
    for priority in PRIORITIES:
        if all(mark.priority != priority for mark in chart.marks):
            continue
        needed = width(f"{priority} alarm") + 34
        if x + needed > room:
            found.append([])
            x = 0
        found[-1].append(priority)
        x += needed
    return found


def _alarms(x: float, priorities: list[str], y: float, _: str) -> Iterator[str]:
    for priority in priorities:
        name, colour = PRIORITIES[priority]
        yield shape(name, x + 5, y - 4, 5, colour)
        yield text(x + 15, y, f"{priority} alarm")
        x += width(f"{priority} alarm") + 34


def _hatch(x: float, words: str, y: float, prefix: str) -> Iterator[str]:
    yield rectangle(x, y - 11, 22, 13, fill=f"url(#{prefix}-gap)", stroke=QUIET, stroke_width=0.5)
    yield text(x + 28, y, words)


def _more(x: float, words: str, y: float, _: str) -> Iterator[str]:
    yield text(x + 28, y, words)


def _note(x: float, words: str, y: float, _: str) -> Iterator[str]:
    yield text(x, y, words, fill=QUIET)
