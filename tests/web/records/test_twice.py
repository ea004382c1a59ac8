"""Old pages, and forms that are sent twice: nobody signs or overwrites unseen, and nothing is done twice."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.ledger import Kind
from devicelog.record.signatures import signatures
from devicelog.store import people
from devicelog.store.reader import Reader
from tests.amending.clinic import record_session
from tests.waiting import PATIENCE
from tests.web.people import log_in
from tests.web.records.people import PIN, logged_in
from tests.web.records.test_history import words
from tests.web.records.test_writing import record
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from devicelog.store.writer import Writer
    from tests.web.records.conftest import Clinic

WHO = "Dr. Dan Rossi"
CHANGED = "has changed since this page was shown; nothing was done"


@pytest.fixture(scope="module")
def dan(clinic: Clinic) -> str:
    return logged_in(clinic.served.accounts, WHO, Role.PRACTITIONER, pin=True)


@pytest.fixture(scope="module")
def session(clinic: Clinic) -> str:
    def recorded(writer: Writer) -> str:
        record_session(writer, 110, ends=True, practitioner=WHO, subject="P-11")
        return writer.session("last").id

    return clinic.served.station.desk.do(recorded)


def shown(clinic: Clinic, path: str, action: str, token: str) -> dict[str, str | list[str]]:
    """What the form of a page holds without anybody typing."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', clinic.get(path, token).text, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_nobody_signs_what_came_since_the_page_was_shown(clinic: Clinic, dan: str, session: str) -> None:
    path = f"/sessions/{session}/sign"
    form = shown(clinic, path, path, dan) | {"meaning": "authorship", "role": "physician", "despite": "yes"}
    clinic.post(f"/sessions/{session}/add", {"what": "note", "text": "seen by nobody who signs"}, dan)

    answer = clinic.post(path, form | {"secret": PIN}, dan)

    assert answer.status_code == 422
    assert CHANGED in words(answer.text)
    assert signatures(record(clinic, session)) == []
    again = shown(clinic, path, path, dan)
    assert clinic.post(path, form | again | {"secret": PIN}, dan).status_code == 303


def test_two_who_amend_the_same_field_see_each_others_words(clinic: Clinic, dan: str, session: str) -> None:
    path = f"/sessions/{session}/amend"
    chosen = clinic.post(path, {"field": "product.1.lot"}, dan)
    left_open = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', chosen.text.partition("<main")[2]))
    first = {"field": "product.1.lot", "new": "L-first", "reason": "misread", "amend": "yes"}
    assert clinic.post(path, dict(first), dan).status_code == 303

    answer = clinic.post(path, left_open | first | {"new": "L-second", "reason": "read again"}, dan)

    assert answer.status_code == 422
    text = words(answer.text)
    assert CHANGED in text
    assert "L-first" in text, "what it says now"
    assert "L-second" in answer.text, "what was typed stays"
    assert len(record(clinic, session).amendments) == 1


def test_what_is_known_of_a_person_is_not_overwritten_from_an_old_page(clinic: Clinic, dan: str, session: str) -> None:
    with Reader.open(clinic.store) as reader:
        subject = reader.session(session).subject
    path = f"/people/{subject}"
    left_open = shown(clinic, path, path, dan)

    def renamed(writer: Writer) -> None:
        people.change(writer, people.known(writer, "P-11"), {"name": "Emma Herbst"}, by="somebody else")

    clinic.served.station.desk.do(renamed)
    answer = clinic.post(path, left_open | {"reference": "P-11", "name": "", "note": "allergic to latex"}, dan)

    assert answer.status_code == 422
    assert CHANGED in words(answer.text)
    assert "allergic to latex" in answer.text
    with Reader.open(clinic.store) as reader:
        person = people.known(reader, "P-11").person
    assert person is not None
    assert person.name == "Emma Herbst"


# -- the same form twice ---------------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_is_taken_once_and_both_are_answered_alike(
    clinic: Clinic, dan: str, session: str
) -> None:
    path = f"/sessions/{session}/add"
    form = shown(clinic, path, path, dan) | {"what": "note", "text": "said once"}
    with ThreadPoolExecutor(2) as taps:
        answers = [one.result(PATIENCE) for one in [taps.submit(clinic.post, path, form, dan) for _ in range(2)]]

    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/sessions/{session}#stated")}
    notes = [one.now["text"] for one in record(clinic, session).statements.of(Kind.NOTE)]
    clinic.post(path, form | {"text": "said otherwise"}, dan)
    clinic.post(path, shown(clinic, path, path, dan) | {"what": "note", "text": "said once"}, dan)
    after = record(clinic, session).statements.of(Kind.NOTE)
    assert len(after) == len(notes) + 2, "another text, and another page, are other notes"


def test_a_form_that_was_refused_may_be_sent_again_and_is_nobody_elses(clinic: Clinic, dan: str, session: str) -> None:
    path = f"/sessions/{session}/add"
    form = shown(clinic, path, path, dan) | {"what": "note", "text": ""}
    assert [clinic.post(path, form, dan).status_code for _ in range(2)] == [422, 422]
    taken = form | {"text": "mine"}
    assert clinic.post(path, taken, dan).status_code == 303
    others = {name: value for name, value in taken.items() if name != "csrf"}
    assert clinic.post(path, others, clinic.bea).status_code == 404, "what came of it is told to nobody else"


def test_what_is_shown_once_is_not_lost_by_a_second_tap(clinic: Clinic) -> None:
    admin = log_in(clinic.served.accounts, "Ada Double", Role.ADMIN)
    with Visit(clinic.served.url, token=admin) as visit:
        for path, fields in (
            ("/administration/tokens/new", {"name": "the clinic's software", "scopes": "sessions:read", "days": "7"}),
            ("/administration/people/new", {"name": "Dr. Nora Neu", "login": "nora", "roles": "practitioner"}),
        ):
            once = re.search(rf'action="{path}".*?name="once" value="(\w+)"', visit.get(path).text, re.DOTALL)
            assert once is not None
            first, second = (visit.post(path, once=once[1], **fields) for _ in range(2))
            assert (first.status_code, second.status_code) == (200, 200)
            assert "<code" in first.text
            assert first.text == second.text
