"""What the pages are made of: the one style sheet is whole, and so is every form that is taken once."""

from __future__ import annotations

import re
from pathlib import Path

import devicelog.web
from devicelog.web.gate import Gate
from devicelog.web.pages import GATES

_SHEET = Path(devicelog.web.__file__).parent / "static" / "station.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_every_section_begins_where_nothing_is_open_so_that_no_screen_size_swallows_it() -> None:
    text = _SHEET.read_text(encoding="utf-8")
    for heading in [*re.finditer(r"^/\* -- .*$", text, re.MULTILINE), None]:
        before = _COMMENT.sub("", text[: heading.start()] if heading is not None else text)
        assert before.count("{") == before.count("}"), heading[0] if heading is not None else "the end"


_TEMPLATES = Path(devicelog.web.__file__).parent / "templates"
_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_FORM_TOO = re.compile(r'<form[^>]*action="([^"]*)"[^>]*method="post"[^>]*>(.*?)</form>', re.DOTALL)


def _taken_once(gate: Gate) -> set[str]:
    """The paths of forms that are taken once, however often they are sent; what stands in braces is left out."""
    made = [(method, path, endpoint) for method, path, endpoint, _ in gate._pages]
    once = [path for method, path, endpoint in made if method == "POST" and hasattr(endpoint, "__wrapped__")]
    return {re.sub(r"\{.*?\}", "", path) for path in once}


def test_a_form_has_a_name_of_its_own_where_it_is_taken_once_and_nowhere_else() -> None:
    wanted = set().union(*map(_taken_once, GATES))
    named = set[str]()
    for file in _TEMPLATES.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for action, inside in {*_FORM.findall(text), *_FORM_TOO.findall(text)}:
            path = re.sub(r"\{\{.*?\}\}", "", action)
            path = f"/administration/people/{path}" if action.startswith("{{ at }}") else path
            named |= {path} if "{{ once() }}" in inside else set()
    assert "/sessions//sign" in wanted
    assert named == wanted
