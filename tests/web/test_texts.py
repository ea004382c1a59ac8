"""What pages say is said in every language, and nothing that pages ask for is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import devicelog.web
from devicelog.web.texts import ENGLISH, LANGUAGES, Texts

_WEB = Path(devicelog.web.__file__).parent
#: A name in a template or a module, as `t("name"` or as a name that is handed on to one.
_ASKED = re.compile(r"""\bt\(\s*["']([a-z0-9-]+(?:\.[a-z-]+)?)["']""")


class _Variables(Visitor):
    """The variables that a pattern is given."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def texts_of(language: str) -> dict[str, frozenset[str]]:
    """The variables of each text, by its name; attributes as name.attribute."""
    found = {}
    for file in sorted((_WEB / "texts" / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{file.name} of {language}: {entry.content!r:.80}"
            if not isinstance(entry, ast.Message):
                continue
            parts = [("", entry.value), *((f".{one.id.name}", one.value) for one in entry.attributes)]
            for behind, pattern in parts:
                name = f"{entry.id.name}{behind}"
                assert name not in found, f"{name} stands twice in {language}"
                variables = _Variables()
                variables.visit(pattern)
                found[name] = frozenset(variables.names)
    return found


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != ENGLISH])
def test_every_text_stands_in_every_language_with_the_same_variables(language: str) -> None:
    assert texts_of(language) == texts_of(ENGLISH)


def test_every_text_that_a_page_asks_for_is_there() -> None:
    known = texts_of(ENGLISH)
    for file in [*_WEB.rglob("*.html"), *_WEB.rglob("*.py")]:
        for name in _ASKED.findall(file.read_text(encoding="utf-8")):
            asked = name in known or (name.endswith("-") and any(one.startswith(name) for one in known))
            assert asked, f"{file.relative_to(_WEB)} asks for {name}"


def test_a_text_chooses_its_words_by_number() -> None:
    assert Texts("de")("field-errors", count=1) == "Ein Feld muss geprüft werden"
    assert Texts("de")("field-errors", count=3) == "3 Felder müssen geprüft werden"


def test_a_text_takes_whatever_somebody_typed_however_long_it_is() -> None:
    assert Texts("en")("records-went", lot="9" * 100_000).count("9") == 1000


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_nothing_is_not_called_one(language: str) -> None:
    """French counts 0 among the singular, so "one session" would be said of none."""
    say, counted = Texts(language), ("count", "sessions", "entries", "tries", "people", "seconds", "months", "minutes")
    for name, variables in texts_of(language).items():
        for variable in sorted(variables.intersection(counted)):
            given = {one: "x" for one in variables if one not in counted} | {
                one: 5 for one in variables if one in counted
            }
            assert say(name, **{**given, variable: 0}) != say(name, **{**given, variable: 1}), name


def test_french_has_no_line_break_before_its_signs() -> None:
    for file in sorted((_WEB / "texts" / "fr").glob("*.ftl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert line.startswith("#") or not re.search(r"[^\s=] [:;?!](\s|$)|« | »", line), f"{file.name}: {line}"
