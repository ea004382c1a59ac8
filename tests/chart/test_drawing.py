"""A chart as SVG: sound XML that stands alone, says what it shows, and whose words never lie on each other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from devicelog.chart.drawing import svg
from devicelog.chart.model import Axis, Band, Chart, Limit, Mark, Panel, Series, Style, Zone
from devicelog.chart.treatment import Curve, Scene, Sum, dots, flow, summed
from tests.chart.boxes import NAMESPACE, alarm_marks, overlaps, words

VALUES = some.one_of(some.none(), some.floats(-1e5, 1e5, allow_nan=False))
NAMES = some.text(some.characters(codec="utf-8"), max_size=40)
SECONDS = some.floats(0, 4000, allow_nan=False)


def spans(kind: type[Any]) -> some.SearchStrategy[list[Any]]:
    """Bands or zones, wherever they lie."""
    one = some.tuples(SECONDS, SECONDS, NAMES).map(lambda parts: kind(min(parts[:2]), max(parts[:2]), parts[2]))
    return some.lists(one, max_size=6)


POINTS = some.lists(some.tuples(SECONDS, VALUES), max_size=30).map(
    lambda points: sorted(points, key=lambda one: one[0])
)
SERIES = some.builds(Series, NAMES, POINTS, some.sampled_from(Style))
PANELS = some.builds(
    Panel,
    quantity=some.text("depth mVL", min_size=1, max_size=20),
    unit=some.sampled_from(["", "mm", "mA·min"]),
    series=some.lists(SERIES, max_size=9),
    limits=some.lists(some.builds(Limit, NAMES, some.floats(0, 1e5), some.booleans()), max_size=9),
    bands=spans(Band),
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


def treatment(**more: Any) -> Chart:
    """A meso-gun session with alarms close together, a short zone, a gap, and limits that lie close."""
    depths = [(5.0 + 3 * number, 1.5) for number in range(190)]
    close = [Limit("soft 2 mm", 2, hard=False), Limit("hard 2.1 mm", 2.1, hard=True), Limit("far 40 mm", 40, hard=True)]
    long = [Limit("hard 0.05 mL, by a source with a long name that says much", 0.05, hard=True)]
    gaps = [Band(400, 440, "link lost"), Band(500, 501, "silent"), Band(420, 460, "the other link was lost")]
    scene = Scene(600, gaps)
    return Chart(
        "Session 1: injections of a title that is much longer than what a narrow chart has room for in one line",
        "190 injections",
        Axis.ELAPSED,
        0.0,
        600.0,
        [
            dots(scene, "depth (extension)", "mm", depths, close),
            dots(scene, "volume of an injection", "mL", [(at, 0.02) for at, _ in depths], long),
            summed(scene, "so far", "mL", Sum([(at, 0.02) for at, _ in depths], gaps[:1], 400.1), [], Style.STEPS),
        ],
        [Zone(0, 300, "Forehead"), Zone(300, 310, "Chin"), Zone(310, 600, "Cheek, left")],
        marks=[Mark(at, priority, number) for number, (at, priority) in enumerate(
            [(0, "low"), (100, "low"), (101, "high"), (104, "medium"), (120, "low"), (598, "low")], start=1)],
        note="Limits of the volume in a zone are not drawn.",
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("wide", [480, 900, 1400])
def test_no_word_lies_on_another(wide: int) -> None:
    drawn = svg(treatment(width=wide))

    assert len(words(drawn)) > 20
    assert len(alarm_marks(drawn)) > 5
    assert overlaps(drawn) == []
    assert all(box.left >= 0 and box.right <= wide + 1 for box in words(drawn))


def test_the_same_input_gives_the_same_bytes() -> None:
    assert svg(treatment()) == svg(treatment())


def test_a_reader_of_the_screen_is_told_what_is_there() -> None:
    drawn = ElementTree.fromstring(svg(treatment()))

    named = {
        element.get("id"): element.text for element in drawn if element.tag in (f"{NAMESPACE}title", f"{NAMESPACE}desc")
    }
    assert drawn.get("role") == "img"
    assert sorted(map(str, named)) == sorted((drawn.get("aria-labelledby") or "").split())
    assert "190 injections" in named.values()


def test_nothing_from_elsewhere_and_nothing_that_runs() -> None:
    drawn = svg(replace(treatment(), note='<script>alert(1)</script> & "quotes"'))

    assert "<script" not in drawn
    assert not re.search(r"(href|src|on\w+)=|@import|url\((?!#)", drawn)
    assert drawn.count("http") == 1  # the name of SVG itself


def test_no_line_is_drawn_through_a_gap() -> None:
    scene = Scene(10, [Band(4, 6, "contact lost")])
    points = [(float(at), None if 4 <= at <= 6 else 1.5 + at / 10) for at in range(11)]

    drawn = ElementTree.fromstring(svg(one_panel(flow(scene, "current", "mA", [Curve("", points)], []))))

    (line,) = [path for path in drawn.iter(f"{NAMESPACE}path") if path.get("stroke-linejoin")]
    assert [piece.count(" ") for piece in (line.get("d") or "").split("M")[1:]] == [7, 7]  # four points each


def test_a_point_between_two_gaps_is_seen_however_many_points_there_are() -> None:
    points = [(float(at), None if at % 2 else 1.5) for at in range(200)]  # each stands alone: there is no line

    drawn = svg(one_panel(Panel("depth", "mm", [Series("gun", points, Style.LINE)], [])))

    assert drawn.count("h0") >= 100


def one_panel(panel: Panel) -> Chart:
    """A chart of nothing else."""
    return Chart("t", "d", Axis.ELAPSED, 0.0, 200.0, [panel])


def test_a_limit_far_above_is_named_at_the_edge_and_does_not_flatten_the_curve() -> None:
    drawn = svg(treatment())

    assert "↑ far 40 mm" in drawn
    assert ">40<" not in drawn


@settings(max_examples=60, deadline=None)
@given(CHARTS, some.sampled_from([420, 900, 1300]))
def test_no_word_lies_on_another_whatever_is_drawn(chart: Chart, wide: int) -> None:
    assert overlaps(svg(replace(chart, width=wide))) == []


def test_each_series_differs_in_shape_and_dashes_not_in_colour_alone() -> None:
    from devicelog.chart.looks import LOOKS

    for name in ("colour", "shape", "dashes", "fill"):
        assert len({getattr(look, name) for look in LOOKS}) == len(LOOKS)


@settings(max_examples=40, deadline=None)
@given(CHARTS)
def test_whatever_is_drawn_is_sound_xml_within_its_frame(chart: Chart) -> None:
    drawn = ElementTree.fromstring(svg(chart))

    _, _, wide, high = map(float, (drawn.get("viewBox") or "").split())
    for element in drawn.iter():
        for name, most in (("x", wide), ("y", high), ("cx", wide), ("cy", high)):
            if element.get(name) is not None:
                assert -10 <= float(element.get(name, "")) <= most + 10
