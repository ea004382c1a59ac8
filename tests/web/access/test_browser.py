"""Coming in with a real browser: the first start, a tablet, the lock. How the pages look: tests/web/sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from devicelog import clock
from devicelog.account import Role
from tests.web.people import PASSWORD, accepted, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.web.served import Served

PHONE: ViewportSize = {"width": 390, "height": 844}


def first_step(page: Page, login: str) -> None:
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_from_the_first_start_to_the_first_account_without_a_word_from_the_keyboard_but_what_is_asked(
    fresh: Served, browser: Browser
) -> None:
    given = fresh.accounts.people.first_code(clock.now().wall_ns)
    assert given is not None
    context = browser.new_context(base_url=fresh.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/")
    page.fill("#code", given.code)
    page.keyboard.press("Enter")
    page.fill("#name", "Ada Adminova")
    page.fill("#login", "ada")
    page.fill("#password", PASSWORD)
    page.fill("#repeated", PASSWORD)
    totp = pyotp.TOTP(page.locator(".set-up code").inner_text().replace(" ", ""))
    page.fill("#totp", totp.at(clock.now().wall_ns // 10**9))
    assert page.get_by_role("img", name="QR code").evaluate("(picture) => picture.naturalWidth") > 100
    page.get_by_role("button", name="Make the first admin").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert page.get_by_role("button", name="Print").is_visible()
    page.get_by_role("link", name="I have kept them").click()
    first_step(page, "ada")
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    assert "not right" in page.locator(".error").inner_text()
    page.fill("#code", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/administration/people/new")
    page.fill("#name", "Dr. B. Eispiel")
    page.fill("#login", "berta")
    page.locator('[name="roles"][value="practitioner"]').check()
    page.get_by_role("button", name="Add a person").click()
    assert page.locator(".one-time code").inner_text().count("-") == 3
    context.close()


def test_a_tablet_asks_for_the_authenticator_and_a_qr_code_fills_the_one_time_code_in(
    station: Served, browser: Browser
) -> None:
    person, _, codes = accepted(station.accounts, "Dr. T. Ablet", with_totp=True)
    without, _, _ = accepted(station.accounts, "Dr. W. Ithout")
    given = station.accounts.people.give_code(without.id, clock.now().wall_ns, by="a test")
    passed_on = {"x-forwarded-for": "192.168.7.20"}
    context = browser.new_context(base_url=station.url, extra_http_headers=passed_on)
    page = context.new_page()
    page.goto("/login?next=/account")
    first_step(page, without.login)
    assert "an authenticator is needed" in page.locator(".error").inner_text()
    first_step(page, person.login)
    page.fill("#code", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert page.get_by_role("heading", level=1).inner_text() == "Your account"
    page.goto(f"/invitation#{given.code}")
    assert page.input_value("#code") == given.code
    assert page.url == f"{station.url}/invitation"
    page.get_by_role("button", name="Continue").click()
    assert "Dr. W. Ithout" in page.get_by_role("heading", level=1).inner_text()
    context.close()


def test_a_screen_that_is_left_alone_asks_for_the_pin_by_itself_and_comes_back(
    station: Served, browser: Browser
) -> None:
    token = log_in(station.accounts, "Dr. L. Eft")
    station.accounts.own.set_pin(token, "729314", clock.now().wall_ns)
    context = browser.new_context(base_url=station.url, viewport=PHONE)
    context.add_cookies([{"name": station.cookie, "value": token, "url": station.url}])
    page = context.new_page()
    page.clock.install()
    page.goto("/account?done=pin")
    page.clock.run_for(10 * 60 * 1000)
    assert page.url.endswith("/account?done=pin")
    station.accounts.door.lock(token)  # by the station's clock its time is over
    page.clock.run_for(6 * 60 * 1000)
    page.locator("#pin").wait_for()
    assert "/unlock?next=" in page.url
    assert "Dr. L. Eft" in page.locator("main").inner_text()
    page.fill("#pin", "111222")
    page.keyboard.press("Enter")
    assert "4 more tries" in page.locator(".error").inner_text()
    page.fill("#pin", "729314")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account?done=pin")
    context.close()


def test_pages_of_access_speak_the_language_that_was_chosen(station: Served, browser: Browser) -> None:
    context = browser.new_context(base_url=station.url, locale="de-CH")
    page = context.new_page()
    page.goto("/login?next=/account")
    assert page.get_by_role("heading", level=1).inner_text() == "Anmelden"
    page.get_by_role("button", name="Italiano").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Accedi"
    assert page.url == f"{station.url}/login?next=/account"
    context.close()


def test_without_a_script_every_page_is_a_plain_form(station: Served, browser: Browser) -> None:
    token = log_in(station.accounts, "Ada Plain", Role.ADMIN)
    context = browser.new_context(base_url=station.url, java_script_enabled=False)
    context.add_cookies([{"name": station.cookie, "value": token, "url": station.url}])
    page = context.new_page()
    page.goto("/administration/people/new")
    page.fill("#name", "Dr. P. Lain")
    page.fill("#login", "plain")
    page.locator('[name="roles"][value="practitioner"]').check()
    page.get_by_role("button", name="Add a person").click()
    assert page.locator(".one-time code").inner_text().count("-") == 3
    context.close()


def test_a_page_out_of_the_browsers_memory_shows_nothing_behind_the_lock(station: Served, browser: Browser) -> None:
    token = log_in(station.accounts, "Dr. B. Ack")
    context = browser.new_context(base_url=station.url)
    context.add_cookies([{"name": "devicelog", "value": token, "url": station.url}])
    page = context.new_page()
    page.goto("/account")
    station.accounts.door.lock(token)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_url("**/unlock**")
    context.close()
