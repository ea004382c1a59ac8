"""One cell: texts that no spreadsheet computes, and from which the text can be had back; numbers that stay numbers."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.export.csv.cell import cell_text, guarded, quoted, unguarded

#: How OWASP says that a formula may begin, full-width signs among them.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = st.text(
    st.sampled_from([*STARTS, *"'\",;a李\x00\x1f\x7f \u2028\x85"]) | st.characters(exclude_categories=["Cs"])
)


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_begins_as_a_formula_does_gets_an_apostrophe(start: str) -> None:
    assert cell_text(f"{start}1+1") == f"'{start}1+1"
    assert cell_text(f"'{start}1+1") == f"''{start}1+1"
    assert cell_text(f"a{start}1") == f"a{start}1"


def test_what_is_empty_stays_empty() -> None:
    assert cell_text("") == ""
    assert cell_text(None) == ""


def test_negative_numbers_stay_numbers() -> None:
    assert cell_text(-5) == "-5"
    assert cell_text(Decimal("-0.50")) == "-0.5"
    assert (cell_text(True), cell_text(False)) == ("yes", "no")


def test_control_characters_are_shown_and_stop_no_reader() -> None:
    assert cell_text("a\x00b\x1bc\x7f") == "a␀b␛c␡"
    assert cell_text("\x00=1") == "␀=1"
    assert cell_text("two\r\nlines\tand a tab") == "two\r\nlines\tand a tab"


@given(TEXTS)
def test_no_text_can_begin_a_formula(text: str) -> None:
    assert not guarded(text).startswith(STARTS)


@given(TEXTS)
def test_every_text_can_be_had_back(text: str) -> None:
    shown = "".join("␡" if c == "\x7f" else chr(0x2400 + ord(c)) if c < " " and c not in "\t\r\n" else c for c in text)

    assert unguarded(guarded(text)) == shown


@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_a_strict_reader_reads_every_row_as_it_was(texts: list[str]) -> None:
    line = ",".join(quoted(guarded(text)) for text in texts) + "\r\n"

    assert list(csv.reader(io.StringIO(line, newline=""), strict=True)) == [[guarded(text) for text in texts]]
