"""What holds on every page, whatever it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.web.shown import initials
from devicelog.web.texts import ENGLISH, preferred
from tests.web.people import log_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.served import Served


def test_whoever_is_not_logged_in_is_led_to_the_log_in_page_and_sees_nothing(station: Served) -> None:
    log_in(station.accounts, "Somebody Else")
    answer = httpx.get(f"{station.url}/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not answer.text


def test_a_page_that_does_not_exist_says_so_in_a_page(station: Served, browser: Browser) -> None:
    page = station.context(browser, "Dr. A. Example").new_page()
    answer = page.goto("/nothing")
    assert answer is not None
    assert answer.status == 404
    assert page.get_by_role("heading", level=1).inner_text() == "There is no such page"


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:1", ""])
def test_another_name_than_the_stations_own_is_refused(station: Served, host: str) -> None:
    assert httpx.get(f"{station.url}/", headers={"host": host}).status_code in (400, 421)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"cookie": "devicelog=x"},
    ],
)
def test_a_form_of_another_page_is_refused(station: Served, headers: dict[str, str]) -> None:
    assert httpx.post(f"{station.url}/language", headers=headers).status_code == 403


def test_every_answer_carries_the_policy_that_lets_nothing_foreign_in(station: Served) -> None:
    for path in ("/", "/nothing", "/static/station.js"):
        headers = httpx.get(f"{station.url}{path}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_first_language_that_ships_is_taken() -> None:
    assert preferred("pt, de-CH;q=0.9, en;q=0.8") == "de"
    assert preferred("fr;q=0, it") == "it"
    assert preferred("xx;;q=nonsense,") == ENGLISH


@pytest.mark.parametrize(
    ("path", "came", "back"),
    [
        ("/login/code", "/login/code", "/login"),
        ("/login/code", "/login?next=/account", "/login?next=/account"),
        ("/welcome/admin", None, "/welcome"),
        ("/nothing/at/all", "/nothing/at/all", "/"),
    ],
)
def test_the_language_of_a_page_that_a_form_led_to_leads_back_to_a_page(
    station: Served, path: str, came: str | None, back: str
) -> None:
    headers = {"origin": station.url} | ({"referer": f"{station.url}{came}"} if came else {})
    answer = httpx.post(f"{station.url}{path}", headers=headers)
    assert f'name="back" value="{back}"' in answer.text


@pytest.mark.parametrize("path", ["/sessions", "/lots", "/follow-ups"])
def test_every_page_of_the_records_says_that_it_is_one(station: Served, path: str) -> None:
    token = log_in(station.accounts, f"Dr. {path[1:].title()}")
    text = httpx.get(f"{station.url}{path}", headers={"cookie": f"devicelog={token}"}).text
    assert '<a href="/sessions" aria-current="page">' in text


def test_a_name_that_has_no_room_is_shown_by_its_first_signs() -> None:
    assert [initials(name) for name in ("Dr. Ann Berg", "李雷", "ada", "")] == ["DB", "李", "A", "–"]
