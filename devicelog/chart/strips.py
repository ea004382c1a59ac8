"""What lies across all panels: zones and alarms in strips above them, stretches without data behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.chart.element import INK, QUIET, line, rectangle, text
from devicelog.chart.looks import PRIORITIES, dots
from devicelog.chart.model import Band, Mark, Zone
from devicelog.chart.place import Across
from devicelog.chart.text import cut, width

STRIP = 24
_GROUNDS = ("#f2f2f2", "#dfe9f3")
_SMALL = 11
#: A stretch shorter than this is drawn as wide (px), so that it is seen.
_LEAST = 2.0
#: Half of what the mark of an alarm takes (px).
_MARK = 7.0


def zones(found: Sequence[Zone], across: Across, top: float) -> Iterator[str]:
    """The zones one behind the other; a name for which there is no room is left to the list below."""
    yield text(across.left - 9, top + 15, "zone", text_anchor="end", fill=QUIET)
    free = 0.0
    for at, zone in enumerate(found):
        left, right = across.at(zone.since), across.at(zone.until)
        yield rectangle(left, top, right - left, STRIP - 4, fill=_GROUNDS[at % 2], stroke=INK, stroke_width=0.5)
        number = str(_number(found, zone))
        shown = zone.name if _has_room(zone, across) else number
        begin = (left + right - width(shown)) / 2
        if begin >= max(free, left + 2):
            yield text((left + right) / 2, top + 14, shown, text_anchor="middle")
            free = begin + width(shown) + 2


def _has_room(zone: Zone, across: Across) -> bool:
    return width(zone.name) + 8 <= across.at(zone.until) - across.at(zone.since)


def zone_key(found: Sequence[Zone], across: Across) -> str:
    """Which number stands for which zone, of those whose name has no room somewhere; empty if all have."""
    short = {zone.name for zone in found if not _has_room(zone, across)}
    names = dict.fromkeys(zone.name for zone in found if zone.name in short)
    every = list(dict.fromkeys(zone.name for zone in found))
    return "zones: " + "; ".join(f"{every.index(name) + 1} {name}" for name in names) if names else ""


def _number(found: Sequence[Zone], zone: Zone) -> int:
    return list(dict.fromkeys(one.name for one in found)).index(zone.name) + 1


def marks(found: Sequence[Mark], across: Across, top: float) -> Iterator[str]:
    """The alarms; of those that lie on each other the last has its number beside it, the most urgent is on top."""
    yield text(across.left - 9, top + 15, "alarms", text_anchor="end", fill=QUIET)
    yield line(across.left, top + 11, across.right, top + 11, stroke="#d8d8d8")
    for priority, (name, colour) in reversed(PRIORITIES.items()):
        alike = dict.fromkeys((across.at(mark.at), top + 11) for mark in found if mark.priority == priority)
        yield dots(name, list(alike), 5, colour)
    places = sorted(across.at(mark.at) for mark in found)
    free = across.left
    for mark in sorted(found, key=lambda mark: (mark.at, mark.number)):
        x, label = across.at(mark.at) + _MARK + 1, str(mark.number)
        until = x + width(label, _SMALL) + 2
        beyond = any(place + _MARK > x and place - _MARK < until for place in places)
        if x >= free and not beyond and until <= across.right + 16:
            yield text(x, top + 15, label, font_size=_SMALL)
            free = until


def bands(found: Sequence[Band], across: Across, top: float, bottom: float, prefix: str) -> Iterator[str]:
    """What was so for a time, hatched; it is named where there is room."""
    for band in found:
        left, right = across.at(band.since), max(across.at(band.until), across.at(band.since) + _LEAST)
        yield rectangle(left, top, right - left, bottom - top, fill=f"url(#{prefix}-gap)", opacity=0.8)


def band_names(found: Sequence[Band], across: Across, top: float) -> Iterator[str]:
    """The names of bands that are wide enough, on a ground of their own; none on another's."""
    free = 0.0
    for band in sorted(found, key=lambda band: (band.since, band.until)):
        left, right = across.at(band.since), across.at(band.until)
        shown = cut(band.what, right - left - 6, _SMALL)
        middle, wide = (left + right) / 2, width(shown, _SMALL) + 4
        if (len(shown) > 4 or shown == band.what) and shown and middle - wide / 2 >= free:
            yield rectangle(middle - wide / 2, top + 3, wide, 15, fill="#ffffff", opacity=0.9)
            yield text(middle, top + 14, shown, text_anchor="middle", font_size=_SMALL)
            free = middle + wide / 2
