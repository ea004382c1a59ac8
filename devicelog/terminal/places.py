"""What a summary says of zones besides their figures: those that are not on the body map, and points on drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.bodymap.names import name_of
from devicelog.numbers import some
from devicelog.record.places import unplaced
from devicelog.record.points import points
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.points import Points
    from devicelog.record.record import Record


def zone_name(record: Record, zone: str) -> str:
    """A zone of the record as people read it: the body map's name, else as it was typed."""
    return clean(name_of(zone, record.places.get(zone)))


def place_lines(record: Record) -> Iterator[Text]:
    """One line each; none for a session whose zones are all on the map and in which no point was marked."""
    missing = unplaced(record)
    if missing:
        yield Text(f"not on the body map: {', '.join(map(clean, missing))}")
    yield from point_lines(record)


def point_lines(record: Record) -> Iterator[Text]:
    """A line for each zone and drawing: how many points, and whether that is how many injections there were."""
    for marked in points(record):
        yield Text(_marked(marked, clean(name_of(marked.zone, marked.code))))


def _marked(marked: Points, zone: str) -> str:
    late = ", stated behind the end" if marked.late else ""
    where = f"{some(len(marked.points), 'point')} of {zone} on the drawing {clean(marked.drawing)}{late}"
    if marked.injections is None:
        return f"{where}; how many injections there were is not known"
    if marked.agrees:
        return f"{where}; as many as injections: {marked.injections}"
    return f"{where}; {marked.stated} marked in all, {some(marked.injections, 'injection')} recorded"
