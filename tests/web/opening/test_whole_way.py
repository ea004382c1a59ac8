"""A session that is opened on the pages is the one that the same plan file records, and it verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devicelog.cli import cli
from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.treatment.protocol import Modality
from tests.end_to_end.plans import QUIET, answers_for, plan
from tests.web.opening.by_hand import drawn, filled, go_on, named, placed, screened
from tests.web.opening.conftest import ended
from tests.web.opening.walking import CONSENT, DEVICE, WHO, WHOM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.served import Served

_STATED = {
    Kind.OPENED,
    Kind.COURSE,
    Kind.HISTORY,
    Kind.SCREENING,
    Kind.OVERRIDE,
    Kind.SKIPPED,
    Kind.CONSENT,
    Kind.PATCH_TEST,
    Kind.CONSULTATION,
    Kind.PRODUCT,
    Kind.SYRINGE,
    Kind.SYRINGE_IN_USE,
    Kind.CONSUMABLE,
}
_NAMED = {"→": "ArrowRight", "\n": "Enter", " ": "Space"}
NONEEDLE = "reference-noneedle@sim://reference-noneedle?seed=1&speed=max"
_ELECTRODE = '[[consumable]]\nwhat = "electrode"\ntype = "sponge"\narea = "8 cm2"\nlot = "E-5"\n'


def stated(store: Path) -> list[tuple[str, Any]]:
    """The statements of the last session in a store, their free texts opened; with zones, devices and protocol."""
    with Reader.open(store) as reader:
        row = reader.sessions()[-1]
        entries = list(reader.entries(row.number))
        first = entries[0].content
        urls = [device["url"] for device in first["devices"]]
        own = ("started", (first["zones"], urls, first["protocol"]["id"], first["settings"], first["practitioner"]))
        said = [(one.kind, _opened(reader, row.subject, one.content)) for one in entries if one.kind in _STATED]
    return [own, *said]


def _opened(reader: Reader, subject: str, value: Any) -> Any:
    if isinstance(value, dict) and "sealed" in value:
        return reader.open_text(subject, value)
    return {name: _opened(reader, subject, one) for name, one in value.items()} if isinstance(value, dict) else value


def recorded(folder: Path, file: str) -> list[tuple[str, Any]]:
    """The same of a plan file that the command line recorded in a store of its own."""
    done = CliRunner().invoke(cli, ["record", "--plan", file, *QUIET, "--store", str(folder)])
    assert done.exit_code == 0, done.output
    return stated(folder)


def verified(served: Served) -> None:
    """`devicelog verify` finds nothing."""
    done = CliRunner().invoke(cli, ["verify", "--store", str(served.station.store)])
    assert done.exit_code == 0, done.output


def test_a_meso_gun_session_is_opened_by_hand(station: Served, browser: Browser, tmp_path: Path) -> None:
    page = station.context(browser, WHO).new_page()
    page.goto("/open")
    named(page, WHOM)
    screened(page)
    filled(page, CONSENT)
    go_on(page, "products")
    page.locator("#product-0-scan").fill("(10)L-1")
    page.keyboard.press("Enter")
    page.locator('#product-0-lot[value="L-1"]').wait_for()
    drawn(page)
    go_on(page, "device")
    filled(page, {"protocol": "meso-face-gun-intradermal", "device-other": DEVICE["device-other"]})
    placed(page, "forehead")
    page.locator('[data-zone="face.cheek.left"]').first.click()
    page.locator('[name="zone"][value="face.cheek.left"]').wait_for(state="attached")
    go_on(page, "ready")
    assert "SIMULATED" in page.locator("main").inner_text()
    page.get_by_role("button", name="Begin recording").click()
    page.wait_for_url("**/live")
    ended(station)

    own = stated(station.station.store)
    assert own == recorded(tmp_path / "plan-store", plan(tmp_path / "plan.toml"))
    assert len(own) > 40
    verified(station)


def test_a_no_needle_session_is_opened_by_the_keyboard_alone(station: Served, browser: Browser, tmp_path: Path) -> None:
    page = station.context(browser, f"{WHO} II").new_page()
    page.goto("/open")
    keys = _keys(page)
    keys("#session-subject", "P-8\n")
    page.locator("text=Not this person").wait_for()
    keys('[name="intended"]', "→→")
    for name, text in (("place", "Room 2"), ("role", "physician"), ("registration", "12-345")):
        keys(f"#session-{name}", text)
    keys("button.main", "\n")
    page.wait_for_url("**/screening")
    keys('[name="history-reviewed"]', " ")
    keys("#history-text", "hay fever")
    keys('[name="screening-jewellery_removed-answer"]', " ")
    keys('[value="rest"]', "\n")
    page.locator("text=All questions are answered").wait_for()
    keys("button.main", "\n")
    page.wait_for_url("**/consent")
    keys('[name="consent-given"]', " ")
    keys("#consent-form", "Mesotherapy")
    keys("#consent-version", "3")
    keys('[name="consent-risks_discussed"]', " ")
    keys('[name="patch_test-done"]', " →")
    keys("#consultation-text", "wants fewer lines")
    keys("button.main", "\n")
    page.wait_for_url("**/products")
    keys("#product-0-lot", "L-1")
    keys("#product-0-expiry", "2099-12")
    keys("#product-0-name", "Revital")
    keys("#product-0-drawn", "3 mL")
    keys("#consumable-0-type", "sponge")
    keys("#consumable-0-area", "8 cm2")
    keys("#consumable-0-lot", "E-5")
    keys("button.main", "\n")
    page.wait_for_url("**/device")
    keys("details:has(#device-other) summary", "\n")
    keys("#device-other", NONEEDLE)
    keys("#protocol", "noneedle-ionto-dc-face")
    keys("#zone-typed", "full_face")
    keys("button.main", "\n")
    page.wait_for_url("**/ready")
    keys(".begin", "\n")
    page.wait_for_url("**/live")
    ended(station)

    file = _without_needle(tmp_path / "plan.toml")
    assert stated(station.station.store) == recorded(tmp_path / "plan-store", file)
    verified(station)


def _without_needle(file: Path) -> str:
    """The plan of the session that the keyboard opens; its path."""
    product = '[[product]]\nname = "Revital"\nlot = "L-1"\nexpiry = "2099-12"\ndrawn = "3 mL"\n'
    parts = {"consultation": '[consultation]\ntext = "wants fewer lines"\n', "product": product, "syringe": ""}
    said = answers_for(Modality.IONTOPHORESIS_DC)
    plan(file, device=NONEEDLE, said=said, consumable=_ELECTRODE, **parts)
    text = file.read_text(encoding="utf-8").replace("meso-face-gun-intradermal", "noneedle-ionto-dc-face")
    text = (
        text.replace(WHO, f"{WHO} II").replace(WHOM, "P-8").replace('["forehead", "face.cheek.left"]', '["full_face"]')
    )
    file.write_text(text, encoding="utf-8")
    return str(file)


def _keys(page: Page) -> Callable[[str, str], None]:
    """Goes to a field by Tab alone and types there; → is the arrow, a line feed Enter."""

    def press(wanted: str, text: str) -> None:
        for _ in range(400):
            if page.evaluate("wanted => document.activeElement?.matches(wanted)", wanted):
                break
            page.keyboard.press("Tab")
        else:
            there = page.locator(wanted).count()
            pytest.fail(f"no Tab leads to {wanted}, of which there are {there} at {page.url}")
        for key in text:
            page.keyboard.press(_NAMED.get(key, key))

    return press
