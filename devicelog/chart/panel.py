"""One panel: its grid, its series, its limits with their names in the margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.chart.element import FAINT, INK, QUIET, line, polyline, rectangle, text
from devicelog.chart.looks import HARD, SOFT, Look, look, shape
from devicelog.chart.model import Limit, Panel, Point, Series, Style
from devicelog.chart.place import Across, Up, spread, stacked
from devicelog.chart.text import SIZE, cut, width

#: Dots are drawn for so many points at most; of a line with more, only where a point stands alone.
_DOTTED = 60
#: Rows of the heading: the quantity, and as many as the legend takes (px).
ROW = 18
_SMALL = 11


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
    count = sum(y is not None for _, y in series.points)
    if series.style is not Style.DOTS:
        for piece in _pieces(series.points):
            placed = [(across.at(x), up.at(y)) for x, y in piece]
            if series.style is Style.STEPS:
                placed = list(_steps(placed))
            yield polyline(_thinned(placed), stroke=look.colour, stroke_width=1.6, stroke_dasharray=look.dashes)
    size = 3.2 if count <= _DOTTED else 2.0
    drawn = dict.fromkeys((round(across.at(x), 1), round(up.at(y), 1)) for x, y in _dotted(series))
    yield from (shape(look.shape, x, y, size, look.colour) for x, y in drawn)


def _dotted(series: Series) -> list[tuple[float, float]]:
    """The points that are drawn one by one: all of them, or those that stand alone."""
    pieces = list(_pieces(series.points))
    return [point for piece in pieces if _has_dots(series) or len(piece) == 1 for point in piece]


def _has_dots(series: Series) -> bool:
    """Whether all its points are drawn one by one."""
    count = sum(y is not None for _, y in series.points)
    return series.style is Style.DOTS or (series.style is Style.LINE and count <= _DOTTED)


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


def _thinned(placed: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Of the many points of one column of pixels the first, the least, the greatest and the last: it looks the same."""
    column: list[tuple[float, float]] = []
    for point in placed:
        if column and int(point[0]) != int(column[0][0]):
            yield from _edges(column)
            column = []
        column.append(point)
    yield from _edges(column)


def _edges(column: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(column) <= 4:
        return column
    by_value = sorted(range(len(column)), key=lambda at: column[at][1])
    return [column[at] for at in sorted({0, len(column) - 1, by_value[0], by_value[-1]})]


# -- limits and headings ------------------------------------------------------------------------------------------


def _limits(panel: Panel, across: Across, up: Up) -> Iterator[str]:
    """The lines, and to their right the names, moved apart where limits lie close together."""
    limits = sorted(panel.limits, key=lambda limit: -limit.value)
    places = spread([up.at(limit.value) for limit in limits], SIZE + 2, up.top + 4, up.bottom - 2)
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


def _legend_rows(panel: Panel, room: float) -> list[list[tuple[int, str, float]]]:
    """Number, name and place of the series of each row behind the quantity; none for one that says the same as it."""
    named = [(at, one.name) for at, one in enumerate(panel.series) if one.name not in ("", panel.quantity)]
    begin = width(_quantity(panel)) * 1.1 + 24
    rows: list[list[tuple[int, str, float]]] = [[]]
    x = begin
    for at, whole in named:
        name = cut(whole, room - begin - 30)
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
    yield text(across.left, first, _quantity(panel), font_weight="bold")
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
