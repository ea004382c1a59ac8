"""Devices and administration in a real browser: the steps that people take. How the pages look: tests/web/sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.accounts import session as login_sessions
from devicelog.approving import derived_in
from devicelog.naming import approvals_in
from devicelog.store.bindings import known_in
from devicelog.store.reader import Reader
from tests.waiting import until
from tests.web.admin.conftest import PROTOCOL
from tests.web.admin.people import visitor
from tests.web.people import PASSWORD
from tests.web.served import TABLET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.admin.people import Visitor
    from tests.web.served import Served

SIM = "port=sim://reference-mesogun?seed=5&driver=reference-mesogun"


@pytest.fixture(scope="module")
def ada(station: Served) -> Visitor:
    return visitor(station.accounts, "Ada Browser", Role.ADMIN)


@pytest.fixture
def page(station: Served, browser: Browser, ada: Visitor) -> Iterator[Page]:
    """A page of an admin's tablet; nothing on it may be refused by the policy of the station."""
    context = browser.new_context(base_url=station.url, viewport=TABLET)
    context.add_cookies([{"name": station.cookie, "value": ada.token, "url": station.url}])
    one, refused = context.new_page(), list[str]()
    one.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    yield one
    context.close()
    assert refused == []


def test_what_a_device_sends_is_seen_live_and_its_port_closed_when_the_page_is_left(
    station: Served, page: Page
) -> None:
    page.goto(f"/devices/test?{SIM}")
    page.get_by_role("button", name="Open the port and listen").click()
    page.get_by_role("rowheader", name="volume", exact=True).wait_for()
    assert "MG-REF SIM-MG-0005" in page.locator("#trial").inner_text()
    [trial] = [one for one in station.station.trials if not one.is_over]
    readings = page.locator("#trial dl dd").nth(3)
    before = int(readings.inner_text())
    page.wait_for_function(
        "before => Number(document.querySelectorAll('#trial dl dd')[3].innerText) > before", arg=before
    )

    page.goto("/devices")
    until(lambda: trial.is_over, "the end of the trial")
    with Reader.open(station.station.store) as reader:
        assert len(reader.sessions()) == 1


def test_a_device_on_a_line_is_bound_by_asking_it_and_confirming(station: Served, page: Page, gun: str) -> None:
    page.goto("/devices")
    page.get_by_role("link", name="Bind a device").first.click()
    page.get_by_label("Port").fill(gun)
    page.get_by_label("Driver").select_option("reference-mesogun")
    page.get_by_role("button", name="What has to be known first").click()
    page.get_by_role("button", name="Open the port and ask the device").click()
    page.get_by_role("heading", name="Is this the device?").wait_for()
    assert "MG-REF SIM-MG-0007" in page.locator("main").inner_text()
    page.get_by_role("button", name="Bind this device").click()
    page.get_by_role("heading", name="reference-mesogun#SIM-MG-0007").wait_for()
    assert [one.by for one in known_in(station.station.store)] == ["Ada Browser"]


def test_training_leads_whoever_records_to_the_opening_of_a_session(
    station: Served, browser: Browser, page: Page
) -> None:
    page.goto("/devices/training")
    begin = "Begin a training session reference-mesogun"
    assert page.get_by_role("button", name=begin).is_enabled(), "an admin begins one at once, of nobody"

    context = browser.new_context(base_url=station.url, viewport=TABLET)
    token = visitor(station.accounts, "Dr T. Rainer", Role.PRACTITIONER).token
    context.add_cookies([{"name": station.cookie, "value": token, "url": station.url}])
    one = context.new_page()
    one.goto("/devices/training")
    one.get_by_role("button", name=begin).click()
    one.wait_for_url("**/open/subject")
    context.close()


def test_a_protocol_is_derived_compared_kept_and_approved_with_the_password(
    station: Served, page: Page, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(f"/administration/protocols/{PROTOCOL}")
    page.get_by_role("link", name="Derive one of your own").click()
    page.get_by_label("Its name").fill("our-face")
    depth = page.get_by_role("group", name="injection depth")
    depth.get_by_label("Warns").fill("1.5")
    page.get_by_role("button", name="Check it and show the difference").click()
    row = page.get_by_role("row", name=re.compile("injection depth: soft 2 mm 1.5 mm"))
    row.wait_for()
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/our-face-1.toml")
    assert len(derived_in(station.station.store)) == 1

    monkeypatch.setattr(login_sessions, "RECENT", -1)
    page.reload()
    page.get_by_label("Your role").fill("medical director")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label(re.compile("Code of your authenticator")).fill(ada.codes[0])
    page.get_by_role("button", name="Approve version 1").click()
    page.wait_for_url("**/administration/protocols/our-face")
    assert [one.person for one in approvals_in(station.station.store)] == ["Ada Browser, medical director"]


def test_a_backup_is_made_while_the_page_says_how_far_it_is(station: Served, page: Page, tmp_path: Path) -> None:
    page.goto("/administration/backups")
    page.get_by_label("Folder").fill(str(tmp_path / "kept"))
    page.get_by_role("button", name="Keep backups there").click()
    page.get_by_role("button", name="Make a backup now").click()
    page.get_by_text("It holds: one session").wait_for()
    assert page.get_by_role("button", name=re.compile("^Verify")).count() == 1


def test_two_forms_that_ask_for_the_password_on_one_page_each_have_fields_of_their_own(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_sessions, "RECENT", -1)
    page.goto("/administration/backups")
    assert page.get_by_label("Your password").count() == 2
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size")
        == page.locator("[id]").count()
    )


def test_people_find_by_the_keyboard_what_a_form_refuses(page: Page) -> None:
    page.goto(f"/administration/protocols/{PROTOCOL}/derive")
    page.get_by_label("Its name").fill("Not An Id")
    page.get_by_role("button", name="Check it and show the difference").press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#id"
