"""One person over time, and where a lot went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devicelog.store.reader import Reader
from devicelog.store.recalls import recalls
from tests.web.records.test_history import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.records.conftest import Clinic


def test_the_course_shows_every_session_with_its_interval_and_figures(clinic: Clinic) -> None:
    text = clinic.get(f"/people/{clinic.sessions.patient}").text
    course = text[text.index('id="course-title"') :]
    places = [course.index(one) for one in (clinic.sessions.broken, clinic.sessions.second, clinic.sessions.first)]
    assert places == sorted(places)
    assert re.findall(r"(\d+) days?<", course) == ["3", "7"]
    assert "Mean depth" in words(course)
    assert "1.511 mm" in words(course)
    assert "not before" in words(text)


def test_the_course_is_drawn_with_a_panel_for_each_parameter(clinic: Clinic) -> None:
    drawn = clinic.get(f"/people/{clinic.sessions.patient}/course.svg").text
    for panel in ("injections", "volume, mL", "mean depth, mm", "2026-01-08"):
        assert panel in words(drawn)
    assert "style=" not in drawn


def test_who_somebody_is_is_changed_and_what_stood_before_is_kept(clinic: Clinic, browser: Browser) -> None:
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        tab.goto(f"/people/{clinic.sessions.patient}")
        tab.get_by_text("Change what is known").click()
        tab.get_by_label("Contact").fill("clara@example.org")
        tab.get_by_role("button", name="Keep the changes").click()
        assert "clara@example.org" in tab.locator("dl.facts").inner_text()
    with Reader.open(clinic.store) as reader:
        person = reader.person(clinic.sessions.patient)
    assert person is not None
    assert [(one.by, one.values) for one in person.before][-1] == ("Dr. Ann Berg", {"contact": None})


def test_a_birth_date_or_number_that_cannot_be_is_refused_beside_its_field(clinic: Clinic) -> None:
    path = f"/people/{clinic.sessions.patient}"
    answer = clinic.post(path, {"reference": "P-1", "birth_date": "tomorrow"})
    assert (answer.status_code, 'id="birth_date-error"' in answer.text) == (422, True)
    taken = clinic.post(path, {"reference": "P-2"})
    assert (taken.status_code, 'id="reference-error"' in taken.text) == (422, True)


def test_follow_ups_are_listed_for_whoever_treated(clinic: Clinic) -> None:
    session = clinic.sessions.second
    assert clinic.post(f"/sessions/{session}/add", {"what": "follow-up", "on": "2026-12-24"}).status_code == 303
    assert session in clinic.get("/follow-ups").text
    assert session not in clinic.get("/follow-ups", clinic.bea).text


def test_a_lot_is_followed_to_people_zones_and_doses_and_recalled(clinic: Clinic, browser: Browser) -> None:
    with clinic.browsing(browser, clinic.rita) as context:
        tab = context.new_page()
        tab.goto("/lots")
        tab.get_by_label("Lot", exact=True).first.fill("l1")
        tab.get_by_role("button", name="Look").click()
        assert "Hyal" in tab.locator("table").inner_text()
        assert tab.url == f"{clinic.served.url}/lots"
        form = tab.get_by_role("form", name="Recall a lot")
        form.get_by_label("Lot", exact=True).fill("L1")
        form.get_by_label("Reason").fill("notice of the maker")
        form.get_by_role("button", name="Recall this lot").click()
        assert "notice of the maker" in tab.locator(".recalls").inner_text()
    with Reader.open(clinic.store) as reader:
        (known,) = recalls(reader)
    assert (known.lot, known.by) == ("L1", "Rita Review")
    again = {"recall-lot": "l1", "recall-reason": "the same"}
    assert clinic.post("/lots/recall", dict(again), clinic.rita).status_code == 303
    with Reader.open(clinic.store) as reader:
        assert len(recalls(reader)) == 1
    unsaid = clinic.post("/lots/release", {"recall": str(known.number), "release-reason": ""}, clinic.rita)
    assert unsaid.status_code == 422
    released = {"recall": str(known.number), "release-reason": "a mistake"}
    assert clinic.post("/lots/release", dict(released), clinic.rita).status_code == 303
    assert "a mistake" in clinic.get("/lots", clinic.rita).text
    with Reader.open(clinic.store) as reader:
        assert len(recalls(reader)) == 0
