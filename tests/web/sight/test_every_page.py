"""Every page that the station has is looked at as people see it: axe finds nothing, nothing is cut off or too small.

DEVICELOG_PICTURES=FOLDER writes a picture of each row there, in both sizes and both schemes, and more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.web.served import TABLET, TELEPHONE
from tests.web.sight.looking import ACROSS, ZOOMED, faults
from tests.web.sight.rows import CHAPTERS, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.sight.house import House
    from tests.web.sight.row import Row

_TEMPLATES = Path(__file__).parents[3] / "devicelog" / "web" / "templates"
#: What other programs ask, which is no page.
_API = ("/api/", "/health", "/metrics")

#: What is asked of the gate beside pages: files, pictures, streams, and what a script asks.
NO_PAGES = {
    "/static/{name}",
    "/idle",
    "/live/stream",
    "/sessions/{session}/chart.svg",
    "/sessions/{session}/body/{name}.svg",
    "/people/{subject}/course.svg",
    "/devices/test/{id_}/stream",
    "/administration/chore/stream",
    "/administration/keys/seal.svg",
}
#: What is found in a chapter, by its name; one is looked at once.
Look = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def look(house: House, start: House, browser: Browser) -> Look:
    return cache(lambda chapter: _looked(start if chapter == START else house, browser, CHAPTERS[chapter]))


def _looked(house: House, browser: Browser, rows: tuple[Row, ...]) -> list[str]:
    """What is found on the pages of these rows, in their order; each person has one browser, nobody a new one."""
    contexts: dict[str, BrowserContext] = {}
    found, titles = [], dict[str, str]()
    try:
        for row in rows:
            if row.who not in contexts:
                contexts[row.who] = house.browsing(browser, row.who)
            page = contexts[row.who].new_page()
            found += [f"{row.name}: {one}" for one in _of_row(page, house, row, titles)]
            page.close()
            if not row.who:
                contexts.pop("").close()
    finally:
        for context in contexts.values():
            context.close()
    return found


def _of_row(page: Page, house: House, row: Row, titles: dict[str, str]) -> Iterator[str]:
    broken = list[str]()
    page.on("response", lambda answer: broken.append(answer.url) if answer.status >= 500 else None)
    try:
        _open(page, house, row)
        heading = page.locator("h1").first.inner_text()
        if titles.setdefault(page.title(), heading) != heading:
            yield f"another page has the title {page.title()} too"
        yield from faults(page)
        _pictured(page, row)
    except Error as error:
        yield f"cannot be looked at: {error}"
    yield from (f"answered with a fault: {url}" for url in broken)


def _open(page: Page, house: House, row: Row) -> None:
    for act in row.first:
        act(page, house, row.who)
    wanted = house.filled(row.path or row.route)
    answer = page.goto(wanted)
    assert answer is not None
    assert answer.ok or row.what == "refused" or not row.route, f"{row.name}: {answer.status}"
    assert wanted in ("/", answer.url.removeprefix(house.station.url)), f"{row.name} leads to {answer.url}"
    for act in row.then:
        act(page, house, row.who)
    page.wait_for_load_state()
    page.evaluate("for (const one of document.images) one.loading = 'eager'")
    page.wait_for_function("[...document.images].every((one) => one.complete)")


def _pictured(page: Page, row: Row) -> None:
    folder = os.environ.get("DEVICELOG_PICTURES")
    if not folder:
        return
    name = re.sub(r"[^a-z0-9]+", "-", row.name.lower()).strip("-")
    for size in (TABLET, TELEPHONE, ACROSS, ZOOMED):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}.{size['width']}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_wrong_with_any_page(look: Look, chapter: str) -> None:
    assert look(chapter) == []


def test_every_page_of_the_application_has_a_row_and_every_row_a_page(house: House) -> None:
    """A page without a row is not looked at: give it one in rows.py, or name it in NO_PAGES if it is none."""
    routes = {path for method, path, _ in house.station.guarded if method == "GET" and not path.startswith(_API)}
    named = {row.route for rows in CHAPTERS.values() for row in rows if row.route}
    assert routes - NO_PAGES - named == set()
    assert (named | NO_PAGES) - routes == set()


def test_every_template_of_a_page_is_shown_by_a_row(look: Look, shown: set[str]) -> None:
    """What comes of a form has no address of its own, and is looked at all the same."""
    for chapter in CHAPTERS:
        look(chapter)
    pages = {
        str(file.relative_to(_TEMPLATES)) for file in _TEMPLATES.rglob("*.html") if "{% extends" in file.read_text()
    }
    assert pages - {"open_base.html"} - shown == set()
