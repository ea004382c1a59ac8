"""A record amended, added to, reviewed and signed, each by whoever may, and with what stood there beside it."""

from __future__ import annotations

import re
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog.account import Role
from devicelog.ledger import Kind
from devicelog.record.record import Record
from devicelog.record.signatures import Status, signatures, status
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from devicelog.verification.store import verify_store
from tests.amending.clinic import record_session
from tests.web.people import PASSWORD
from tests.web.records.people import PIN, logged_in
from tests.web.records.test_history import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from devicelog.store.writer import Writer
    from tests.web.records.conftest import Clinic


def record(clinic: Clinic, session: str) -> Record:
    with Reader.open(clinic.store) as reader:
        return record_of(reader, reader.session(session))


def test_a_field_is_amended_with_its_old_value_beside_the_new_one(clinic: Clinic, browser: Browser) -> None:
    session = clinic.sessions.second
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        tab.goto(f"/sessions/{session}")
        tab.get_by_role("link", name="Amend", exact=True).click()
        tab.get_by_role("button", name="Amend product.1.lot").click()
        assert tab.locator(".value").inner_text() == "L1"
        tab.get_by_label("New value").fill("L7")
        tab.get_by_label("Reason").fill("one digit was misread")
        tab.get_by_role("button", name="Amend the record").click()
        tab.wait_for_url(f"**/sessions/{session}*")
        amendment = tab.locator("#amendments tbody tr")
        cells = [text.strip() for text in amendment.locator("td").all_inner_texts()]
        assert cells[2:] == ["L1", "L7"]
        assert "Dr. Ann Berg" in cells[0]
        assert "one digit was misread" in cells[0]
    made = record(clinic, session).amendments
    assert [one.content["by"] for one in made] == ["Dr. Ann Berg"]


def test_what_a_field_cannot_hold_is_refused_beside_it_and_changes_nothing(clinic: Clinic) -> None:
    path = f"/sessions/{clinic.sessions.first}/amend"
    before = record(clinic, clinic.sessions.first).entries
    answer = clinic.post(path, {"field": "consent.given", "new": "perhaps", "reason": "x", "amend": "yes"})
    assert answer.status_code == 422
    assert "expected one of: yes, no, not asked" in words(answer.text)
    unnamed = clinic.post(path, {"field": "product.1.lot", "new": "L2", "reason": "", "amend": "yes"})
    assert 'id="reason-error"' in unnamed.text
    assert clinic.post(path, {"field": "injection.1.volume", "new": "1", "amend": "yes"}).status_code == 422
    assert record(clinic, clinic.sessions.first).entries == before


def test_a_stretch_of_entries_moves_to_another_zone(clinic: Clinic) -> None:
    session = clinic.sessions.broken
    before = record(clinic, session)
    form = {"zone": "chin", "first": "1", "last": "70", "zone-reason": "the wrong key"}
    wrong = clinic.post(f"/sessions/{session}/amend/zone", {**form, "first": "x"})
    assert (wrong.status_code, 'id="first-error"' in wrong.text) == (422, True)
    assert clinic.post(f"/sessions/{session}/amend/zone", form).status_code == 303
    after = record(clinic, session)
    assert set(before.tally.zones) == {"forehead", "left_cheek"}
    assert after.tally.zones["chin"].triggers == before.tally.session.triggers
    assert after.amendments[-1].content["by"] == "Dr. Ann Berg"


