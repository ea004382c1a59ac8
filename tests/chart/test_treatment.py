"""Sums of a treatment: they end at what was given, never fall, and are drawn through no gap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devicelog.chart.model import Band, Limit, Panel, Series, Style
from devicelog.chart.treatment import Curve, Scene, Sum, dots, flow, summed

MOMENTS = some.integers(0, 400).map(lambda at: at / 4)
ADDED = some.lists(some.tuples(MOMENTS, some.integers(1, 50).map(float)), max_size=60).map(sorted)
GAPS = some.lists(some.tuples(MOMENTS, MOMENTS).map(lambda ends: Band(min(ends), max(ends), "lost")), max_size=4)


def volume(added: list[tuple[float, float]], gaps: list[Band], doubted: float | None) -> Panel:
    return summed(Scene(100, gaps), "volume so far", "mL", Sum(added, gaps, doubted), [], Style.STEPS)


def values(series: Series) -> list[float]:
    return [y for _, y in series.points if y is not None]


@given(ADDED, GAPS, some.one_of(some.none(), MOMENTS))
def test_a_sum_ends_at_what_was_given_and_never_falls(
    added: list[tuple[float, float]], gaps: list[Band], doubted: float | None
) -> None:
    panel = volume(added, gaps, doubted)

    drawn = [value for series in panel.series for value in values(series)]
    assert drawn == sorted(drawn)
    assert drawn[-1] == pytest.approx(sum(amount for _, amount in added))


@given(ADDED, GAPS, some.one_of(some.none(), MOMENTS))
def test_a_sum_is_drawn_through_no_gap(
    added: list[tuple[float, float]], gaps: list[Band], doubted: float | None
) -> None:
    for series in volume(added, gaps, doubted).series:
        for (since, before), (until, after) in pairwise(series.points):
            if before is not None and after is not None:
                assert not any(gap.since < until and gap.until > since for gap in gaps)


@given(ADDED, GAPS, MOMENTS)
def test_from_a_doubt_on_a_sum_is_at_least(added: list[tuple[float, float]], gaps: list[Band], doubted: float) -> None:
    for series in volume(added, gaps, doubted).series:
        moments = [x for x, _ in series.points]
        assert all(x >= doubted for x in moments) if series.name == "at least" else all(x <= doubted for x in moments)


def test_2_000_dots_are_few_and_every_one_beyond_the_lowest_limit_is_there() -> None:
    depths = [(at / 20, 2.5 if at % 90 == 7 else 1.0 + at % 13 / 20) for at in range(2_000)]
    limits = [Limit("hard", 4, hard=True), Limit("soft", 2, hard=False)]

    (series,) = dots(Scene(100), "depth", "mm", depths, limits).series

    assert len(series.points) < 600
    assert [value for value in values(series) if value > 2] == [2.5] * 23


def test_300_dots_are_all_drawn() -> None:
    depths = [(at / 3, 1.0 + at % 13 / 20) for at in range(300)]

    (series,) = dots(Scene(100), "depth", "mm", depths, []).series

    assert series.points == depths


def test_what_is_set_and_measured_differs_in_dashes_and_each_device_has_its_own() -> None:
    curves = [Curve(name, [(0.0, 1.0), (1.0, 1.1)], [(0.0, 1.0), (1.0, 1.0)]) for name in ("SN1", "SN2")]

    series = flow(Scene(1), "current (dc)", "mA", curves, []).series

    assert [one.name for one in series] == ["SN1 measured", "SN1 set", "SN2 measured", "SN2 set"]
    assert len({one.look for one in series}) == 4
