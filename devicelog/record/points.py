"""Where in a zone was injected, as a person marked it on a drawing, held against what the record counts there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.record.caveats import dose
from devicelog.record.places import zone_of

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a zone on one drawing: parts of its width from the left and of its height from the top.

    `zone` is the name that the place has in the session, or as it was typed if it was not in use. `stated` counts the
    points of the zone on all drawings; `injections` is what the record counts there, None if nobody knows.
    """

    zone: str
    code: str | None
    drawing: str
    points: tuple[tuple[Decimal, Decimal], ...]
    stated: int
    injections: int | None
    by: str | None
    late: bool
    entry: int

    @property
    def agrees(self) -> bool | None:
        """Whether as many points were marked as the record counts injections."""
        return self.stated == self.injections if self.injections is not None else None


def points(record: Record) -> list[Points]:
    """What counts: the last statement of each zone and drawing, in the order in which they were first marked."""
    last: dict[tuple[str, str], Statement] = {}
    for made in record.statements.of(Kind.POINTS):
        last[_zone(record, made.now), made.now["drawing"]] = made
    stated: dict[str, int] = {}
    for (zone, _), made in last.items():
        stated[zone] = stated.get(zone, 0) + len(made.now["points"])
    return [
        Points(
            zone=zone,
            code=record.places.get(zone) or made.now.get("code"),
            drawing=drawing,
            points=tuple((Decimal(x), Decimal(y)) for x, y in made.now["points"]),
            stated=stated[zone],
            injections=_injections(record, zone),
            by=made.now.get("by"),
            late=made.late,
            entry=made.number,
        )
        for (zone, drawing), made in last.items()
    ]


def _zone(record: Record, content: dict[str, Any]) -> str:
    text = content["zone"]
    return zone_of(record, text, content.get("code")) or text


def _injections(record: Record, zone: str) -> int | None:
    """What the record counts in a zone; none in one that was not in use."""
    if zone not in record.tally.zones:
        return 0
    counted = dose(record, zone, "injections").value
    return int(counted) if counted is not None else None


def points_content(record: Record) -> dict[str, Any]:
    """The points as plain JSON under `points`; nothing where nobody marked any."""
    found = [
        {
            "zone": marked.zone,
            "code": marked.code,
            "drawing": marked.drawing,
            "points": [{"x": str(x), "y": str(y)} for x, y in marked.points],
            "stated": marked.stated,
            "injections": marked.injections,
            "agrees": marked.agrees,
            "by": marked.by,
            "late": marked.late,
            "entry": marked.entry,
        }
        for marked in points(record)
    ]
    return {"points": found} if found else {}
