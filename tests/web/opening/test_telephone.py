"""The opening on a telephone and in another language: what is chosen can be read, and what is wrong is said once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.opening.walking import CONSENT, DEVICE, Tablet
from tests.web.served import TELEPHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.served import Served


def test_what_is_wrong_with_many_fields_is_said_once_above_the_form(tablet: Tablet) -> None:
    tablet.person()
    page = tablet.send("/open/screening", {}).text

    above = page.partition('role="alert"')[2].partition("</div>")[0]
    assert len(re.findall("<li>", above)) == 1
    assert re.search(r"Choose one of the answers.*×&nbsp;\d\d", above)


def test_where_one_of_two_fields_is_enough_neither_is_called_optional(tablet: Tablet) -> None:
    tablet.until("consent")
    fields = tablet.get("/open/consent").text.partition('for="consultation-on"')[2]

    day, _, text = fields.partition('for="consultation-text"')
    assert "(one of the two)" in day.partition("</label>")[0]
    assert "(one of the two)" in text.partition("</label>")[0]
    assert tablet.send("/open/consent", CONSENT | {"consultation-on": ""}).url.path == "/open/products"


def test_a_protocol_that_nobody_approved_is_marked_in_the_language_of_the_page(tablet: Tablet) -> None:
    tablet.until("device")
    tablet.http.headers["accept-language"] = "de"
    assert "BEISPIEL, NICHT FREIGEGEBEN" in tablet.send("/open/device", DEVICE | {"do": "look"}).text

    ready = tablet.send("/open/device", DEVICE)
    assert ready.url.path == "/open/ready"
    assert '<span class="mark">BEISPIEL, NICHT FREIGEGEBEN</span>' in ready.text


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_a_telephone_shows_the_way_in_one_row_and_what_is_chosen_over_its_whole_width(
    station: Served, browser: Browser, tablet: Tablet, language: str
) -> None:
    tablet.until("device")
    context = station.context(browser, "Dr. T. Elephone " + language, locale=language, viewport=TELEPHONE)
    context.add_cookies([{"name": station.cookie, "value": tablet.http.cookies["devicelog"], "url": station.url}])
    page = context.new_page()
    page.goto("/open/device")

    steps = page.locator(".way li").evaluate_all("each => each.map((one) => one.getBoundingClientRect().top)")
    assert len(steps) == 6
    assert max(steps) == min(steps)
    for name in ("#protocol", "#zone-add"):
        inside = page.locator(name).evaluate("each => each.offsetWidth / each.closest('.field').offsetWidth")
        assert inside > 0.95, name
    context.close()
