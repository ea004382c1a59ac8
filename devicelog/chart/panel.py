"""One panel: its grid, its series, its limits with their names in the margin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from devicelog.chart.element import FAINT, INK, QUIET, line, polylines, rectangle, text
from devicelog.chart.looks import HARD, SOFT, Look, dots, look, shape
from devicelog.chart.model import Limit, Panel, Point, Series, Style
from devicelog.chart.place import Across, Up, spread, stacked
from devicelog.chart.text import SIZE, cut, width
from devicelog.chart.thinned import thinned

#: Dots are drawn for so many points at most; of a line with more, only where a point stands alone.
_DOTTED = 60
#: From one name of a limit to the next (px).
_APART = SIZE + 2.0
#: Rows of the heading: the quantity, and as many as the legend takes (px).
ROW = 18
_SMALL = 11
#: Lines of so many points are placed to a tenth of a pixel, others to a half.
_FINE = 200
#: Less room than this beside the quantity is none for the names of series (px).
_LEAST_NAME = 120.0


def height(panel: Panel) -> float:
    """How high it is drawn: as asked for, or as the names of its limits need it."""
    return max(panel.height, _APART * (len(panel.limits) + 1))


def heading_rows(panel: Panel, room: float) -> int:
    """How many rows the quantity and the legend take."""
    return len(_legend_rows(panel, room))


def draw(panel: Panel, across: Across, top: float, bottom: float, prefix: str, bar: float) -> Iterator[str]:
    """All of a panel; the heading stands above `top`."""
    up = Up.of(panel, top, bottom)
    yield from _grid(up, across)
    bars = stacked(panel)
    for at, series in enumerate(panel.series):
        if series.style is Style.BARS:
            yield from _bars(bars[at], across, up, f"url(#{prefix}-{look(series, at).fill})", bar)
        else:
            yield from _curve(series, look(series, at), across, up)
    yield from _limits(panel, across, up)
    yield line(across.left, bottom, across.right, bottom)
    yield line(across.left, top, across.left, bottom)
    yield from _heading(panel, across, top, prefix)


def _grid(up: Up, across: Across) -> Iterator[str]:
    for y, label in up.labels():
        yield line(across.left, y, across.right, y, stroke=QUIET if label == "0" and up.marks[0] < 0 else FAINT)
        yield text(across.left - 6, y + 4, label, text_anchor="end")
    for x, _ in across.marks():
        yield line(x, up.top, x, up.bottom, stroke=FAINT)


# -- series -------------------------------------------------------------------------------------------------------


def _bars(bars: Sequence[tuple[float, float, float]], across: Across, up: Up, fill: str, last: float) -> Iterator[str]:
    for at, (x, lower, upper) in enumerate(bars):
        until = bars[at + 1][0] if at + 1 < len(bars) else x + last
        left, right = across.at(x), across.at(until)
        inset = min(1.0, (right - left) * 0.1)
        high = up.at(lower) - up.at(upper)
        if high > 0:
            yield rectangle(left + inset, up.at(upper), right - left - 2 * inset, high, fill=fill)


def _curve(series: Series, look: Look, across: Across, up: Up) -> Iterator[str]:
    if series.style is not Style.DOTS:
        pieces = (_placed(piece, series.style, across, up) for piece in _pieces(series.points) if len(piece) > 1)
        yield polylines(pieces, stroke=look.colour, stroke_width=1.6, stroke_dasharray=look.dashes)
    size = 3.2 if _count(series) <= _DOTTED else 2.0
    drawn = dict.fromkeys((round(across.at(x) * 2) / 2, round(up.at(y) * 2) / 2) for x, y in _dotted(series))
    yield dots(look.shape, list(drawn), size, look.colour)


def _placed(piece: list[tuple[float, float]], style: Style, across: Across, up: Up) -> list[tuple[float, float]]:
    """A piece of a line where it is drawn; of the many points of one column of pixels what is seen of them."""
    placed: list[Point] = [(across.at(x), up.at(y)) for x, y in piece]
    seen = thinned(placed, 1.0)
    parts = 10 if len(seen) <= _FINE else 2
    rounded = [(round(x * parts) / parts, round(y * parts) / parts) for x, y in seen if y is not None]
    return list(_straight(_steps(rounded) if style is Style.STEPS else rounded))


def _straight(placed: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """A line without the points that lie between two others at the same height, or are said twice."""
    last: list[tuple[float, float]] = []
    for point in placed:
        if len(last) == 2 and last[0][1] == last[1][1] == point[1] and last[0][0] <= last[1][0] <= point[0]:
            last.pop()
        elif len(last) == 2:
            yield last.pop(0)
        if not last or last[-1] != point:
            last.append(point)
    yield from last


def _count(series: Series) -> int:
    return sum(y is not None for _, y in series.points)


def _dotted(series: Series) -> list[tuple[float, float]]:
    """The points that are drawn one by one: all of them, or those that stand alone."""
    pieces = list(_pieces(series.points))
    return [point for piece in pieces if _has_dots(series) or len(piece) == 1 for point in piece]


def _has_dots(series: Series) -> bool:
    """Whether all its points are drawn one by one."""
    return series.style is Style.DOTS or (series.style is Style.LINE and _count(series) <= _DOTTED)


def _pieces(points: Sequence[Point]) -> Iterator[list[tuple[float, float]]]:
    """The unbroken pieces of a line."""
    piece: list[tuple[float, float]] = []
    for x, y in points:
        if y is not None:
            piece.append((x, y))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _steps(placed: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    before: float | None = None
    for x, y in placed:
        if before is not None and before != y:
            yield x, before
        yield x, y
        before = y


# -- limits and headings ------------------------------------------------------------------------------------------


def _limits(panel: Panel, across: Across, up: Up) -> Iterator[str]:
    """The lines, and to their right the names, moved apart where limits lie close together."""
    limits = sorted(panel.limits, key=lambda limit: -limit.value)
    places = spread([up.at(limit.value) for limit in limits], _APART, up.top + 4, up.bottom - 2)
    for limit, place in zip(limits, places, strict=True):
        colour, y = HARD if limit.hard else SOFT, up.at(limit.value)
        if limit.value <= up.high:
            dashes = "none" if limit.hard else "7 4"
            yield line(across.left, y, across.right, y, stroke=colour, stroke_width=1.4, stroke_dasharray=dashes)
            yield line(across.right, y, across.right + 8, place, stroke=colour)
        name = cut(_named(limit, up), across.beyond - 13, _SMALL)
        yield text(across.right + 11, place + 4, name, fill=colour, font_size=_SMALL)


def _named(limit: Limit, up: Up) -> str:
    return limit.name if limit.value <= up.high else f"↑ {limit.name}"


def margin(panels: Sequence[Panel], most: float) -> float:
    """The room that the names of limits need beside the panels."""
    names = [f"↑ {limit.name}" for panel in panels for limit in panel.limits]
    return min(most, max((width(name, _SMALL) + 16 for name in names), default=16.0))


def _quantity(panel: Panel) -> str:
    return f"{panel.quantity}, {panel.unit}" if panel.unit else panel.quantity


def _heading_text(panel: Panel, room: float) -> str:
    return cut(_quantity(panel), room, bold=True)


def _legend_rows(panel: Panel, room: float) -> list[list[tuple[int, str, float]]]:
    """Number, name and place of the series of each row behind the quantity; none for one that says the same as it.

    Where the quantity leaves too little room beside it the rows stand below it.
    """
    named = [(at, one.name) for at, one in enumerate(panel.series) if one.name not in ("", panel.quantity)]
    x = begin = width(_heading_text(panel, room), bold=True) + 24
    rows: list[list[tuple[int, str, float]]] = [[]]
    if begin + _LEAST_NAME > room:
        x = begin = 0.0
        rows += [[]] if named else []
    for at, whole in named:
        name = cut(whole, room - begin - 42)
        needed = width(name) + 42
        if x + needed > room and rows[-1]:
            rows.append([])
            x = begin
        rows[-1].append((at, name, x))
        x += needed
    return rows


def _heading(panel: Panel, across: Across, top: float, prefix: str) -> Iterator[str]:
    rows = _legend_rows(panel, across.right - across.left)
    first = top - ROW * len(rows) + 9
    yield text(across.left, first, _heading_text(panel, across.right - across.left), font_weight="bold")
    for index, row in enumerate(rows):
        for at, name, x in row:
            y = first + index * ROW
            yield from _sample(panel.series[at], at, across.left + x, y - 4, prefix)
            yield text(across.left + x + 28, y, name)


def _sample(series: Series, at: int, x: float, y: float, prefix: str) -> Iterator[str]:
    one = look(series, at)
    if series.style is Style.BARS:
        yield rectangle(x + 4, y - 5, 18, 10, fill=f"url(#{prefix}-{one.fill})", stroke=INK, stroke_width=0.5)
        return
    if series.style is not Style.DOTS:
        yield line(x, y, x + 24, y, stroke=one.colour, stroke_width=1.6, stroke_dasharray=one.dashes)
    if _dotted(series):
        yield shape(one.shape, x + 12, y, 3.2, one.colour)


def nothing(across: Across, bottom: float) -> str:
    """What stands in a panel without a value."""
    middle = (across.left + across.right) / 2
    return text(middle, bottom - 8, "nothing was measured", text_anchor="middle", fill=QUIET)
