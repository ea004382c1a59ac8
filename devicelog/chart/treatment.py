"""The panels of a treatment: injections with depth, volume and sum, and a current with what was set and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from devicelog.chart.model import Band, Limit, Panel, Point, Series, Style
from devicelog.chart.stretch import around
from devicelog.chart.thinned import thinned, thinned_dots

#: Columns of a chart as wide as a page: more points across it than two a column nobody sees.
_COLUMNS = 450
#: So many dots are all drawn.
_DOTS = 400
#: Looks of a lower bound, and of what was measured and set by each device: none that a soft limit might be taken for.
_AT_LEAST, _LOOKS = 2, ((0, 2), (3, 6), (5, 7))


@dataclass(frozen=True, slots=True)
class Scene:
    """What the panels of one kind of treatment have in common: how long it lasted (s), and where data is missing.

    `stretch` is the part of it that is drawn, from when to when (s); None: all of it.
    """

    seconds: float
    gaps: Sequence[Band] = ()
    stretch: tuple[float, float] | None = None

    @property
    def column(self) -> float:
        """How long a column of the drawing lasts."""
        first, last = self.stretch or (0.0, self.seconds)
        return max(last - first, 1e-6) / _COLUMNS

    def seen(self, points: Iterable[Point]) -> Iterable[Point]:
        """What of points in order is in the stretch, and the nearest before and behind it."""
        return points if self.stretch is None else around(points, *self.stretch)


@dataclass(frozen=True, slots=True)
class Sum:
    """What adds up: a moment and an amount each, in order. `missing` are the gaps over which nothing is drawn.

    From `doubted` on (None: never) it is a lower bound.
    """

    added: Sequence[tuple[float, float]]
    missing: Sequence[Band] = ()
    doubted: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """What one device measured and was set to; a point without a value breaks the line. `apart`: no line joins them."""

    name: str
    measured: Sequence[Point]
    set_to: Sequence[Point] = field(default=())
    apart: bool = False


def dots(scene: Scene, quantity: str, unit: str, points: Sequence[Point], limits: Sequence[Limit]) -> Panel:
    """A value of each injection; of the many the lowest and highest of each column, and every one beyond a limit."""
    lowest = min((limit.value for limit in limits), default=float("inf"))
    found = list(scene.seen(points))
    seen = found if len(found) <= _DOTS else thinned_dots(found, 2 * scene.column, lambda value: value > lowest)
    return Panel(quantity, unit, [Series(quantity, seen, Style.DOTS)], limits, height=100, bands=scene.gaps)


def summed(scene: Scene, quantity: str, unit: str, total: Sum, limits: Sequence[Limit], style: Style) -> Panel:
    """A sum so far: nothing is drawn through a gap, behind which it goes on as a lower bound, drawn otherwise."""
    known, at_least = _split(_running(total, scene.seconds), total.doubted)
    series = [Series(quantity, thinned(scene.seen(known), scene.column), style)] if known else []
    if at_least:
        series.append(Series("at least", thinned(scene.seen(at_least), scene.column), style, look=_AT_LEAST))
    return Panel(quantity, unit, series, limits, height=110, bands=scene.gaps)


def _running(total: Sum, until: float) -> Iterator[Point]:
    """The sum behind each moment; what was added within a gap stands at its end."""
    turns = [(moment, _ADD, more) for moment, more in total.added]
    turns += [(gap.since, _GAP, 0.0) for gap in total.missing]
    turns += [(max(gap.until, gap.since + 1e-6), _OVER, 0.0) for gap in total.missing]
    amount, gaps = 0.0, 0
    yield 0.0, 0.0
    for at, turn, more in sorted(turns):
        gaps += {_GAP: 1, _OVER: -1, _ADD: 0}[turn]
        amount += more
        if not gaps or (turn == _GAP and gaps == 1):
            yield at, amount
        if turn == _GAP and gaps == 1:
            yield at, None
    if not gaps and until >= max((at for at, _, _ in turns), default=0.0):
        yield until, amount


#: What happens to a sum; at one moment a gap that is over comes first, one that begins last.
_OVER, _ADD, _GAP = range(3)


def _split(points: Iterable[Point], doubted: float | None) -> tuple[list[Point], list[Point]]:
    """What is known, and what is a lower bound; the one ends where the other begins."""
    known: list[Point] = []
    at_least: list[Point] = []
    for point in points:
        if doubted is None or point[0] < doubted:
            known.append(point)
            continue
        if not at_least and known and known[-1][1] is not None:
            known.append((doubted, known[-1][1]))
            at_least.append(known[-1])
        at_least.append(point)
    return known, at_least


def flow(scene: Scene, quantity: str, unit: str, curves: Sequence[Curve], limits: Sequence[Limit]) -> Panel:
    """What was set and measured: a lost contact or a gap is never drawn over."""
    series: list[Series] = []
    for at, curve in enumerate(curves):
        style = Style.DOTS if curve.apart else Style.CURVE
        known = any(value is not None for _, value in curve.set_to)
        name = f"{curve.name} measured".strip() if known or curve.name else ""
        measured, set_to = _LOOKS[at % len(_LOOKS)]
        series.append(Series(name, thinned(scene.seen(curve.measured), scene.column), style, look=measured))
        if known:
            held = thinned(scene.seen(curve.set_to), scene.column)
            set_style = Style.DOTS if curve.apart else Style.STEPS
            series.append(Series(f"{curve.name} set".strip(), held, set_style, look=set_to))
    return Panel(quantity, unit, series, limits, height=170, bands=scene.gaps)
