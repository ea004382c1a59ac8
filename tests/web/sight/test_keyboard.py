"""Every form is gone through by the keyboard: in the order in which it is read, with the focus seen, and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.opening.walking import CONSENT, HISTORY, PRODUCTS, SUBJECT, answers
from tests.web.served import TABLET

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.sight.house import House

#: Rows with a form of each kind, by who fills it in.
_FORMS = {
    "": ("/login", "/invitation"),
    "ann": (
        "/account/password",
        "/sessions",
        "/sessions/{second}/add",
        "/sessions/{second}/sign",
        "/people/{patient}",
        "/lots",
    ),
    "rita": ("/lots", "/sessions/{other}/deliver"),
    "ada": (
        "/devices/bind?port=sim://new-era&driver=new-era",
        "/administration/people/new",
        "/administration/tokens/new",
        "/administration/protocols/{protocol}/derive",
    ),
    "stale": ("/administration/backups", "/administration/webhooks", "/administration/retention/{other_patient}"),
    "kay": ("/open/screening", "/open/consent", "/open/products", "/open/device"),
}
#: What is stated of a session before its last pages can be opened.
_STATED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/open/subject", {"session-subject": "P-80"}),
    ("/open/subject/this", SUBJECT),
    ("/open/screening", HISTORY | answers()),
    ("/open/consent", CONSENT),
    ("/open/products", PRODUCTS),
)
#: What the keyboard has to reach, in its order: of a group of radio buttons one, of what is not seen nothing.
_EXPECTED = """
() => {
  const groups = new Set();
  const all = [...document.querySelectorAll(
    "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  window.stops = all.filter((one) => one.checkVisibility({visibilityProperty: true})).filter((one) => {
    if (one.type !== "radio") return true;
    const group = [...document.querySelectorAll(`[name="${one.name}"]`)].filter((each) => each.form === one.form);
    return one === (group.find((each) => each.checked) || group[0]);
  });
  return window.stops.length;
}
"""
#: Where the focus is: its place among those, -1 for none of them, and what is wrong with how it is seen.
_AT = """
() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const wrong = [];
  if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) wrong.push("has no mark of the focus");
  if (box.bottom < 0 || box.top > innerHeight) wrong.push("is out of sight");
  return [window.stops.indexOf(at), at === document.body ? "" : at.outerHTML.slice(0, 120), wrong];
}
"""


def walk(page: Page) -> list[str]:
    """What is wrong on the way through a page by the Tab key."""
    expected = page.evaluate(_EXPECTED)
    page.evaluate("document.activeElement.blur(); document.body.tabIndex = -1; document.body.focus()")
    found, passed = list[str](), list[int]()
    for _ in range(4 * expected + 8):
        page.keyboard.press("Tab")
        place, what, wrong = page.evaluate(_AT)
        if not what or (place == 0 and len(passed) > 1):  # out of the page, or at its beginning again
            break
        if place >= 0 and place not in passed[-1:]:
            passed.append(place)
        found += [f"{what} {one}" for one in wrong]
    else:
        found.append("the focus never leaves the page")
    missed = sorted(set(range(expected)) - set(passed))
    found += [f"is not reached: {page.evaluate('n => window.stops[n].outerHTML.slice(0, 120)', n)}" for n in missed]
    return found if passed == sorted(passed) else [*found, f"the order is {passed}"]


@pytest.mark.parametrize("who", _FORMS)
def test_every_form_is_gone_through_by_the_keyboard(house: House, browser: Browser, who: str) -> None:
    for path, fields in _STATED if who == "kay" else ():
        house.send(who, path, {"do": "next", **fields})
    found = []
    context = house.browsing(browser, who, viewport=TABLET)
    page = context.new_page()
    for path in _FORMS[who]:
        page.goto(house.filled(path))
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        found += [f"{path}: {one}" for one in walk(page)]
    context.close()
    assert found == []


def test_the_first_step_of_the_keyboard_leads_past_the_places(house: House, browser: Browser) -> None:
    context = house.browsing(browser, "ann")
    page = context.new_page()
    page.goto("/sessions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    context.close()
