"""Points on drawings, as commands take and draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from devicelog.record.record import Record


def points_content(zone: str, drawing: str | None, points: Sequence[str], by: str) -> dict[str, Any]:
    """The content of a `points` statement as typed, `X,Y` a point; without a drawing it is the zone's first.

    Raises what `devicelog.bodymap.points.points_statement` does, and UsageError where the drawing must be said.
    """
    from devicelog.bodymap.drawing import drawings_of
    from devicelog.bodymap.points import points_statement
    from devicelog.bodymap.zones import load

    body_map = load()
    place = body_map.find(zone)
    on = drawings_of(body_map, place) if place is not None else []
    if drawing is None and not on:
        known = ", ".join(body_map.drawings)
        raise click.UsageError(f"{zone} is on no drawing by itself; say which with --drawing, one of {known}.")
    pairs = [[part.strip() for part in point.split(",")] for point in points]
    return points_statement(body_map, zone, drawing if drawing is not None else on[0], pairs, by)


def points_drawn(record: Record, drawing: str | None) -> tuple[str, str]:
    """A drawing with all points that were marked on it, and their zones, as SVG; and what it shows in words."""
    from devicelog.bodymap.drawing import drawn
    from devicelog.bodymap.zones import load
    from devicelog.numbers import some
    from devicelog.record.points import points

    marked = points(record)
    names = list(dict.fromkeys(one.drawing for one in marked))
    if not names or (drawing is None and len(names) > 1):
        found = f"points are on {', '.join(names)}" if names else "no points are marked"
        mend = "say which drawing to write with --drawing" if names else "`devicelog add points` marks some"
        raise click.UsageError(f"session {record.session}: {found}; {mend}.")
    name = drawing if drawing is not None else names[0]
    body_map = load()
    here = [one for one in marked if one.drawing == name]
    zones = [zone for one in here if (zone := body_map.find(one.code or one.zone)) is not None]
    spots: list[tuple[Decimal, Decimal]] = [spot for one in here for spot in one.points]
    svg = drawn(name, body_map, chosen=zones, points=spots)
    return svg, f"{body_map.drawings[name]}, {some(len(spots), 'point')}"
