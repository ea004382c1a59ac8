"""No text can end a field, a segment or a frame; every character of it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.export.hl7.segments import escaped, moment, segment
from tests.export.hl7.conftest import NASTY, Exported
from tests.export.hl7.reader import plain


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_written_comes_back(text: str) -> None:
    made = escaped(text)
    assert plain(made) == text.replace("\r\n", "\n")
    assert not set(made) & set("|^~&\r\n\x0b\x1c")
    assert len(made.splitlines()) <= 1
    assert made != '""'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b", "a\\F\\b"),
        ("a^b", "a\\S\\b"),
        ("a&b", "a\\T\\b"),
        ("a~b", "a\\R\\b"),
        ("a\\b", "a\\E\\b"),
        ("a\nb", "a\\.br\\b"),
        ("a\rb", "a\\X0D\\b"),
        ("a\x1cb", "a\\X1C\\b"),
        ('""', "\\X22\\\\X22\\"),
        ("李雷 µ", "李雷 µ"),
    ],
)
def test_each_separator_has_the_escape_of_the_standard(text: str, written: str) -> None:
    assert escaped(text) == written


def test_fields_components_and_repetitions_are_told_apart() -> None:
    made = segment("ZZZ", {2: ("a", ("b", None, "c&"), None), 3: ["1", ("2", "3")], 5: None})
    assert made == "ZZZ||a^b&&c\\T\\|1~2^3"


def test_a_moment_has_its_zone_and_is_never_later_than_it_was() -> None:
    assert moment(datetime(2026, 3, 14, 10, 5, 2, 999_999, UTC)) == "20260314100502.9999+0000"


def test_names_of_any_kind_survive_in_both_messages(kinds: Mapping[str, Exported]) -> None:
    kept = NASTY.replace("\r\n", "\n")
    made = kinds["nasty"]
    for message in (made.document, made.observations):
        assert message.one("PV1").parts(7)[1] == kept
    assert [plain(row[5]) for row in made.observations.rows("zone")] == [kept]
    assert [plain(row[5]) for row in made.observations.rows("note")] == [kept]
    assert {row.parts(20)[1] for row in made.observations.all("OBX") if row[20]} == {kept}
