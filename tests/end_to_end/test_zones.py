"""Zones, in real recordings: what current must not cross alarms with its source, whatever name it was chosen by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

CURRENT = "sim://reference-noneedle?seed=1&speed=max"
GUN = "sim://reference-mesogun?seed=1&speed=max"


def test_current_over_an_excluded_zone_is_a_high_alarm_with_its_source(box: Devicelog) -> None:
    words = box.recording(CURRENT, driver="reference-noneedle", protocol="noneedle-electroporation-body")

    done = box(*words, "--zone", "front-neck", "--until-quiet", "500 ms")

    alarms = box("show", "last", "--json").document["alarms"]
    (alarm,) = [alarm for alarm in alarms if alarm["zone"] == "front-neck"]
    assert alarm["priority"] == "high"
    assert "no current on the front of the neck (carotid sinus) (AS 60601.2.10:2018 [H])" in alarm["text"]
    assert "AS 60601.2.10:2018" in re.sub(r"\s+", " ", done.out)
    box("verify")
    box("replay", "last")


def test_an_excluded_zone_is_meant_by_any_of_its_names(box: Devicelog) -> None:
    words = box.recording(CURRENT, driver="reference-noneedle", protocol="noneedle-ionto-dc-face")

    box(*words, "--zone", "left eye", "--until-quiet", "500 ms")

    (entry,) = box.of("zone")
    assert entry == {"zone": "left eye", "because": "chosen at the start", "code": "face.orbital.left"}
    assert any("excluded by the treatment protocol" in alarm["text"] for alarm in box.of("alarm"))


def test_a_zone_off_the_map_is_recorded_as_typed_and_said(box: Devicelog) -> None:
    done = box(*box.recording(GUN), "--zone", "left_thigh", "--zone", "forehead", "--until-quiet", "500 ms")

    assert "note: the zone left_thigh is not on the body map, and is kept as typed; did you mean thighs." in done.err
    assert "forehead is not" not in done.err
    zones = box("show", "last", "--json").document["zones"]
    assert [(zone["zone"], zone["code"]) for zone in zones] == [("left_thigh", None), ("forehead", "face.forehead")]
    assert "not on the body map: left_thigh" in box("show", "last").out


def test_points_are_stated_behind_the_end_and_held_against_the_injections(box: Devicelog, tmp_path: Path) -> None:
    box(*box.recording(GUN), "--zone", "forehead", "--until-quiet", "500 ms")
    zone = box("show", "last", "--json").document["zones"][0]
    given = zone["totals"]["injections"]["injections"]

    at = [word for point in ("0.4,0.25", "0.5,0.22", "0.6,0.25") for word in ("--point", point)]
    done = box("add", "points", "last", "face.forehead", *at, "--by", "Dr. A")

    counted = f"3 marked in all, {given} injections recorded"
    assert f"3 points of forehead on the drawing face-front, stated behind the end; {counted}" in done.err
    (marked,) = box("show", "last", "--json").document["points"]
    assert (marked["zone"], marked["code"], marked["late"], marked["agrees"]) == (
        "forehead",
        "face.forehead",
        True,
        False,
    )
    box("zones", "--points", "last", "--svg", str(tmp_path / "p.svg"), "--why", "for the patient's file")
    (read,) = [one for one in box("accesses", "last", "--json").document if one["what"] == "zones --points"]
    assert read["why"] == "for the patient's file"
    drawing = ElementTree.parse(tmp_path / "p.svg")
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == 2 + 3  # both irises, and the points
    box("verify")
    box("replay", "last")
    box("export", "last", "--to", str(tmp_path / "exports"))
    box("verify", str(next((tmp_path / "exports").iterdir())))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "points", "last", "forehead", "--point", "2,0.5", "--by", "A"), "point 1: found '2', '0.5'"),
        (("add", "points", "last", "forehead", "--point", "1", "--by", "A"), "point 1: found '1', expected two parts"),
        (
            ("add", "points", "last", "forehead", "--point", "0.5,0.5", "--drawing", "hands", "--by", "A"),
            "it is not on the drawing hands",
        ),
        (("add", "points", "last", "scar", "--point", "0.5,0.5", "--by", "A"), "scar is on no drawing by itself"),
        (
            ("add", "points", "last", "scar", "--point", "0,1", "--drawing", "face", "--by", "A"),
            "no drawing is called 'face'",
        ),
        (("zones", "--points", "last", "--svg", "x.svg"), "no points are marked"),
        (("zones", "--points", "last"), "goes with --svg FILE"),
        (("zones", "neck", "--points", "last", "--svg", "x.svg"), "with no CODE"),
    ],
)
def test_points_that_cannot_be_are_refused_in_a_sentence(
    recorded: Devicelog, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in recorded.refuses(*words)


def test_points_beside_the_map_are_kept_as_typed_and_said(recorded: Devicelog) -> None:
    done = recorded("add", "points", "last", "left_thigh", "--drawing", "body-front", "--point", "0.5,0.5", "--by", "A")

    assert "note: the zone left_thigh is not on the body map, and is kept as typed; did you mean thighs." in done.err
    assert "code" not in recorded.of("points")[-1]


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("Left cheek", "face.cheek.left", False),
        ("left_thigh", None, True),
    ],
)
def test_a_zone_is_corrected_by_any_of_its_names_and_one_off_the_map_is_said(
    box: Devicelog, typed: str, code: str | None, said: bool
) -> None:
    box(*box.recording(GUN), "--zone", "forehead", "--until-quiet", "500 ms")
    last = str(box.entries()[-1].number)

    done = box(
        "amend", "last", "--zone", typed, "--from", "1", "--to", last, "--by", "Dr. A", "--reason", "the wrong one"
    )

    assert ("is not on the body map, and is kept as typed" in done.err) == said
    assert box.of("amendment")[-1]["zones"][0].get("code") == code
    moved = [zone for zone in box("show", "last", "--json").document["zones"] if zone["zone"] == typed]
    assert [zone["code"] for zone in moved] == [code]
    assert f"now in {typed}; both stay" in done.err
    box("verify")


# -- the map itself --------------------------------------------------------------------------------------------


def test_the_map_is_listed_as_a_tree_with_sides_exclusions_and_sources(box: Devicelog) -> None:
    out = box("zones").out

    assert re.search(r"^  face\.cheek \(\.left \.right\) +Cheek$", out, re.MULTILINE)
    assert re.search(r"^  neck\.front .*✗ no current on the front of the neck .*\[H\]\)$", out, re.MULTILINE)
    assert "excerpt on asstandardslist.mealir.com" in out


def test_a_zone_says_what_it_is_by_any_of_its_names(box: Devicelog) -> None:
    document = box("zones", "left_eye", "--json").document

    (zone,) = document["zones"]
    assert (zone["code"], zone["side"]) == ("face.orbital.left", "left")
    assert [(found["by"], found["modalities"]) for found in zone["excluded"]] == [
        ("face.orbital", ["electroporation", "iontophoresis-dc"])
    ]
    assert "excluded for electroporation and iontophoresis-dc (as face.orbital)" in box("zones", "left_eye").out


def test_a_zone_is_drawn_with_what_is_excluded_in_it(box: Devicelog, tmp_path: Path) -> None:
    box("zones", "face", "--svg", str(tmp_path / "face.svg"))

    paths = ElementTree.parse(tmp_path / "face.svg").iter("{http://www.w3.org/2000/svg}path")
    dashed = {path.attrib["id"] for path in paths if "stroke-dasharray" in path.attrib}
    assert dashed == {"face.orbital.left", "face.orbital.right", "face.mouth"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("left_thigh",), "'left_thigh' is not on the body map; did you mean thighs."),
        (("forehead", "--drawing", "hands"), "give --svg, too"),
        (("forehead", "--drawing", "hands", "--svg", "x.svg"), "face.forehead is not on a drawing 'hands'"),
        (("across.head", "--svg", "x.svg"), "on no drawing"),
        (("--svg", "x.svg"), "give a CODE, or --drawing"),
    ],
)
def test_what_is_not_on_the_map_is_refused_in_a_sentence(box: Devicelog, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in box.refuses("zones", *words)
