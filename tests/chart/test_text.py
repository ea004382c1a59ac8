"""Words are given at least the room that they take, on paper too, and none more than there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as some

from devicelog.chart.text import FONT, cut, width, wrapped

_MEASURED = """\
#let words = json(bytes(sys.inputs.words))
#let wide(it, weight) = measure(text(font: "Libertinus Serif", size: 100pt, weight: weight, it)).width.pt()
#context [#metadata(words.map(it => (wide(it, "regular"), wide(it, "bold")))) <widths>]
"""
_WORDS = [
    *(chr(code) for code in range(33, 127)),
    *"µ·…↑−×≥²éäüłŁŽñçİşąΩπ–ЖШЩя",
    "hard limit 0.025 mL",
    "volume of an injection (commanded), mL",
    "WWWWWWWWWW MMMMMMMM @@@@ %%%%",
    "time since the beginning, h:min:s",
]


@pytest.fixture(scope="module")
def on_paper(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, float]]:
    """How wide words are in the font that typst brings, regular and bold, in parts of its size."""
    file: Path = tmp_path_factory.mktemp("typst") / "widths.typ"
    file.write_text(_MEASURED, encoding="utf-8")
    found = typst.query(
        file, "<widths>", field="value", one=True, ignore_system_fonts=True, sys_inputs={"words": json.dumps(_WORDS)}
    )
    return {word: (regular / 100, bold / 100) for word, (regular, bold) in zip(_WORDS, json.loads(found), strict=True)}


def test_no_word_is_wider_on_paper_than_it_is_given_room_for(on_paper: dict[str, tuple[float, float]]) -> None:
    short = {
        word: widths
        for word, widths in on_paper.items()
        if widths[0] > width(word, 1) + 1e-9 or widths[1] > width(word, 1, bold=True) + 1e-9
    }

    assert short == {}
    assert all(regular > 0 for regular, _ in on_paper.values())


def test_the_font_of_paper_is_among_those_that_are_asked_for() -> None:
    assert "'Libertinus Serif'" in FONT


@given(some.text(max_size=60), some.floats(0, 300), some.integers(1, 4))
def test_lines_keep_to_their_room(text: str, room: float, most: int) -> None:
    lines = wrapped(text, room, most=most)

    assert len(lines) <= most
    assert all(width(line) <= room for line in lines)
    assert width(cut(text, room)) <= room


def test_what_has_no_room_ends_in_an_ellipsis() -> None:
    assert wrapped("one two three", 1000) == ["one two three"]
    assert wrapped("one two three four", width("one two"), most=1) == ["one t…"]
    assert cut("Cheek, left", width("Cheek")) == "Che…"
