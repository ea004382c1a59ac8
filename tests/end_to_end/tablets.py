"""What people do at the station's page, by a real browser: open a session, follow it, end it, sign it."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from devicelog.treatment.protocol import Modality
from tests.web.browsing import PATIENCE
from tests.web.opening.by_hand import drawn, filled, go_on, named, placed, screened
from tests.web.opening.walking import CONSENT, HISTORY, PRODUCTS, SUBJECT, answers
from tests.web.opening.walking import Tablet as Sender
from tests.web.people import PASSWORD
from tests.web.served import TABLET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.end_to_end.serving import Serving

#: What is used up beside a product, by what is done.
_ELECTRODE = {"consumable-0-what": "electrode", "consumable-0-type": "sponge", "consumable-0-area": "8 cm2"}


class Clinic:
    """Browsers at a station; everybody is logged in once and may have several."""

    def __init__(self, station: Serving, browser: Browser, closing: ExitStack) -> None:
        self.station = station
        self._browser = browser
        self._closing = closing
        self._tokens: dict[str, str] = {}

    def token(self, who: str) -> str:
        if who not in self._tokens:
            self._tokens[who] = self.station.token(who)
        return self._tokens[who]

    def page(self, who: str, path: str, **options: Any) -> Page:
        """A page of a browser of its own."""
        context = self._browser.new_context(base_url=self.station.url, **({"viewport": TABLET} | options))
        self._closing.callback(context.close)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "devicelog", "value": self.token(who), "url": self.station.url}])
        page = context.new_page()
        page.goto(path)
        return page

    def sender(self, who: str) -> Sender:
        """The same person sending forms without a browser."""
        sender = Sender(self.station.url, self.token(who))
        self._closing.callback(sender.http.close)
        return sender


@contextmanager
def clinic(station: Serving, browser: Browser) -> Iterator[Clinic]:
    """People at tablets while the block lasts."""
    with ExitStack() as closing:
        yield Clinic(station, browser, closing)


def open_by_hand(page: Page, subject: str, device: str, protocol: str, zones: tuple[str, ...]) -> None:
    """Open an injection session page by page, up to its beginning."""
    named(page, subject)
    screened(page)
    filled(page, CONSENT)
    go_on(page, "products")
    drawn(page)
    go_on(page, "device")
    filled(page, {"protocol": protocol, "device-other": device})
    placed(page, *zones)
    go_on(page, "ready")
    page.get_by_role("button", name="Begin recording").click()
    page.wait_for_url("**/live")


def open_by_forms(sender: Sender, subject: str, device: str, protocol: str, zones: tuple[str, ...]) -> None:
    """The same by the forms alone."""
    modality = _modality(protocol)
    is_injection = modality is Modality.INJECTION
    product = PRODUCTS if is_injection else {name: text for name, text in PRODUCTS.items() if "product" in name}
    for path, fields in (
        ("subject", {"session-subject": subject}),
        ("subject/this", SUBJECT | {"intended": modality.value}),
        ("screening", HISTORY | answers(modality)),
        ("consent", CONSENT),
        ("products", product if is_injection else product | _ELECTRODE),
        ("device", {"device-other": device, "protocol": protocol, "zone": list(zones)}),
        ("ready", {}),
    ):
        answer = sender.put(f"/open/{path}", fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code}\n{_faults(answer.text)}"
    assert answer.headers["location"] == "/live", answer.headers["location"]


def _faults(page: str) -> str:
    """What a page says is wrong."""
    return "\n".join(re.findall(r'<[^>]*class="(?:error|notice bad)"[^>]*>.*?</(?:p|div)>', page, re.DOTALL)) or page


def _modality(protocol: str) -> Modality:
    if protocol.startswith("noneedle-electroporation"):
        return Modality.ELECTROPORATION
    return Modality.IONTOPHORESIS_DC if protocol.startswith("noneedle") else Modality.INJECTION


def note(page: Page, text: str) -> None:
    """Keep a note, and see it stated."""
    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("Your own words").fill(text)
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#live-happened")).to_contain_text(text)


def change_zone(page: Page, code: str, name: str) -> None:
    """Go on in another zone."""
    page.get_by_role("link", name="Zone", exact=True).click()
    page.locator(f'#zone .zone-planned [id="zone-{code}"]').click()
    expect(page.locator("#live-place .zone")).to_have_text(name)


def end(page: Page) -> str:
    """End the session, and be on its page; its id."""
    page.get_by_role("link", name="End", exact=True).click()
    page.locator("#end-confirmed").click()
    expect(page).to_have_url(re.compile("/sessions/[^/]+$"))
    return page.url.rpartition("/")[2]


def sign(page: Page) -> None:
    """Sign it, whatever it lacks."""
    page.get_by_role("link", name="Sign", exact=True).click()
    page.locator('[name="meaning"]').first.check()
    if page.locator("#despite").count():
        page.locator("#despite").check()
    page.locator('[name="secret"]').fill(PASSWORD)
    page.get_by_role("button", name="Sign the record").click()
    page.wait_for_url("**/sessions/*")


def export(page: Page, folder: Path) -> Path:
    """What the download button gives, in a file."""
    with page.expect_download() as waiting:
        page.locator("#export button.main").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file
