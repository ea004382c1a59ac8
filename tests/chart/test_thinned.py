"""Thinned points: no extreme and no break is lost, the order stays, and a column has only so many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devicelog.chart.model import Point
from devicelog.chart.thinned import MOST, thinned, thinned_dots

WIDE = 10.0
VALUES = some.one_of(some.none(), some.integers(-50, 50).map(float))
LINES = some.lists(some.tuples(some.integers(0, 60).map(float), VALUES), max_size=300).map(
    lambda points: sorted(points, key=lambda one: one[0])
)


def columns(points: Sequence[Point]) -> dict[float, list[Point]]:
    return {at: list(found) for at, found in groupby(points, key=lambda point: point[0] // WIDE)}


def values(points: Sequence[Point]) -> list[float]:
    return [y for _, y in points if y is not None]


def joined(points: Sequence[Point]) -> set[tuple[Point, Point]]:
    """The pairs of points that a line joins."""
    return {(a, b) for a, b in pairwise(points) if a[1] is not None and b[1] is not None}


@given(LINES)
def test_each_column_keeps_its_extremes_its_ends_and_few_points(points: list[Point]) -> None:
    found = columns(thinned(points, WIDE))

    assert found.keys() == columns(points).keys()
    for at, column in columns(points).items():
        kept, before = values(found[at]), values(column)
        assert len(found[at]) <= MOST
        assert kept[:1] == before[:1]
        assert kept[-1:] == before[-1:]
        assert (min(kept, default=None), max(kept, default=None)) == (
            min(before, default=None),
            max(before, default=None),
        )


@given(LINES)
def test_the_order_stays_and_no_point_is_made_up(points: list[Point]) -> None:
    found = thinned(points, WIDE)

    rest = iter(points)
    assert all(one in rest for one in found if one[1] is not None)  # a subsequence
    assert [x for x, _ in found] == sorted(x for x, _ in found)


@given(LINES)
def test_what_was_broken_is_not_joined(points: list[Point]) -> None:
    numbered = [(x, None if y is None else float(at)) for at, (x, y) in enumerate(points)]
    broken = [at for at, (_, y) in enumerate(points) if y is None]

    for (_, one), (_, other) in joined(thinned(numbered, WIDE)):
        assert one is not None
        assert other is not None
        assert not any(one < at < other for at in broken)


def test_180_000_samples_are_few_and_the_one_spike_is_there() -> None:
    points: list[Point] = [(float(at), 1.5 + at % 7 / 1000) for at in range(180_000)]
    points[77_777] = (77_777.0, 9.9)
    points[77_779] = (77_779.0, None)

    found = thinned(points, 400.0)

    assert len(found) <= 450 * 4 + MOST
    assert (77_777.0, 9.9) in found
    assert any(y is None and 77_600 <= x < 78_000 for x, y in found)


@pytest.mark.parametrize("breaks", [0, 1, 5])
def test_few_points_stay_as_they_are(breaks: int) -> None:
    points: list[Point] = [(float(at) * WIDE, None if at < breaks else 1.0) for at in range(12)]

    assert thinned(points, WIDE) == points


@given(LINES, some.integers(-50, 50))
def test_every_dot_beyond_a_limit_stays(points: list[Point], limit: int) -> None:
    found = thinned_dots(points, WIDE, lambda value: value > limit)

    assert [y for y in values(found) if y > limit] == [y for y in values(points) if y > limit]
    for at, column in columns([point for point in points if point[1] is not None]).items():
        kept = values(columns(found)[at])
        assert (min(kept), max(kept)) == (min(values(column)), max(values(column)))
