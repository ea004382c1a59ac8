"""The decisions are numbered without a gap and each once, and each page says its number."""

from __future__ import annotations

from pathlib import Path

PAGES = sorted((Path(__file__).parents[1] / "docs" / "decisions").glob("*.md"))


def test_each_decision_has_a_number_of_its_own_and_none_is_left_out() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


def test_each_decision_begins_with_its_number() -> None:
    for page in PAGES:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. "), page.name
