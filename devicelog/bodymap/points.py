"""Points on a drawing, as a statement holds them: checked once, where a person gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from devicelog.bodymap.zones import BodyMap
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.problems import shown

#: More points than this in one zone are a slip.
MOST = 10_000

_PART = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?|\.[0-9]{1,6}")


def points_statement(
    body_map: BodyMap, zone: str, drawing: str, points: Sequence[Sequence[str]], by: str
) -> dict[str, Any]:
    """The content of a `points` statement: zone as given and its code, drawing, and each point as [x, y].

    x is the part of the drawing's width from its left, y that of its height from its top: decimal text from 0 to 1.
    Raises BadInputError for a point beside the drawing, or a zone that is not on it; UnknownNameError for a drawing
    that is not there. A zone that is not on the map may be marked on any drawing.
    """
    if drawing not in body_map.drawings:
        raise UnknownNameError("drawing", drawing, body_map.drawings)
    place = body_map.find(zone)
    if place is not None:
        drawn = {name for one in body_map.inside(place) for name in one.drawings}
        if drawing not in drawn:
            expected = f"one of {', '.join(sorted(drawn))}" if drawn else "another zone, because it is on no drawing"
            raise BadInputError(f"points of {zone}: it is not on the drawing {drawing}; expected {expected}.")
    if not 0 < len(points) <= MOST:
        raise BadInputError(f"points of {zone}: found {len(points)}, expected 1 to {MOST}.")
    return {
        "zone": zone,
        **({"code": place.code} if place is not None else {}),
        "drawing": drawing,
        "points": [_point(point, zone, number) for number, point in enumerate(points, start=1)],
        "by": by,
    }


def _point(point: Sequence[str], zone: str, number: int) -> list[str]:
    match point:
        case [str(x), str(y)] if _PART.fullmatch(x) and _PART.fullmatch(y):
            return [x if x[0] != "." else f"0{x}", y if y[0] != "." else f"0{y}"]
    found = shown(point) if isinstance(point, str) else ", ".join(map(shown, point))
    expected = 'two parts of the drawing from 0 to 1 as text, such as ["0.52", "0.31"]'
    raise BadInputError(f"points of {zone}, point {number}: found {found or 'nothing'}, expected {expected}.")
