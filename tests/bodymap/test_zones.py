"""The body map: every zone has a code, every name means one zone, and every exclusion has its source."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.bodymap import map_file
from devicelog.bodymap.zones import CODE, load, named
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.treatment.protocol import Modality
from devicelog.treatment.protocol_file import find, shipped

MAP = load()
NAMES = [name for zone in MAP.zones.values() for name in (zone.code, *zone.aliases)]

#: A version that was released stays as it is, because sessions name it; a new one gets a line of its own.
RELEASED = {"1": "235fb4622ac18cb89c9d86b932dda659231955e2533930bf7ba6d98fef966d86"}

SMALL = """
version = "7"
[sources]
S = { title = "a standard", where = "a shelf" }
[drawings]
d = "A drawing"
[[zone]]
code = "face"
name = "Face"
[[zone]]
code = "face.cheek"
name = "Cheek"
sides = true
drawings = ["d"]
aliases = ["cheek"]
"""


# -- codes and names -------------------------------------------------------------------------------------------


def test_the_map_has_the_areas_that_are_treated() -> None:
    roots = {zone.code for zone in MAP.zones.values() if zone.parent is None}

    areas = {"face", "scalp", "neck", "decolletage", "hands", "abdomen", "flanks", "thighs", "buttocks"}
    assert areas <= roots


def test_a_code_says_where_its_zone_lies() -> None:
    for zone in MAP.zones.values():
        assert re.fullmatch(CODE, zone.code)
        assert zone.parent == (zone.code.rpartition(".")[0] or None)
        assert [one.code for one in MAP.around(zone)][-1] == zone.code.split(".")[0]


def test_left_and_right_go_together() -> None:
    sided = [zone for zone in MAP.zones.values() if zone.side is not None]

    assert {zone.code.rpartition(".")[2] for zone in sided} == {"left", "right"}
    assert set(Counter(zone.parent for zone in sided).values()) == {2}


@given(st.sampled_from(NAMES))
def test_capitals_and_what_joins_the_words_do_not_matter(name: str) -> None:
    meant = MAP.find(name)
    assert meant is not None

    for joined in (name.upper(), re.sub(r"[\W_]+", "-", name), re.sub(r"[\W_]+", "_", name), f"  {name} "):
        assert MAP.find(joined) is meant


@given(st.one_of(st.text(), st.sampled_from(NAMES)))
def test_the_code_of_a_code_is_itself(text: str) -> None:
    assert MAP.canonical(MAP.canonical(text)) == MAP.canonical(text)
    assert MAP.find(text) is None or MAP.canonical(text) in MAP.zones


def test_a_name_means_one_zone() -> None:
    assert all(MAP.find(zone.code) is zone for zone in MAP.zones.values())
    assert all(MAP.find(alias) is zone for zone in MAP.zones.values() for alias in zone.aliases)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("forehead", "face.forehead"),
        ("chin", "face.chin"),
        ("left_cheek", "face.cheek.left"),
        ("right cheek", "face.cheek.right"),
        ("full_face", "face"),
        ("front-neck", "neck.front"),
        ("Décolletage", "decolletage"),
        ("crow's feet", "face.crows_feet"),
        ("love handles", "flanks"),
        ("left hand", "hands.back.left"),
        ("double chin", "face.submental"),
    ],
)
def test_what_people_type_is_understood(typed: str, code: str) -> None:
    assert MAP.canonical(typed) == code


def test_what_shipped_protocols_exclude_is_on_the_map() -> None:
    excluded = {word for name in shipped() for word in find(name).excluded_zones}

    assert {MAP.canonical(word) for word in excluded} == {
        "face.orbital",
        "face.mouth",
        "neck.front",
        "across.temples",
        "across.chest",
        "across.heart",
    }


@pytest.mark.parametrize(
    ("typed", "code"), [("forhead", "face.forehead"), ("thigh left", "thighs.front.left"), ("chek", "face.cheek")]
)
def test_a_slip_is_told_what_may_have_been_meant(typed: str, code: str) -> None:
    assert MAP.find(typed) is None
    assert code in MAP.close_to(typed)


@given(st.text(max_size=200))
def test_any_text_can_be_looked_for(text: str) -> None:
    assert len(MAP.close_to(text)) <= 4


# -- exclusions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", ["iontophoresis-dc", "electroporation"])
@pytest.mark.parametrize(
    "zone",
    ["face.orbital.left", "face.mouth", "neck.front", "across.temples", "across.head", "across.chest", "across.heart"],
)
def test_current_is_excluded_where_the_standard_says_so(zone: str, modality: str) -> None:
    found = MAP.exclusions(MAP.zones[zone], modality)

    assert any(source.key == "AS2018" and source.grade == "H" for one in found for source in one.sources)


def test_no_zone_is_excluded_for_injections() -> None:
    assert not MAP.excludes(Modality.INJECTION)


def test_exclusions_are_of_modalities_that_exist_and_name_sources_that_exist() -> None:
    for zone in MAP.zones.values():
        for found in zone.excluded:
            assert found.modalities <= set(Modality)
            assert {source.key for source in found.sources} <= set(MAP.sources)


def test_a_zone_beside_an_excluded_one_is_free() -> None:
    for code in ("face.cheek.left", "face.perioral", "neck.side.left", "decolletage", "back.upper"):
        assert MAP.exclusions(MAP.zones[code], "electroporation") == []


# -- versions and files ----------------------------------------------------------------------------------------


def test_a_released_version_is_never_edited() -> None:
    files = {version: hashlib.sha256(path.read_bytes()).hexdigest() for version, path in map_file.versions().items()}

    assert files == RELEASED
    assert all(load(version).sha256 == digest and load(version).version == version for version, digest in files.items())


def test_a_version_that_is_not_installed_is_said() -> None:
    with pytest.raises(UnknownNameError, match="no version of the body map is called '99'"):
        load("99")


def test_a_session_gets_the_map_that_it_names_or_none() -> None:
    assert named(MAP.content()) == MAP
    assert named(None) is None
    with pytest.raises(BadInputError, match="another SHA-256 than the session names"):
        named({**MAP.content(), "sha256": "0" * 64})


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "face.cheek"', 'code = "nose.cheek"', "nose.cheek is in nose, which does not stand before it"),
        ('code = "face.cheek"', 'code = "Face"', "zone.1.code: found 'Face'"),
        ('aliases = ["cheek"]', 'aliases = ["FACE"]', "'FACE' means face and face.cheek"),
        ('drawings = ["d"]', 'drawings = ["e"]', "is drawn on 'e', which is not in [drawings]"),
        ('name = "Cheek"', 'name = "Cheek"\ncolour = "red"', "zone.1.colour"),
        (
            'name = "Face"',
            'name = "Face"\nexcluded = [{ modalities = ["x"], because = "b", sources = [{ key = "T", grade = "H" }] }]',
            "face cites 'T', which is not in [sources]",
        ),
        (
            'name = "Face"',
            'name = "Face"\nexcluded = [{ modalities = ["x"], because = "b", sources = [{ key = "S", grade = "L" }] }]',
            "zone.0.excluded.0.sources.0.grade: found 'L'",
        ),
    ],
)
def test_a_map_that_contradicts_itself_is_refused(old: str, new: str, complaint: str) -> None:
    assert set(map_file.parse(SMALL, where="map").zones) == {
        "face",
        "face.cheek",
        "face.cheek.left",
        "face.cheek.right",
    }

    with pytest.raises(BadInputError, match=re.escape(complaint)):
        map_file.parse(SMALL.replace(old, new), where="map")
