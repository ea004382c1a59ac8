"""Many points made few for a drawing: of each column what is seen of it, no extreme and no break lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from devicelog.chart.model import Point

#: So many points a column has at most: first, least, greatest and last of its first and of its last unbroken piece,
#: least and greatest of what lies between, and a break before, between and behind them.
MOST = 15


def thinned(points: Iterable[Point], wide: float) -> list[Point]:
    """The points of a line, of each column `wide` on the axis at most MOST; the points are in order.

    Least and greatest value of each column stay, so do its first and its last point, and the order. Where the line is
    broken within a column it is broken still, and what stood alone between two breaks is joined to nothing.
    """
    found: list[Point] = []
    for _, column in groupby(points, key=lambda point: point[0] // wide):
        found += _seen(list(column))
    return found


def _seen(column: Sequence[Point]) -> Sequence[Point]:
    if len(column) <= 4:
        return column
    pieces = [list(piece) for _, piece in groupby(column, key=lambda point: point[1] is None)]
    lines = [piece for piece in pieces if piece[0][1] is not None]
    if not lines:
        return column[:1]
    kept = [column[0]] if column[0][1] is None else []
    kept += _edges(lines[0])
    between = [point for piece in lines[1:-1] for point in piece]
    for piece in [*([point] for point in _extremes(between)), *([_edges(lines[-1])] if len(lines) > 1 else [])]:
        kept += [(kept[-1][0], None), *piece]
    return [*kept, column[-1]] if column[-1][1] is None else kept


def _edges(piece: Sequence[Point]) -> list[Point]:
    """First, least, greatest and last, in their order."""
    places = {0, len(piece) - 1, *_places(piece)}
    return [piece[at] for at in sorted(places)]


def _extremes(points: Sequence[Point]) -> list[Point]:
    return [points[at] for at in sorted(_places(points))]


def _places(points: Sequence[Point]) -> set[int]:
    """Where the least and the greatest value stand."""
    values = [y for _, y in points if y is not None]
    return {values.index(min(values)), values.index(max(values))} if values else set()


def thinned_dots(points: Iterable[Point], wide: float, is_beyond: Callable[[float], bool]) -> list[Point]:
    """Of dots in one column the lowest and the highest, and each that lies beyond a limit; the points are in order."""
    return [point for _, column in groupby(points, key=lambda p: p[0] // wide) for point in _dots(column, is_beyond)]


def _dots(column: Iterable[Point], is_beyond: Callable[[float], bool]) -> Iterator[Point]:
    known = [point for point in column if point[1] is not None]
    places = _places(known)
    for at, point in enumerate(known):
        if at in places or (point[1] is not None and is_beyond(point[1])):
            yield point
