"""Who sees which record: a practitioner the own patients, a reviewer all; nobody learns of others by guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.search.finding import listed
from devicelog.store.people import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.records.conftest import Clinic

#: Every address that shows something of a session.
_READ = ("", "/chart", "/chart.svg", "/body/face-front.svg", "/sign", "/amend", "/add")
#: Every form that does something with one.
_WRITE = ("/export", "/amend", "/amend/zone", "/add", "/sign")


def test_a_practitioner_sees_the_own_sessions_and_a_reviewer_all(clinic: Clinic) -> None:
    own, every = clinic.get("/sessions").text, clinic.get("/sessions", clinic.rita).text
    assert clinic.sessions.first in own
    assert clinic.sessions.other not in own
    assert "4 sessions" in own
    assert clinic.sessions.other in every


@pytest.mark.parametrize("path", _READ)
def test_the_address_of_anothers_session_says_what_one_that_does_not_exist_says(clinic: Clinic, path: str) -> None:
    real, made_up = clinic.sessions.other, "20200101-000000-0000"
    theirs, nothing = clinic.get(f"/sessions/{real}{path}"), clinic.get(f"/sessions/{made_up}{path}")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.text.replace(real, "") == nothing.text.replace(made_up, "")


@pytest.mark.parametrize("path", _WRITE)
def test_no_form_reaches_anothers_session(clinic: Clinic, path: str) -> None:
    before = len(clinic.get(f"/sessions/{clinic.sessions.other}", clinic.rita).text)
    answer = clinic.post(f"/sessions/{clinic.sessions.other}{path}", {"field": "practitioner", "what": "note"})
    assert answer.status_code == 404
    assert len(clinic.get(f"/sessions/{clinic.sessions.other}", clinic.rita).text) == before


@pytest.mark.parametrize("name", ["last", "2026", "%20"])
def test_a_session_is_found_by_its_whole_id_alone(clinic: Clinic, name: str) -> None:
    assert clinic.get(f"/sessions/{name}").status_code == 404


def test_anothers_patient_is_not_found_by_number_name_birth_date_or_address(clinic: Clinic) -> None:
    for wanted in ("P-2", "Sommer", "1990-01-02", "nobody"):
        found = clinic.post("/sessions", {"patient": wanted})
        assert "0 sessions" in found.text
        assert clinic.sessions.other_patient not in found.text
    for path in ("", "/course.svg"):
        assert clinic.get(f"/people/{clinic.sessions.other_patient}{path}").status_code == 404
        assert clinic.get(f"/people/subject-0000000000000000{path}").status_code == 404
    changed = clinic.post(f"/people/{clinic.sessions.other_patient}", {"name": "Eve"})
    assert changed.status_code == 404
    assert "Dora Sommer" in clinic.get(f"/people/{clinic.sessions.other_patient}", clinic.rita).text


def test_whoever_tries_numbers_of_others_is_in_the_log_for_each_that_there_is(clinic: Clinic) -> None:
    at = f"/people/{clinic.sessions.patient}"
    assert clinic.post(at, {"reference": "P-2"}).status_code == 422
    found = [one for one in clinic.accesses() if one.what == "subjects change"]
    assert [(one.by, one.subjects) for one in found] == [("Dr. Ann Berg", (clinic.sessions.other_patient,))]


def test_as_much_is_done_for_anothers_patient_as_for_nobody(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def told(what: str, each: Callable[..., Any]) -> Callable[..., Any]:
        def telling(*given: Any) -> Any:
            done.append(what)
            return each(*given)

        return telling

    monkeypatch.setattr("devicelog.web.pages.records.listing.find", told("find", find))
    monkeypatch.setattr("devicelog.web.pages.records.sight.listed", told("listed", listed))
    for wanted in ("P-2", "P-77", "Sommer", "Nobody"):
        clinic.post("/sessions", {"patient": wanted})
        assert done == ["find", "listed"], wanted
        done.clear()


def test_a_lot_is_traced_to_the_own_patients_alone(clinic: Clinic) -> None:
    own, every = clinic.post("/lots", {"lot": "L1"}), clinic.post("/lots", {"lot": "L1"}, clinic.rita)
    assert clinic.sessions.first in own.text
    assert clinic.sessions.other not in own.text
    assert clinic.sessions.other_patient not in own.text
    assert clinic.sessions.other in every.text


def test_a_reviewer_amends_nothing_and_a_practitioner_delivers_and_recalls_nothing(clinic: Clinic) -> None:
    session = clinic.sessions.first
    assert clinic.get(f"/sessions/{session}/amend", clinic.rita).status_code == 403
    assert clinic.post(f"/sessions/{session}/add", {"what": "note", "text": "x"}, clinic.rita).status_code == 403
    assert clinic.get(f"/sessions/{session}/deliver").status_code == 403
    assert clinic.post(f"/sessions/{session}/review", {"review-role": "x"}).status_code == 403
    assert clinic.post("/lots/recall", {"recall-lot": "L1", "recall-reason": "x"}).status_code == 403
    assert clinic.post(f"/people/{clinic.sessions.patient}", {"name": "Eve"}, clinic.rita).status_code == 403


def test_every_look_at_a_record_is_logged_with_who_looked(clinic: Clinic) -> None:
    session, patient = clinic.sessions.flow, clinic.sessions.patient
    for path, what in (
        (f"/sessions/{session}", "show"),
        (f"/sessions/{session}/chart", "chart"),
        (f"/sessions/{session}/chart.svg", "chart"),
        (f"/sessions/{session}/sign", "sign"),
    ):
        clinic.get(path)
        last = clinic.accesses()[-1]
        assert (last.what, last.by, last.session) == (what, "Dr. Ann Berg", session)
    clinic.get(f"/people/{patient}")
    last = clinic.accesses()[-1]
    assert (last.what, last.subjects) == ("subjects show", (patient,))
    clinic.get("/sessions")
    assert patient in clinic.accesses()[-1].subjects
    count = len(clinic.accesses())
    clinic.get(f"/sessions/{clinic.sessions.other}")
    assert len(clinic.accesses()) == count, "what was not shown is not logged as if it had been"
