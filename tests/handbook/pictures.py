"""`make handbook`: the pictures of docs/handbook, taken of a station with simulated devices by a real browser.

    python -m tests.handbook.pictures

Each page is taken as a person sees it, at 1280x800 or 390x844, as WebP. The handbook and `PICTURES` name the same files
(test_handbook.py).
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect, sync_playwright

from bench.browser import ARGUMENTS
from devicelog.account import Role
from tests.end_to_end import tablets
from tests.web.browsing import chromium
from tests.web.opening.by_hand import answered, drawn, filled, go_on, named, placed
from tests.web.opening.walking import CONSENT
from tests.web.served import TABLET, TELEPHONE, Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[2] / "docs" / "handbook" / "pictures"
#: All of them, in the order in which they are taken.
PICTURES = (
    "first-code",
    "open-subject",
    "open-screening",
    "open-products",
    "open-device",
    "open-ready",
    "live",
    "live-zone",
    "live-telephone",
    "live-lost",
    "end",
    "record",
    "sign",
    "sessions",
    "training",
    "devices",
    "administration",
    "people",
    "doctor",
    "protocol",
    "keys",
)
_QUALITY = 72
_PATIENCE = 60_000
_WHO, _ENGINEER = "Dr A. Example", "E. Engineer"
_SCENARIO = "sim://reference-mesogun?seed=1&speed=6&scenario=face-limits"


class Camera:
    """Takes pictures into a folder, each under a name of `PICTURES`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.taken: list[str] = []

    def take(self, page: Page, name: str) -> None:
        """The page as it is on the screen."""
        page.mouse.move(0, 0)
        page.wait_for_load_state()
        session = page.context.new_cdp_session(page)
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
        (self._folder / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
        session.detach()
        self.taken.append(name)


class Walk:
    """A day at a station that is served in this process."""

    def __init__(self, station: Served, browser: Browser, camera: Camera, closing: ExitStack) -> None:
        self._station = station
        self._browser = browser
        self._closing = closing
        self._take = camera.take

    def _page(self, name: str, *roles: Role, **options: Any) -> Page:
        context = self._station.context(self._browser, name, *roles, **options)
        context.set_default_timeout(_PATIENCE)
        self._closing.callback(context.close)
        return context.new_page()

    def first(self) -> None:
        """What the first start leads to, while nobody has an account."""
        context = self._browser.new_context(base_url=self._station.url, viewport=TABLET)
        self._take_at(context.new_page(), "/", "first-code")
        context.close()

    def practitioner(self) -> None:
        """From the first page of a session to its signature."""
        page = self._page(_WHO)
        self._open(page)
        self._follow(page)
        session = self._end(page)
        self._take_at(page, f"/sessions/{session}", "record")
        self._take_at(page, f"/sessions/{session}/sign", "sign")
        page.goto(f"/sessions/{session}")
        tablets.sign(page)
        self._take_at(page, "/sessions", "sessions")

    def _take_at(self, page: Page, path: str, name: str) -> None:
        page.goto(path, wait_until="networkidle")
        self._take(page, name)

    def _open(self, page: Page) -> None:
        page.goto("/open")
        named(page, "P-0017")
        self._take(page, "open-subject")
        go_on(page, "screening")
        answered(page)
        self._take(page, "open-screening")
        go_on(page, "consent")
        filled(page, CONSENT)
        go_on(page, "products")
        drawn(page)
        page.evaluate("scrollTo(0, 0)")
        self._take(page, "open-products")
        go_on(page, "device")
        device = f"reference-mesogun@{_SCENARIO}"
        filled(page, {"protocol": "meso-face-gun-intradermal", "device-other": device})
        placed(page, "face.forehead", "face.cheek.left")
        page.locator("#zones").scroll_into_view_if_needed()
        page.locator("#zones h2").evaluate("each => each.scrollIntoView()")
        self._take(page, "open-device")
        go_on(page, "ready")
        self._take(page, "open-ready")
        page.get_by_role("button", name="Begin recording").click()
        page.wait_for_url("**/live")

    def _follow(self, page: Page) -> None:
        expect(page.locator("#acknowledge-first")).to_be_visible()
        expect(page.locator(".of-injections .number")).to_have_text(re.compile("[1-9][0-9]"))
        self._take(page, "live")
        page.get_by_role("link", name="Zone", exact=True).click()
        expect(page.locator("#zone")).to_be_visible()
        self._take(page, "live-zone")
        page.keyboard.press("Escape")
        cookies = page.context.cookies()
        context = self._browser.new_context(base_url=self._station.url, viewport=TELEPHONE)
        self._closing.callback(context.close)
        context.add_cookies(cookies)  # type: ignore[arg-type]
        telephone = context.new_page()
        telephone.goto("/live")
        expect(telephone.locator(".of-injections .number")).to_have_text(re.compile("[1-9]"))
        self._take(telephone, "live-telephone")
        context.set_offline(True)
        telephone.evaluate("stop()")
        expect(telephone.locator("[data-stale]").first).to_be_visible()
        self._take(telephone, "live-lost")

    def _end(self, page: Page) -> str:
        page.get_by_role("link", name="End", exact=True).click()
        self._take(page, "end")
        page.locator("#end-confirmed").click()
        expect(page).to_have_url(re.compile("/sessions/[^/]+$"))
        return page.url.rpartition("/")[2]

    def engineer(self) -> None:
        """What whoever sets the station up sees."""
        trainer = self._page("Dr T. Trainer")
        self._take_at(trainer, "/devices/training", "training")
        page = self._page(_ENGINEER, Role.ADMIN)
        page.goto("/devices", wait_until="networkidle")
        page.locator("details.driver").first.evaluate("each => { each.open = true; }")
        page.locator("#plugged").evaluate("each => each.scrollIntoView()")
        self._take(page, "devices")
        for name in ("administration", "people", "doctor", "protocol", "keys"):
            path = {"administration": "", "protocol": "/protocols/meso-face-gun-intradermal"}.get(name, f"/{name}")
            self._take_at(page, f"/administration{path}", name)


def main() -> None:
    """Take all pictures anew."""
    expect.set_options(timeout=_PATIENCE)
    room = Path(tempfile.mkdtemp(prefix="station-"))
    os.environ["DEVICELOG_KEYS"] = str(room / "apart" / "keys")
    camera = Camera(room)
    try:
        with served(room / "data" / "store") as station, sync_playwright() as playwright, ExitStack() as closing:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
            closing.callback(browser.close)
            walk = Walk(station, browser, camera, closing)
            walk.first()
            walk.practitioner()
            walk.engineer()
        assert tuple(camera.taken) == PICTURES, camera.taken
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.webp"):
            old.unlink()
        for name in PICTURES:
            shutil.copy(room / f"{name}.webp", FOLDER)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    size = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(PICTURES)} pictures, {size / 1000:.0f} kB, in {FOLDER}\n")


if __name__ == "__main__":
    main()
