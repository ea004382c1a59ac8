"""What people do at the pages that open a session, by a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.opening.walking import HISTORY, PRODUCTS, SUBJECT

if TYPE_CHECKING:
    from playwright.sync_api import Page


def filled(page: Page, fields: dict[str, Any]) -> None:
    """Fill a form by the names of its fields."""
    for name, value in fields.items():
        radio = page.locator(f'[name="{name}"][value="{value}"][type="radio"]')
        field = page.locator(f'[name="{name}"]').first
        if radio.count():
            radio.check()
            continue
        for closed in field.locator("xpath=ancestor::details[not(@open)]").all():
            closed.locator("summary").first.click()
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def go_on(page: Page, to: str) -> None:
    """Press the button, and be on the next page."""
    page.locator("button.main").click()
    page.wait_for_url(f"**/{to}")


def named(page: Page, subject: str) -> None:
    """Say who is treated, somebody whom nobody knows yet, and for what."""
    filled(page, {"session-subject": subject})
    page.keyboard.press("Enter")
    page.locator("text=Not this person").wait_for()
    filled(page, SUBJECT)


def screened(page: Page) -> None:
    """Answer all questions, and be at the consent."""
    go_on(page, "screening")
    answered(page)
    go_on(page, "consent")


def answered(page: Page) -> None:
    """Answer all questions of the page."""
    filled(page, HISTORY)
    page.get_by_role("button", name="No to the rest").click()
    page.locator("text=All questions are answered").wait_for()


def drawn(page: Page) -> None:
    """A product in two syringes."""
    for number in range(2):
        page.get_by_role("button", name="Add a syringe").click()
        page.locator(f"#syringe-{number}-label").wait_for()
    filled(page, PRODUCTS)


def placed(page: Page, *zones: str) -> None:
    """Add zones by their names."""
    for zone in zones:
        filled(page, {"zone-typed": zone})
        page.locator("#zone-add-button").click()
        page.locator(f'[name="zone"][value="{zone}"]').wait_for(state="attached")