@pytest.mark.parametrize(
    ("form", "kind", "says"),
    [
        ({"what": "reaction", "codes": ["none"]}, Kind.REACTION, {"codes": ["none"]}),
        ({"what": "aftercare", "leaflet": "A", "version": "2"}, Kind.AFTERCARE, {"leaflet": "A", "version": "2"}),
        ({"what": "follow-up", "on": "2026-02-01"}, Kind.FOLLOW_UP, {"on": "2026-02-01"}),
        (
            {"what": "photograph", "file": "a.jpg", "sha256": "ab" * 32, "when": "before"},
            Kind.PHOTOGRAPH,
            {"file": "a.jpg", "sha256": "ab" * 32},
        ),
        (
            {"what": "adverse-event", "code": "vagal", "severity": "mild", "text": "fainted"},
            Kind.ADVERSE_EVENT,
            {"code": "vagal", "severity": "mild", "text": "fainted"},
        ),
        ({"what": "note", "text": "all is well"}, Kind.NOTE, {"text": "all is well"}),
        ({"what": "leftover", "syringe": "1", "left": "0.3 mL"}, Kind.LEFTOVER, {"left": "0.3", "wasted": "0"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_became_known_later_is_added_behind_the_end(
    clinic: Clinic, form: dict[str, str | list[str]], kind: Kind, says: dict[str, object]
) -> None:
    session = clinic.sessions.flow
    answer = clinic.post(f"/sessions/{session}/add", form)
    assert answer.status_code == 303, words(answer.text)
    made = record(clinic, session).statements.of(kind)[-1]
    assert made.late
    assert {name: made.now[name] for name in says} == says
    assert made.now["by"] == "Dr. Ann Berg"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"what": "reaction", "codes": ["none", "redness"]}, "codes"),
        ({"what": "reaction"}, "codes"),
        ({"what": "adverse-event", "code": "x", "text": "y"}, "severity"),
        ({"what": "photograph", "file": "a.jpg", "sha256": "zz", "when": "before"}, "sha256"),
        ({"what": "follow-up", "on": "soon"}, "on"),
        ({"what": "note", "text": ""}, "text"),
    ],
)
def test_what_cannot_be_added_is_refused_beside_its_field(
    clinic: Clinic, form: dict[str, str | list[str]], field: str
) -> None:
    before = record(clinic, clinic.sessions.first).entries
    answer = clinic.post(f"/sessions/{clinic.sessions.first}/add", form)
    assert answer.status_code == 422
    assert f'id="{form["what"]}-{field}-error"' in answer.text
    assert record(clinic, clinic.sessions.first).entries == before


def test_a_photograph_is_named_by_its_digest_and_never_leaves_the_tablet(clinic: Clinic, browser: Browser) -> None:
    session = clinic.sessions.second
    picture = b"a picture of a cheek"
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        sent: list[str] = []
        tab.on("request", lambda request: sent.append(str(request.post_data)))
        tab.goto(f"/sessions/{session}/add")
        tab.get_by_text("Photograph", exact=True).click()
        tab.get_by_label("Choose the picture").set_input_files(
            {"name": "cheek.jpg", "mimeType": "image/jpeg", "buffer": picture}
        )
        expect(tab.get_by_label("Name of the file")).to_have_value("cheek.jpg")
        tab.locator("#photograph").get_by_text("After the treatment").click()
        tab.locator("#photograph").get_by_role("button", name="Add to the record").click()
        tab.wait_for_url(f"**/sessions/{session}#stated")
        assert not any(picture.decode() in one for one in sent)
    (made,) = record(clinic, session).statements.of(Kind.PHOTOGRAPH)
    assert made.now["sha256"] == sha256(picture).hexdigest()


def test_a_session_in_progress_is_shown_as_it_stands_and_is_changed_where_it_is_recorded(clinic: Clinic) -> None:
    carl = logged_in(clinic.served.accounts, "Carl Dufour", Role.PRACTITIONER)

    def begin(writer: Writer) -> str:
        record_session(writer, 95, ends=False, practitioner="Carl Dufour", subject="P-9")
        return writer.session("last").id

    running = clinic.served.station.desk.do(begin)
    text = words(clinic.get(f"/sessions/{running}", carl).text)
    assert "This session is being recorded." in text
    assert "NOT FINISHED" in text
    for path in ("amend", "add", "sign"):
        answer = clinic.get(f"/sessions/{running}/{path}", carl)
        assert (answer.status_code, answer.headers["location"]) == (303, "/live")
    answer = clinic.post(f"/sessions/{running}/add", {"what": "note", "text": "x"}, carl)
    assert (answer.status_code, answer.headers["location"]) == (303, "/live")


