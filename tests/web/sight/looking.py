"""What is wrong with a page as it is there: by axe, by its size, and by what axe does not ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from tests.web.served import TABLET, TELEPHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

#: A telephone across, and a tablet on which everything is shown at twice its size.
ACROSS: ViewportSize = {"width": 844, "height": 390}
ZOOMED: ViewportSize = {"width": 640, "height": 400}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
_AXE = """
async () => {
  return (await axe.run({resultTypes: ["violations"]})).violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
}
"""
_OPENED = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
#: Buttons, links and fields that a finger has to hit and that are no part of a sentence: less than 48 px high.
_SMALL = """
() => [...document.querySelectorAll(
    "main a, main button, main summary, main select, main input:not([type=hidden]), main label.choice, header a")]
  .map((one) => one.matches("[type=radio], [type=checkbox]") ? one.closest("label") || one : one)
  .filter((one) => one.matches("label, button, .button")
    || !one.closest("p, label, figcaption, li:not(nav li), dd, .notice"))
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 48)
  .map((one) => `too small: ${one.outerHTML.slice(0, 120)}`)
"""
#: What is not as every page has it; each line is one thing that people who do not see the page rely on.
_FORM = """
() => {
  const found = [], all = (what) => [...document.querySelectorAll(what)], say = (what, one) =>
    found.push(`${what}: ${one.outerHTML.replace(/\\s+/g, " ").slice(0, 140)}`);
  if (all("h1").length !== 1) found.push(`${all("h1").length} h1`);
  let level = 0;
  for (const one of all("h1, h2, h3, h4")) {
    const now = Number(one.tagName[1]);
    if (now > level + 1) say(`h${now} after h${level}`, one);
    level = now;
  }
  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) found.push(`twice the id ${id}`);
  for (const one of all("table")) {
    const named = one.caption?.textContent.trim() || one.ariaLabel || one.getAttribute("aria-labelledby");
    if (!named) say("a table without a caption", one);
  }
  for (const one of all("th:not([scope])")) say("a head without a scope", one);
  for (const one of all("input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea"))
    if (!one.hasAttribute("autocomplete") && one.type !== "textarea") say("no autocomplete", one);
  for (const one of all("[tabindex]")) if (one.tabIndex > 0) say("a place of its own in the order", one);
  for (const one of all("[role=alert] a")) {
    const to = document.getElementById(decodeURIComponent(one.hash.slice(1)));
    if (one.getAttribute("href").startsWith("#") && !to) say("leads nowhere", one);
  }
  const wrong = all("main .error").filter((one) => one.offsetParent);
  if (wrong.length || document.querySelector("main .notice[role=alert]")) {
    const at = document.activeElement;
    if (!at.closest("[role=alert]") && at.ariaInvalid !== "true") say("not led to what is wrong, but to", at);
  }
  for (const one of all("[aria-describedby], [aria-labelledby]"))
    for (const id of [one.getAttribute("aria-describedby"), one.getAttribute("aria-labelledby")].join(" ").split(" "))
      if (id && !document.getElementById(id)) say(`nothing has the id ${id}`, one);
  for (const one of all("main [style]")) say("a style of its own", one);
  return found;
}
"""
_WIDE = """
() => {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) => !one.closest(".scroll, .only-read")
    && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  return [`${over} px too wide: ${out.slice(-2).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`];
}
"""
#: Tables that do not fit where there is room.
_SCROLLED = """
() => [...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.scrollWidth - one.clientWidth} px wider than its box: ${one.outerHTML.slice(0, 140)}`)
"""
#: Words that a button or a heading cuts off.
_CUT = """
() => [...document.querySelectorAll("button, .button, h1, h2, h3, dt, dd, th, label, summary")]
  .filter((one) => one.offsetParent && !one.closest(".only-read, .stack thead, .fits thead, .way"))
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => getComputedStyle(one).display !== "inline")
  .map((one) => `cut off: ${one.outerHTML.replace(/\\s+/g, " ").slice(0, 140)}`)
"""


def faults(page: Page) -> Iterator[str]:
    """Everything that is found on the page that is open, light and large, dark and small, and narrower still."""
    yield from page.evaluate(_FORM)
    page.evaluate(_OPENED)
    page.evaluate(f"{Axe().axe_script};0")
    for size, scheme in ((TABLET, "light"), (TELEPHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield from (f"{size['width']} {scheme}: {one}" for one in page.evaluate(_AXE))
        more = [_SCROLLED] if size is TABLET else []
        yield from (f"{size['width']}: {one}" for one in _of_size(page, [_WIDE, _SMALL, _CUT, *more]))
    for size in (ACROSS, ZOOMED, NARROWEST):
        page.set_viewport_size(size)
        yield from (f"{size['width']}: {one}" for one in _of_size(page, [_WIDE, _CUT]))
    page.set_viewport_size(TABLET)
    page.emulate_media(color_scheme="light")


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is; for a browser that lets it in (`bypass_csp`)."""
    page.evaluate(f"{Axe().axe_script};0")
    found: list[str] = page.evaluate(_AXE)
    return found


def misfits(page: Page, size: ViewportSize = TELEPHONE) -> Iterator[str]:
    """What has no room on a telephone, or another screen."""
    page.set_viewport_size(size)
    yield from _of_size(page, [_WIDE, _CUT])


def _of_size(page: Page, what: list[str]) -> Iterator[Any]:
    for one in what:
        yield from page.evaluate(one)
