"""A device without a cable at the station: people type what it shows on the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from devicelog.ledger import Kind
from devicelog.station.station import Station
from tests.waiting import until
from tests.web.live.sessions import COUNT, WHO, current_order, recorded
from tests.web.people import log_in
from tests.web.served import TELEPHONE, served
from tests.web.sight.looking import violations

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.sync_api import Browser, Page

    from tests.web.live.conftest import Clinic


def say(page: Page, line: str) -> None:
    page.locator("#type-line-1").fill(line)
    page.locator("#type-line-1").press("Enter")


def keep(page: Page, line: str) -> None:
    say(page, line)
    expect(page.locator("#type-said-1")).to_contain_text("It means:")
    page.locator("#type-line-1").press("Enter")
    expect(page.locator("#type-said-1")).to_have_text(f"✓ Kept: {line}")


def test_a_line_is_said_back_and_counts_when_it_is_confirmed_marked_as_typed(clinic: Clinic) -> None:
    order = current_order("manual@page", protocol="meso-face-gun-intradermal")
    with recorded(clinic.station, order) as running:
        page, other = clinic.tablet(bypass_csp=True), clinic.tablet(viewport=TELEPHONE)
        expect(page.locator(".of-none .number")).to_have_text("–")
        for line in ("device Acme Injector 3 serial 0417", "needles 1", "dose 0.02 mL depth 1.5 mm"):
            keep(page, line)
        say(page, "shots 40")
        expect(page.locator("#type-said-1")).to_contain_text("makes 0.8 mL, 1.5 mm deep")
        expect(other.locator(".of-injections")).to_have_count(0)
        assert violations(page) == []
        page.locator("#type-go-1").dblclick()

        for each in (page, other):
            expect(each.locator(COUNT)).to_have_text("40")
            expect(each.locator(".of-volume .number")).to_have_text("0.80")
            expect(each.locator(".device h2")).to_contain_text("Acme Injector 3 0417, TYPED")
            expect(each.locator(".marks")).to_contain_text("TYPED")
        page.locator(".again button", has_text="shots 40").click()
        expect(page.locator("#type-said-1")).to_contain_text("It means:")
        page.get_by_role("button", name="Drop it").click()
        expect(page.locator("#type-said-1")).to_contain_text("nothing was kept")

        say(page, "dose 3")
        expect(page.locator("#type-said-1")).to_contain_text("dose has no unit")
        expect(page.locator("#type-line-1")).to_have_value("dose 3")
        record = running.hub.state.record
        until(lambda: record.devices[1].bad_frames == 1, "what cannot be read is kept")
        assert record.tally.session.triggers == 40


def test_it_works_as_a_plain_form_and_only_for_whoever_treats(clinic: Clinic) -> None:
    with recorded(clinic.station, current_order("manual@page", protocol="none")) as running:
        page = clinic.tablet(java_script_enabled=False)
        say(page, "level 5")
        expect(page.locator(".said")).to_contain_text("It means: level 5")
        page.get_by_role("button", name="Keep it").click()
        page.wait_for_url("**/live")
        expect(page.locator(".of-level .number")).to_have_text("5")

        reviewer = clinic.tablet("R. Typist", "reviewer")
        expect(reviewer.locator(".of-level .number")).to_have_text("5")
        assert reviewer.locator("#type-1").count() == 0
        lines = [line for line in running.hub.state.record.statements if line.kind == Kind.NOTE]
        assert lines == []


def test_a_typed_session_goes_on_over_a_restart_and_the_open_page_comes_back_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    store = tmp_path / "store"
    with served(store) as one:
        assert one.station.begin(current_order("manual@page", protocol="none")).running is not None
        context = browser.new_context(base_url=one.url)
        token = log_in(one.accounts, WHO)
        context.add_cookies([{"name": one.cookie, "value": token, "url": one.url}])
        page = context.new_page()
        page.goto("/live")
        keep(page, "level 5")
        port = int(one.url.rpartition(":")[2])
    expect(page.locator("body")).to_have_class(re.compile("stale"))
    with served(store, port) as one:
        expect(page.locator("body")).not_to_have_class(re.compile("stale"), timeout=15_000)
        expect(page.locator(".link-state")).to_contain_text("typed by hand")
        expect(page.locator(".of-level .number")).to_have_text("5")
        keep(page, "level 6")
        expect(page.locator(".of-level .number")).to_have_text("6")
        assert one.station.current is not None
        session = one.station.current.session
        _end(one.station)
        page.wait_for_url(f"**/sessions/{session}")
    context.close()


def _end(station: Station) -> None:
    assert station.current is not None
    station.current.end(WHO)
    until(lambda: station.current is None, "the session has ended")
