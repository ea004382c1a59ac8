"""What tells series and alarms apart: colour, and beside it shape, dashes or pattern."""

from __future__ import annotations

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
    match name:
        case "circle":
            return element("circle", cx=x, cy=y, r=size, fill=colour)
        case "ring":
            return element("circle", cx=x, cy=y, r=size, fill=PAPER, stroke=colour, stroke_width=1.5)
        case "square":
            return element("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, fill=colour)
        case "cross" | "plus":
            return _strokes(name, x, y, size, colour)
    corners = {
        "triangle": ((0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        "down": ((0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
        "diamond": ((0.0, -1.35), (1.35, 0.0), (0.0, 1.35), (-1.35, 0.0)),
    }[name]
    points = " ".join(f"{coordinate(x + dx * size)},{coordinate(y + dy * size)}" for dx, dy in corners)
    return element("polygon", points=points, fill=colour)


def _strokes(name: str, x: float, y: float, size: float, colour: str) -> str:
    ends = ((-1, -1, 1, 1), (-1, 1, 1, -1)) if name == "cross" else ((-1.2, 0, 1.2, 0), (0, -1.2, 0, 1.2))
    places = ((x + a * size, y + b * size, x + c * size, y + d * size) for a, b, c, d in ends)
    strokes = (map(coordinate, four) for four in places)
    path = "".join(f"M{x1},{y1}L{x2},{y2}" for x1, y1, x2, y2 in strokes)
    return element("path", d=path, stroke=colour, stroke_width=1.8, fill="none")


def patterns(prefix: str) -> str:
    """The fills of bars and bands, by number; `gap` is of what is missing."""
    return "".join(_pattern(f"{prefix}-{number}", one.colour, number) for number, one in enumerate(LOOKS)) + element(
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
