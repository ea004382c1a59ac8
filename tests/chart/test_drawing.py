"""A chart as SVG: sound XML that stands alone, says what it shows, and whose words never lie on each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from devicelog.chart.drawing import svg
from devicelog.chart.model import Axis, Band, Chart, Limit, Mark, Panel, Series, Style, Zone
from devicelog.chart.text import width
from devicelog.chart.treatment import Around, Injection, current, injections

NAMESPACE = "{http://www.w3.org/2000/svg}"

VALUES = some.one_of(some.none(), some.floats(-1e5, 1e5, allow_nan=False))
NAMES = some.text(some.characters(codec="utf-8"), max_size=40)
SECONDS = some.floats(0, 4000, allow_nan=False)


def spans(kind: type[Any]) -> some.SearchStrategy[list[Any]]:
    """Bands or zones, wherever they lie."""
    one = some.tuples(SECONDS, SECONDS, NAMES).map(lambda parts: kind(min(parts[:2]), max(parts[:2]), parts[2]))
    return some.lists(one, max_size=6)


POINTS = some.lists(some.tuples(SECONDS, VALUES), max_size=80).map(
    lambda points: sorted(points, key=lambda one: one[0])
)
SERIES = some.builds(Series, NAMES, POINTS, some.sampled_from(Style))
PANELS = some.builds(
    Panel,
    quantity=some.text("depth mVL", min_size=1, max_size=20),
    unit=some.sampled_from(["", "mm", "mA·min"]),
    series=some.lists(SERIES, max_size=9),
    limits=some.lists(some.builds(Limit, NAMES, some.floats(0, 1e5), some.booleans()), max_size=6),
)
CHARTS = some.builds(
    Chart,
    title=NAMES,
    description=NAMES,
    axis=some.just(Axis.ELAPSED),
    first=some.just(0.0),
    last=SECONDS,
    panels=some.lists(PANELS, max_size=3),
    zones=spans(Zone),
    bands=spans(Band),
    marks=some.lists(some.builds(Mark, SECONDS, some.sampled_from(["low", "medium", "high"]), some.integers(1, 999))),
    note=NAMES,
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands."""

    text: str
    left: float
    right: float
    baseline: float

    def lies_on(self, other: Box) -> bool:
        return (
            abs(self.baseline - other.baseline) < 10 and self.left < other.right - 0.5 and other.left < self.right - 0.5
        )


def boxes(drawn: str) -> list[Box]:
    """All words of a chart."""
    found = []
    for element in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}text"):
        words = element.text or ""
        wide = width(words, float(element.get("font-size", "12")))
        x, anchor = float(element.get("x", "0")), element.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        found.append(Box(words, left, left + wide, float(element.get("y", "0"))))
    return found


def treatment(**more: Any) -> Chart:
    """A meso-gun session with alarms close together, a short zone, a gap, and limits that lie close."""
    given = [Injection(5.0 + 3 * number, 1.5, 0.02) for number in range(190)]
    around = Around(
        "Session 1: injections",
        600,
        [Zone(0, 300, "face.forehead"), Zone(300, 310, "face.chin"), Zone(310, 600, "face.cheek.left")],
        [Band(400, 440, "link lost"), Band(500, 501, "silent")],
        [Mark(at, priority, number) for number, (at, priority) in enumerate(
            [(100, "low"), (101, "high"), (104, "medium"), (120, "low"), (598, "low")], start=1)],
        **more,
    )  # fmt: skip
    close = [Limit("soft 2 mm", 2, hard=False), Limit("hard 2.1 mm", 2.1, hard=True), Limit("far 40 mm", 40, hard=True)]
    return injections(
        around,
        given,
        depth_limits=close,
        volume_limits=[Limit("hard 0.05 mL, by a source with a long name that says much", 0.05, hard=True)],
    )


@pytest.mark.parametrize("wide", [480, 900, 1400])
def test_no_word_lies_on_another(wide: int) -> None:
    placed = boxes(svg(treatment(width=wide)))

    assert len(placed) > 20
    for one, other in combinations(placed, 2):
        assert not one.lies_on(other), (one, other)
    assert all(box.left >= 0 and box.right <= wide + 1 for box in placed)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert svg(treatment()) == svg(treatment())


def test_a_reader_of_the_screen_is_told_what_is_there() -> None:
    drawn = ElementTree.fromstring(svg(treatment()))

    named = {
        element.get("id"): element.text for element in drawn if element.tag in (f"{NAMESPACE}title", f"{NAMESPACE}desc")
    }
    assert drawn.get("role") == "img"
    assert sorted(map(str, named)) == sorted((drawn.get("aria-labelledby") or "").split())
    assert "190 injections, 3.800 mL in 10.0 min. 3 zones, 5 alarms, 2 stretches without data." in named.values()


def test_nothing_from_elsewhere_and_nothing_that_runs() -> None:
    drawn = svg(treatment(note='<script>alert(1)</script> & "quotes"'))

    assert "<script" not in drawn
    assert not re.search(r"(href|src|on\w+)=|@import|url\((?!#)", drawn)
    assert drawn.count("http") == 1  # the name of SVG itself


def test_no_line_is_drawn_through_a_gap() -> None:
    around = Around("c", 10, gaps=[Band(4, 6, "contact lost")])
    points = [(float(at), None if 4 <= at <= 6 else 1.5) for at in range(11)]

    drawn = ElementTree.fromstring(svg(current(around, points, [])))

    lines = [element.get("points", "") for element in drawn.iter(f"{NAMESPACE}polyline")]
    assert [len(line.split()) for line in lines] == [4, 4]


def test_a_point_between_two_gaps_is_seen_however_many_points_there_are() -> None:
    points = [(float(at), None if at % 2 else 1.5) for at in range(200)]  # each stands alone: there is no line
    alone = Chart("t", "d", Axis.ELAPSED, 0.0, 200.0, [Panel("depth", "mm", [Series("gun", points, Style.LINE)], [])])

    drawn = ElementTree.fromstring(svg(alone))

    assert len(list(drawn.iter(f"{NAMESPACE}circle"))) >= 100


def test_a_limit_far_above_is_named_at_the_edge_and_does_not_flatten_the_curve() -> None:
    drawn = svg(treatment())

    assert "↑ far 40 mm" in drawn
    assert ">40<" not in drawn


def test_each_series_differs_in_shape_and_dashes_not_in_colour_alone() -> None:
    from devicelog.chart.looks import LOOKS

    for name in ("colour", "shape", "dashes", "fill"):
        assert len({getattr(look, name) for look in LOOKS}) == len(LOOKS)


@settings(max_examples=60, deadline=None)
@given(CHARTS)
def test_whatever_is_drawn_is_sound_xml_within_its_frame(chart: Chart) -> None:
    drawn = ElementTree.fromstring(svg(chart))

    _, _, wide, high = map(float, (drawn.get("viewBox") or "").split())
    for element in drawn.iter():
        for name, most in (("x", wide), ("y", high), ("cx", wide), ("cy", high)):
            if element.get(name) is not None:
                assert -10 <= float(element.get(name, "")) <= most + 10
