"""Sessions found again, and one session as people see it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog.export.pdf.block import whole
from devicelog.export.pdf.page import page
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.ledger.statement import STATED
from devicelog.record.completeness import completeness
from devicelog.record.response import Meaning, Reaction, Severity
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader
from devicelog.web.pages.records.words import slug
from devicelog.web.texts import Texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.records.conftest import Clinic

_TAG = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """What stands in a page, without its tags and with single blanks."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def exported(clinic: Clinic, session: str) -> ExportedSession:
    with Reader.open(clinic.store) as reader:
        return ExportedSession.of(Evidence(reader).session(reader.session(session)))


# -- the list --------------------------------------------------------------------------------------------------


def test_the_list_has_the_newest_first_with_what_must_be_known_of_each(clinic: Clinic) -> None:
    text = clinic.get("/sessions").text
    each = [clinic.sessions.broken, clinic.sessions.flow, clinic.sessions.second, clinic.sessions.first]
    places = [text.index(session) for session in each]
    assert places == sorted(places)
    assert {"SIMULATED", "INTERRUPTED", "UNSIGNED"} <= set(words(text).split())


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"patient": "P-1"}, ["first", "second", "broken"]),
        ({"patient": "winter"}, ["first", "second", "broken"]),
        ({"patient": "1984-05-17"}, ["first", "second", "broken"]),
        ({"protocol": "noneedle-ionto-dc-face"}, ["flow"]),
        ({"device": "NN-REF"}, ["flow"]),
        ({"product": "hyal", "protocol": "meso-face"}, ["first", "second", "broken"]),
        ({"zone": "forehead", "lot": "l1"}, ["first", "second", "flow", "broken"]),
        ({"state": "interrupted"}, ["broken"]),
        ({"since": "2026-01-09", "until": "2026-01-09"}, ["flow"]),
        ({"alarm": "high"}, ["flow"]),
        ({"practitioner": "Dr. Bea Conti"}, []),
    ],
)
def test_sessions_are_found_by_what_is_known_of_them(clinic: Clinic, wanted: dict[str, str], found: list[str]) -> None:
    text = clinic.post("/sessions", dict(wanted)).text
    listed = [
        name
        for name in ("first", "second", "flow", "broken", "other")
        if f"/sessions/{getattr(clinic.sessions, name)}" in text
    ]
    assert listed == found


def test_what_is_looked_for_stands_in_no_address(clinic: Clinic, browser: Browser) -> None:
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        tab.goto("/sessions")
        tab.get_by_label("Patient").fill("Winter")
        tab.get_by_role("button", name="Search").click()
        expect(tab.get_by_role("status")).to_have_text("3 sessions")
        assert tab.url == f"{clinic.served.url}/sessions"
        assert tab.get_by_label("Patient").input_value() == "Winter"


def test_a_day_that_is_none_is_refused_beside_its_field(clinic: Clinic) -> None:
    answer = clinic.post("/sessions", {"since": "soon"})
    assert answer.status_code == 422
    assert re.search(r'id="since-error".*found &#39;soon&#39;, expected a date', answer.text)


# -- one session -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("session", ["second", "flow", "broken"])
def test_a_page_says_all_that_the_record_on_paper_says(clinic: Clinic, session: str) -> None:
    name = getattr(clinic.sessions, session)
    shown = words(clinic.get(f"/sessions/{name}").text)
    with whole(), Reader.open(clinic.store) as reader:
        paper = page(ExportedSession.of(Evidence(reader).session(reader.session(name))))
    said = [value for _, value in paper.heading.facts] + list(paper.heading.marks) + [paper.seal]
    for section in paper.sections:
        said += [section.title, section.word]
        for block in section.blocks:
            if block.kind == "facts":
                said += [text for row in block.rows for text in row]
            elif block.kind == "table":
                said += [text for row in (block.heads, *block.rows) for text in row]
            else:
                said += block.lines
    missing = [text for text in said if " ".join(text.split()) not in shown and not text.startswith("Clinic's")]
    assert missing == []


def test_what_was_stated_stands_in_its_order_with_the_entry_of_each(clinic: Clinic) -> None:
    shown = clinic.get(f"/sessions/{clinic.sessions.first}").text
    record = exported(clinic, clinic.sessions.first).record
    stated = shown[shown.index('id="stated"') :]
    places = [stated.index(f"entry {made.number}<") for made in record.statements]
    assert len(places) == 8
    assert places == sorted(places)
    assert "lot: L1" in stated
    assert "she was nervous" in stated


def test_the_zones_are_on_the_drawing_of_the_body(clinic: Clinic) -> None:
    path = f"/sessions/{clinic.sessions.first}"
    assert f'src="{path}/body/face-front.svg"' in clinic.get(path).text
    drawn = clinic.get(f"{path}/body/face-front.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert len(re.findall(r'id="face\.(forehead|cheek\.left)"[^>]*#8fc1d4|#8fc1d4[^>]*id="face\.', drawn.text)) >= 2
    assert clinic.get(f"{path}/body/hands.svg").status_code == 404


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_titles_heads_and_names_are_in_the_language_of_the_reader(clinic: Clinic, language: str) -> None:
    for session in (clinic.sessions.second, clinic.sessions.flow):
        text = clinic.get(f"/sessions/{session}", language=language).text
        assert not re.findall(r'<(?:h2|th|dt|strong)[^>]*>\s*<span lang="en">([^<]*)', text)


def test_every_closed_list_of_the_record_has_its_words(clinic: Clinic) -> None:
    texts = Texts("en")
    items = completeness(exported(clinic, clinic.sessions.first).record)
    names = [f"records-aspect-{slug(item.aspect)}" for item in items]
    names += [f"records-kind-{slug(kind.replace('_', ' '))}" for kind in map(Kind, STATED)]
    names += [f"records-reaction-{one}" for one in Reaction] + [f"records-severity-{one}" for one in Severity]
    names += [f"records-meaning-{one}" for one in Meaning]
    assert [name for name in names if not texts.has(name)] == []
