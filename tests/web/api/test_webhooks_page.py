"""An admin lets a program be told, sees how it goes, and takes it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devicelog.account import Role
from tests.waiting import until
from tests.web.admin.people import visitor
from tests.web.api.clinic import begun, ended
from tests.web.api.clinic import client as program_of
from tests.web.api.receiver import receiving
from tests.web.people import PASSWORD
from tests.web.served import TABLET

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Browser

    from tests.web.served import Served


def test_a_program_is_told_and_its_secret_is_shown_once(
    station: Served, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog.delivery.courier.LOOK", 0.05)
    context = browser.new_context(base_url=station.url, viewport=TABLET)
    token = visitor(station.accounts, "Ada Admin", Role.ADMIN).token
    context.add_cookies([{"name": station.cookie, "value": token, "url": station.url}])
    page = context.new_page()
    with receiving() as receiver, program_of(station) as program:
        page.goto("/administration/webhooks")
        page.get_by_label("Address").fill("http://example.org/hook")
        if page.get_by_label("Your password").count():
            page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Tell one more").click()
        assert "in the clear" in page.locator("#url-error").inner_text()
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_role("button", name="Tell one more").click()
        secret = page.locator("code").inner_text()
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{44}", secret)
        session = begun(program)
        ended(program, session)
        until(lambda: bool(receiver.got), "it was told")
        assert receiver.got[0].is_signed_with(secret)
        until(lambda: program.get("/api/v1/webhooks").json()["webhooks"][0]["waiting"] == 0, "it is written down")
        page.goto("/administration/webhooks")
        assert secret not in page.content()
        assert session in page.content()
        page.get_by_role("button", name="Remove").click()
        page.wait_for_url("**/administration/webhooks")
        assert program.get("/api/v1/webhooks").json() == {"webhooks": []}
    context.close()
