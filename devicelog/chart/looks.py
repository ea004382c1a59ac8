"""What tells series and alarms apart: colour, and beside it shape, dashes or pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devicelog.chart.element import INK, PAPER, element
from devicelog.chart.model import Series
from devicelog.chart.text import coordinate


@dataclass(frozen=True, slots=True)
class Look:
    """Of a series: its colour, the shape of its dots, the dashes of its line, the lines that fill its bars."""

    colour: str
    shape: str
    dashes: str
    fill: int


LOOKS = (
    Look("#0072B2", "circle", "none", 0),
    Look("#D55E00", "square", "6 3", 1),
    Look("#009E73", "triangle", "2 3", 2),
    Look("#CC79A7", "diamond", "8 3 2 3", 3),
    Look("#E69F00", "cross", "12 4", 4),
    Look("#56B4E9", "plus", "4 2 1 2", 5),
    Look("#595959", "ring", "1 2", 6),
    Look("#000000", "down", "10 2 2 2 2 2", 7),
)

#: The shape and colour of an alarm's mark, by its priority.
PRIORITIES = {"high": ("triangle", "#B00020"), "medium": ("diamond", "#B35C00"), "low": ("ring", "#00508A")}
HARD, SOFT = "#B00020", "#B35C00"


def look(series: Series, at: int) -> Look:
    """The look that a series asks for, or that of its place; beyond the eighth they begin again."""
    return LOOKS[(series.look if series.look is not None else at) % len(LOOKS)]


def shape(name: str, x: float, y: float, size: float, colour: str) -> str:
    """A dot of a shape around a place."""
    return dots(name, [(x, y)], size, colour)


def dots(name: str, places: Sequence[tuple[float, float]], size: float, colour: str) -> str:
    """Dots of one shape as a single path, because a session has thousands; empty for none."""
    if not places:
        return ""
    if name in _CAPS:  # a line of no length with a cap is a disc or a square
        path = "".join(f"M{coordinate(x)} {coordinate(y)}h0" for x, y in places)
        return element("path", d=path, stroke=colour, stroke_width=2 * size, stroke_linecap=_CAPS[name], fill="none")
    strokes, closed = _OUTLINES[name]
    path = "".join(_outline(stroke, x, y, size, closed=closed) for x, y in places for stroke in strokes)
    if name == "ring":
        return element("path", d=path, fill=PAPER, stroke=colour, stroke_width=1.5)
    return (
        element("path", d=path, fill=colour)
        if closed
        else element("path", d=path, stroke=colour, stroke_width=1.8, fill="none")
    )


_CAPS = {"circle": "round", "square": "square"}

#: The corners of each stroke of a shape around (0, 0), and whether it is closed.
_OUTLINES: dict[str, tuple[tuple[tuple[tuple[float, float], ...], ...], bool]] = {
    "triangle": ((((0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)),), True),
    "down": ((((0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)),), True),
    "diamond": ((((0.0, -1.35), (1.35, 0.0), (0.0, 1.35), (-1.35, 0.0)),), True),
    "ring": ((((-0.5, -0.9), (0.5, -0.9), (1.0, 0.0), (0.5, 0.9), (-0.5, 0.9), (-1.0, 0.0)),), True),
    "cross": ((((-1.0, -1.0), (1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0))), False),
    "plus": ((((-1.2, 0.0), (1.2, 0.0)), ((0.0, -1.2), (0.0, 1.2))), False),
}


def _outline(corners: Sequence[tuple[float, float]], x: float, y: float, size: float, *, closed: bool) -> str:
    placed = [f"{coordinate(x + dx * size)} {coordinate(y + dy * size)}" for dx, dy in corners]
    return f"M{'L'.join(placed)}{'z' if closed else ''}"


def patterns(prefix: str, *, bars: bool) -> str:
    """The fills of bars (`bars`, by number) and of bands; `gap` is of what is missing."""
    fills = "".join(_pattern(f"{prefix}-{number}", one.colour, number) for number, one in enumerate(LOOKS))
    return (fills if bars else "") + element(
        "pattern",
        element("rect", width=8, height=8, fill="#eeeeee") + element("path", d="M0,8L8,0", stroke="#8a8a8a"),
        id=f"{prefix}-gap",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
    )


_LINES = ("", "M0,4H8", "M4,0V8", "M0,8L8,0", "M0,0L8,8", "M0,4H8M4,0V8", "M0,0L8,8M0,8L8,0", "M0,2H8M0,6H8")


def _pattern(name: str, colour: str, number: int) -> str:
    ground = element("rect", width=8, height=8, fill=colour)
    lines = element("path", d=_LINES[number], stroke=PAPER if number != 4 else INK, stroke_width=1.2)
    inner = ground + (lines if _LINES[number] else "")
    return element("pattern", inner, id=name, width=8, height=8, patternUnits="userSpaceOnUse")
