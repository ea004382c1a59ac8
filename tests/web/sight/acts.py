"""What is done before a page is looked at: by forms, and on the page itself as a hand would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from devicelog.errors import NotNowError
from tests.web.sessions import begun, ended, until_seen

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from devicelog.station.chores import Progress
    from tests.web.sight.house import House

#: What is done with the page that is open, by whom.
Act = Callable[["Page", "House", str], None]

#: Sends a form with what it is given, whatever the browser would have said against it.
_SUBMIT = """
([action, fields]) => {
  const form = [...document.querySelectorAll("main form[method=post]")].find((one) => {
    const what = one.querySelector("[type=hidden][name=what]");
    return one.getAttribute("action").endsWith(action) && (!fields.what || !what || what.value === fields.what);
  });
  form.noValidate = true;
  for (const one of form.querySelectorAll("[type=date]")) one.type = "text";
  let button = null;
  for (const [name, value] of Object.entries(fields)) {
    const found = [...form.elements].filter((one) => one.name === name);
    for (const one of found) {
      if (one.type === "radio" || one.type === "checkbox") one.checked = one.value === value;
      else if (one.tagName === "BUTTON") button = one;
      else one.value = value;
    }
  }
  form.requestSubmit(button);
}
"""


def sent(path: str, fields: Mapping[str, str | list[str]]) -> Act:
    """A form that its page would have sent."""

    def act(_: Page, house: House, who: str) -> None:
        answer = house.send(who, path, {"do": "next", **fields})
        assert answer.status_code < 500, answer.text

    return act


def submit(action: str, **fields: str) -> Act:
    """The form with this end of its address, as it stands but for these fields; `__` in a name is a hyphen."""
    given = {name.replace("__", "-"): value for name, value in fields.items()}

    def act(page: Page, house: House, _: str) -> None:
        with page.expect_navigation():
            page.evaluate(_SUBMIT, [house.filled(action), {name: house.filled(value) for name, value in given.items()}])

    return act


def press(name: str) -> Act:
    """The first button of this name in the page, or in the menu of the person."""

    def act(page: Page, _: House, __: str) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=name).first.click()

    return act


def tap(name: str) -> Act:
    """The same where the page follows by itself what comes of it."""

    def act(page: Page, _: House, __: str) -> None:
        page.get_by_role("button", name=name).click()

    return act


def follow(selector: str) -> Act:
    """Wait for something that comes by itself."""

    def act(page: Page, _: House, __: str) -> None:
        page.wait_for_selector(selector)

    return act


def begin(practitioner: str) -> Act:
    """A session begins."""

    def act(_: Page, house: House, __: str) -> None:
        begun(house.station.station, practitioner)
        until_seen(house.station.station)

    return act


def work() -> Act:
    """Long work begins, and goes on until somebody rests."""

    def act(_: Page, house: House, __: str) -> None:
        house.resting.clear()

        def wait(tell: Progress) -> None:
            while not house.resting.wait(0.05):
                tell("counting", 1, 4)
            raise NotNowError("it was broken off.")

        house.station.station.chores.begin("verify", "the store", "Ada Admin", wait)

    return act


def rest() -> Act:
    """It is broken off."""

    def act(_: Page, house: House, __: str) -> None:
        house.resting.set()
        house.rested()

    return act


def end(practitioner: str) -> Act:
    """It ends."""

    def act(_: Page, house: House, __: str) -> None:
        ended(house.station.station, practitioner)

    return act
