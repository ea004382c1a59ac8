"""The drawings: one closed path for each zone, nothing from elsewhere, and what is chosen marked in a copy."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from devicelog.bodymap import drawing
from devicelog.bodymap.zones import load
from devicelog.errors import UnknownNameError

MAP = load()
SVG = "{http://www.w3.org/2000/svg}"
#: Elements that draw; there is none that runs, loads or styles anything.
DRAWS = {"svg", "title", "desc", "g", "path", "circle", "ellipse", "text"}


def _paths(text: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(text)
    return {path.attrib["id"]: path for path in root.iter(f"{SVG}path") if "id" in path.attrib}


def _shipped(name: str) -> str:
    return (drawing.SHIPPED / f"{name}.svg").read_text(encoding="utf-8")


def test_the_map_names_the_drawings_that_are_there() -> None:
    assert sorted(MAP.drawings) == drawing.names()


@pytest.mark.parametrize("name", drawing.names())
def test_every_zone_of_a_drawing_has_one_path_there_and_the_reverse(name: str) -> None:
    codes = drawing.canvas(name).codes

    assert sorted(codes) == sorted(zone.code for zone in MAP.zones.values() if name in zone.drawings)
    assert len(set(codes)) == len(codes)


def test_every_zone_is_drawn_itself_or_by_what_lies_in_it_but_for_ways_between_two_places() -> None:
    undrawn = {zone.code for zone in MAP.zones.values() if not drawing.drawings_of(MAP, zone)}

    assert undrawn == {zone.code for zone in MAP.zones.values() if zone.code.split(".")[0] == "across"}


@pytest.mark.parametrize("name", drawing.names())
def test_a_zone_is_one_closed_path_inside_the_drawing(name: str) -> None:
    size = drawing.canvas(name)

    for code, path in _paths(_shipped(name)).items():
        line = path.attrib["d"]
        assert re.fullmatch(r"M[^MZ]+Z", line), code
        numbers = [Decimal(number) for number in re.findall(r"-?[0-9.]+", line)]
        assert len(numbers) % 2 == 0
        assert all(0 <= x <= size.width for x in numbers[::2]), code
        assert all(0 <= y <= size.height for y in numbers[1::2]), code


@pytest.mark.parametrize("name", drawing.names())
def test_a_drawing_says_what_it_is_and_needs_nothing_from_elsewhere(name: str) -> None:
    text = _shipped(name)
    root = ElementTree.fromstring(text)

    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= DRAWS
    assert root.findtext(f"{SVG}title") == MAP.drawings[name]
    assert "patient's" in (root.findtext(f"{SVG}desc") or "")
    assert root.attrib["aria-labelledby"] == f"{name}-title {name}-desc"
    assert not re.search(r"href|url\(|style=|\son\w+=|<!", text)
    assert all(path.findtext(f"{SVG}title") == MAP.zones[code].name for code, path in _paths(text).items())


def test_left_is_the_patients_left() -> None:
    def middle(name: str, code: str) -> Decimal:
        numbers = [Decimal(number) for number in re.findall(r"-?[0-9.]+", _paths(_shipped(name))[code].attrib["d"])]
        return sum(numbers[::2], Decimal(0)) / len(numbers[::2])

    for name, code, left_is_left in (
        ("face-front", "face.cheek", False),
        ("body-front", "thighs.front", False),
        ("body-back", "buttocks", True),
        ("scalp", "scalp.parietal", True),
        ("hands", "hands.back", True),
    ):
        assert (middle(name, f"{code}.left") < middle(name, f"{code}.right")) is left_is_left, name


def test_a_chosen_zone_is_marked_with_all_that_lies_in_it() -> None:
    before, after = (
        _paths(_shipped("face-front")),
        _paths(drawing.drawn("face-front", MAP, chosen=[MAP.zones["face.cheek"]])),
    )

    changed = {code for code in before if before[code].attrib != after[code].attrib}
    assert changed == {"face.cheek.left", "face.cheek.right"}
    assert set(list(after)[-2:]) == changed  # on top, so that no neighbour covers the outline


def test_what_must_not_be_treated_is_told_by_its_dashes_and_not_by_colour_alone() -> None:
    zone = MAP.zones["face.orbital.left"]

    path = _paths(drawing.drawn("face-front", MAP, chosen=[zone], excluded=[zone]))[zone.code]

    assert "stroke-dasharray" in path.attrib


def test_points_stand_where_their_parts_of_the_drawing_say() -> None:
    text = drawing.drawn("scalp", MAP, points=[(Decimal("0.5"), Decimal("0.25")), (Decimal(0), Decimal(1))])

    circles = list(ElementTree.fromstring(text).iter(f"{SVG}circle"))
    assert [(circle.attrib["cx"], circle.attrib["cy"]) for circle in circles] == [
        ("200.00", "115.00"),
        ("0.00", "460.00"),
    ]


def test_the_shipped_drawing_is_not_touched_by_what_is_drawn_on_a_copy() -> None:
    drawing.drawn("hands", MAP, chosen=[MAP.zones["hands"]])

    assert _paths(drawing.drawn("hands", MAP)).keys() == _paths(_shipped("hands")).keys()
    assert 'fill="#8fc1d4"' not in drawing.drawn("hands", MAP)


def test_a_drawing_that_is_not_there_is_said() -> None:
    with pytest.raises(UnknownNameError, match="no drawing is called 'feet'"):
        drawing.drawn("feet", MAP)
