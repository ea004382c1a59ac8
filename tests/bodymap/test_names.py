"""Names of zones as lists print them: those of the body map, read without checking all of it."""

from __future__ import annotations

from devicelog.bodymap.names import name_of, names, with_name
from devicelog.bodymap.zones import load


def test_the_names_are_those_of_the_map() -> None:
    assert names() == {code: zone.name for code, zone in load().zones.items()}


def test_a_zone_has_the_name_of_its_code_and_without_one_is_as_it_was_typed() -> None:
    assert name_of("left_cheek", "face.cheek.left") == "Cheek, left"
    assert name_of("face.cheek.left", None) == "Cheek, left"
    assert name_of("behind the ear", None) == "behind the ear"


def test_a_sentence_has_the_name_in_the_place_of_what_was_typed_and_of_nothing_else() -> None:
    assert with_name("1 mL in face is above", "face", "face") == "1 mL in Face is above"
    assert with_name("in face.cheek.left.", "face.cheek.left", None) == "in Cheek, left."
    assert with_name("in left cheek", "left_cheek", "face.cheek.left") == "in Cheek, left"
    kept = "of meso-face-gun 1, on the surface, in face.cheek"
    assert with_name(kept, "face", "face") == kept
