"""The body map of a session: the drawings on which its zones are, with those treated and the points marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.bodymap.drawing import drawings_of, drawn
from devicelog.bodymap.names import name_of
from devicelog.bodymap.zones import load, named
from devicelog.errors import BadInputError
from devicelog.record.amendment_text import in_zone
from devicelog.record.points import points
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import nothing, sight

if TYPE_CHECKING:
    from devicelog.bodymap.zones import BodyMap, Zone
    from devicelog.record.record import Record

pages = Gate()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: its name, what it shows, the zones that are marked on it with what was given there, and its points."""

    name: str
    title: str
    zones: list[tuple[str, str]]
    points: int

    @property
    def told(self) -> str:
        """What is to be seen, in words."""
        return f"{self.title}: {'; '.join(name for name, _ in self.zones) or 'no zone'}"


def drawings(record: Record) -> list[Drawing]:
    """As few as show every zone that was treated, and those with points."""
    body_map = _map(record)
    marked = points(record)
    shown: dict[str, list[tuple[str, str]]] = {one.drawing: [] for one in marked if one.drawing in body_map.drawings}
    for zone, place in _zones(record, body_map).items():
        on = drawings_of(body_map, place)
        if not on:
            continue
        first = next((one for one in on if one in shown), on[0])
        shown.setdefault(first, []).append((name_of(zone, record.places.get(zone)), in_zone(record, zone)))
    counts = {name: sum(len(one.points) for one in marked if one.drawing == name) for name in shown}
    return [Drawing(name, body_map.drawings[name], zones, counts[name]) for name, zones in shown.items()]


@pages.get("/sessions/{session}/body/{name}.svg", needs=Permission.READ_SESSIONS)
def drawing(session: str, name: str, asked: Asked) -> Response:
    """One of them, as a picture."""
    with sight(asked) as seen:
        row, _ = seen.session(session)
        record = SHELF.folded(seen.reader, row).record
        if name not in {one.name for one in drawings(record)}:
            raise nothing()
        seen.log("drawing", session=row)
    body_map = _map(record)
    spots = [spot for one in points(record) if one.drawing == name for spot in one.points]
    svg = drawn(name, body_map, chosen=_zones(record, body_map).values(), points=spots)
    return Response(svg, media_type="image/svg+xml")


def _zones(record: Record, body_map: BodyMap) -> dict[str, Zone]:
    """The zones of the session that are on the map, by the names that they have in the record."""
    found = {}
    for zone in record.tally.zones:
        place = body_map.find(record.places.get(zone) or zone)
        if place is not None:
            found[zone] = place
    return found


def _map(record: Record) -> BodyMap:
    """The map that the session names; the newest where it names none, or one that is not installed."""
    try:
        return named(record.started.get("body_map")) or load()
    except BadInputError:
        return load()