def test_a_long_session_is_not_worked_on_beside_a_recording(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devicelog.web.pages.records.writing._MOST_ENTRIES", 5)
    monkeypatch.setattr(clinic.served.station, "current", SimpleNamespace(plan=None))
    before = record(clinic, clinic.sessions.flow).entries
    typed = {"what": "note", "text": "she rang in the evening"}
    answer = clinic.post(f"/sessions/{clinic.sessions.flow}/add", typed)
    assert answer.status_code == 503
    assert "try again when the recording has ended" in words(answer.text)
    assert "she rang in the evening" in answer.text, "what was typed stays"
    assert record(clinic, clinic.sessions.flow).entries == before


# -- signatures ------------------------------------------------------------------------------------------------

_SIGN = {"meaning": "authorship", "role": "physician", "despite": "yes"}


def test_nothing_is_signed_without_a_proof_a_meaning_and_a_word_on_what_is_missing(clinic: Clinic) -> None:
    session = clinic.sessions.first
    path = f"/sessions/{session}/sign"
    assert "that a leaflet was given was not stated" in words(clinic.get(path).text)
    for form, field in (
        ({**_SIGN, "secret": "000000"}, "secret"),
        ({**_SIGN, "secret": "not the password"}, "secret"),
        ({**_SIGN, "secret": ""}, "secret"),
        ({**_SIGN, "secret": PIN, "meaning": ""}, "meaning"),
        ({**_SIGN, "secret": PIN, "role": " "}, "role"),
        ({key: value for key, value in {**_SIGN, "secret": PIN}.items() if key != "despite"}, "despite"),
    ):
        answer = clinic.post(path, dict(form))
        assert answer.status_code == 422, form
        assert f'id="{field}-error"' in answer.text
        assert PIN not in answer.text
    assert signatures(record(clinic, session)) == []


def test_a_record_is_signed_on_the_page_and_says_so_when_it_is_amended_later(clinic: Clinic, browser: Browser) -> None:
    session = clinic.sessions.first
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        tab.goto(f"/sessions/{session}")
        tab.get_by_role("link", name="Sign").click()
        tab.get_by_text("Authorship").click()
        tab.get_by_text("Sign what is there").click()
        tab.get_by_label("Your PIN or password").fill(PIN)
        tab.get_by_role("button", name="Sign the record").click()
        tab.wait_for_url(f"**/sessions/{session}*")
        assert "Dr. Ann Berg, physician, R-1" in tab.locator("#signatures").inner_text()
        assert "Signed; nothing was changed since" in tab.locator("main").inner_text()
    (made,) = signatures(record(clinic, session))
    assert (made.by, made.meaning, made.since) == ("Dr. Ann Berg", "authorship", Status.SIGNED)
    assert any("leaflet" in what for what in made.missing)
    again = clinic.post(f"/sessions/{session}/sign", {**_SIGN, "secret": PASSWORD})
    assert "nothing was amended or added since" in words(again.text)
    change = {"field": "product.1.lot", "new": "L9", "reason": "misread", "amend": "yes"}
    assert clinic.post(f"/sessions/{session}/amend", dict(change)).status_code == 303
    assert status(record(clinic, session)) is Status.AMENDED
    assert "AMENDED AFTER SIGNATURE" in clinic.get("/sessions").text


def test_a_reviewer_reviews_and_signs_what_others_recorded(clinic: Clinic) -> None:
    session = clinic.sessions.other
    said = {"review-role": "medical director", "found": "all in order"}
    assert clinic.post(f"/sessions/{session}/review", dict(said), clinic.rita).status_code == 303
    signing = {**_SIGN, "meaning": "review", "secret": PASSWORD}
    assert clinic.post(f"/sessions/{session}/sign", dict(signing), clinic.rita).status_code == 303
    found = record(clinic, session)
    assert [one.now["by"] for one in found.statements.of(Kind.REVIEWED)] == ["Rita Review"]
    assert [one.by for one in signatures(found)] == ["Rita Review"]


def test_all_that_pages_wrote_verifies(clinic: Clinic) -> None:
    with Reader.open(clinic.store) as reader:
        findings = verify_store(reader)
    assert [str(fault) for fault in findings.faults] == []


def test_a_form_that_was_shown_to_somebody_else_is_refused(clinic: Clinic) -> None:
    session = clinic.sessions.first
    before = record(clinic, session).entries
    answer = clinic.post(f"/sessions/{session}/add", {"what": "note", "text": "x", "csrf": "0" * 64})
    assert answer.status_code == 403
    assert record(clinic, session).entries == before


def test_the_time_of_a_statement_may_not_be_to_come(clinic: Clinic) -> None:
    later = "2126-01-01"
    answer = clinic.post(f"/sessions/{clinic.sessions.first}/add", {"what": "note", "text": "x", "happened": later})
    assert answer.status_code == 422
    assert re.search(r"2126-01-01 is still to come", words(answer.text))


def test_a_session_whose_practitioner_is_corrected_is_seen_by_that_person_alone_from_then_on(clinic: Clinic) -> None:
    eva = logged_in(clinic.served.accounts, "Eva Fuchs", Role.PRACTITIONER)

    def recorded(writer: Writer) -> str:
        record_session(writer, 97, ends=True, practitioner="Eva Fuchs", subject="P-7")
        return writer.session("last").id

    session = clinic.served.station.desk.do(recorded)
    assert clinic.get(f"/sessions/{session}", eva).status_code == 200
    change = {"field": "practitioner", "new": "Dr. Bea Conti", "reason": "logged in as another", "amend": "yes"}
    answer = clinic.post(f"/sessions/{session}/amend", change, eva)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
    assert clinic.get(f"/sessions/{session}", eva).status_code == 404
    assert session not in clinic.get("/sessions", eva).text
    assert "first recorded as Eva Fuchs" in clinic.get(f"/sessions/{session}", clinic.bea).text
