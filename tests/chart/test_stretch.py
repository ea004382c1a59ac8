"""A stretch of a chart is the same drawing, cut at both ends."""

from __future__ import annotations

from devicelog.chart.model import Axis, Band, Chart, Mark, Panel, Series, Style, Zone
from devicelog.chart.stretch import around, stretch


def cut(*points: tuple[float, float | None], style: Style) -> list[tuple[float, float | None]]:
    chart = Chart("t", "d", Axis.ELAPSED, 0, 100, [Panel("q", "mm", [Series("s", points, style)])])
    return list(stretch(chart, 10, 20).panels[0].series[0].points)


def test_dots_beyond_the_edges_are_left_out() -> None:
    assert cut((9, 1), (10, 2), (20, 3), (21, 4), style=Style.DOTS) == [(10, 2), (20, 3)]


def test_a_line_is_cut_where_it_crosses_an_edge() -> None:
    assert cut((5, 0), (15, 10), (25, 0), style=Style.CURVE) == [(10, 5), (15, 10), (20, 5)]


def test_a_line_over_the_whole_stretch_is_cut_at_both_edges() -> None:
    assert cut((0, 0), (100, 100), style=Style.CURVE) == [(10, 10), (20, 20)]


def test_steps_go_on_at_their_height() -> None:
    assert cut((5, 1), (15, 2), style=Style.STEPS) == [(10, 1), (15, 2)]
    assert cut((5, 1), style=Style.STEPS) == [(10, 1), (20, 1)]


def test_nothing_is_drawn_over_a_break_at_an_edge() -> None:
    assert cut((5, 1), (8, None), (15, 2), style=Style.CURVE) == [(15, 2)]
    assert cut((5, 1), (8, None), (15, 2), style=Style.STEPS) == [(15, 2)]
    assert cut((5, 1), (12, None), style=Style.CURVE) == [(12, None)]


def test_bands_zones_and_marks_end_at_the_edges() -> None:
    whole = Chart(
        "t",
        "d",
        Axis.ELAPSED,
        0,
        100,
        [Panel("q", "mm", [], bands=[Band(0, 15, "gap"), Band(30, 40, "gap")])],
        zones=[Zone(0, 12, "a"), Zone(12, 100, "b"), Zone(50, 60, "c")],
        marks=[Mark(9, "high", 1), Mark(11, "high", 2)],
    )
    part = stretch(whole, 10, 20)
    assert [(band.since, band.until) for band in part.panels[0].bands] == [(10, 15)]
    assert [(zone.name, zone.since, zone.until) for zone in part.zones] == [("a", 10, 12), ("b", 12, 20)]
    assert [mark.number for mark in part.marks] == [2]


def test_of_points_the_nearest_outside_stay_so_that_a_line_can_cross() -> None:
    points = [(float(at), 0.0) for at in range(0, 100, 10)]
    assert [at for at, _ in around(points, 25, 45)] == [20, 30, 40, 50]
    assert [at for at, _ in around(points, 200, 300)] == [90]
