"""What must always be seen is seen whatever lies over the page, and a hasty finger states nothing by mistake."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog.ledger import Kind
from devicelog.web.live.broadcast import Broadcasts
from tests.web.live.sessions import COUNT
from tests.web.served import TABLET, TELEPHONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ViewportSize

    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun

#: Whatever is tapped is tapped at the same moment, however slow the computer of the tests is.
_AT_ONCE = "Object.defineProperty(Event.prototype, 'timeStamp', {get: () => 1000})"
#: Everything that the station says is `window.way` ms under way.
_UNDER_WAY = """
    window.way = 0;
    const listen = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (name, hear) {
        listen.call(this, name, (event) => setTimeout(() => hear(event), window.way));
    };
"""
#: Whether the middle of something is what a finger would meet there.
_MET = """what => {
    const one = document.querySelector(what), box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
}"""

#: Whether no line of a text is cut off.
_WHOLE = "what => { const one = document.querySelector(what); return one.scrollHeight <= one.clientHeight + 1; }"


@contextmanager
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No page hears anything from the station while the block lasts."""

    async def fail(_: Broadcasts) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(Broadcasts, "_turn", fail)
        yield


@pytest.mark.parametrize("size", [TABLET, TELEPHONE], ids=["tablet", "telephone"])
@pytest.mark.parametrize("what", ["zone", "note", "end"])
def test_an_alarm_and_a_lost_line_are_seen_in_front_of_whatever_was_opened(
    clinic: Clinic, gun: LivingGun, monkeypatch: pytest.MonkeyPatch, size: ViewportSize, what: str
) -> None:
    page = clinic.tablet(viewport=size)
    page.locator(f".live-actions a[href='/live/{what}']").click()
    gun.inject(micrometres=4_500)
    expect(page.locator("#live-alarm")).to_contain_text("4.5 mm")
    page.wait_for_function(_MET, arg="#live-alarm .priority")
    page.wait_for_function(_WHOLE, arg="#live-alarm .alarm-words")
    assert page.evaluate("document.querySelector('dialog:modal').contains(document.querySelector('#live-shout'))")

    with silent(monkeypatch):
        expect(page.locator("body")).to_have_class(re.compile("stale"))
        page.wait_for_function(_MET, arg=".lost strong")
    expect(page.locator("body")).not_to_have_class(re.compile("stale"))
    page.keyboard.press("Escape")
    page.locator("#acknowledge-first").click()
    expect(page.locator("#live-alarm")).to_have_class(re.compile("seen"))


def test_the_list_of_alarms_gives_the_focus_back_to_where_it_was_opened(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    gun.inject(micrometres=4_500)
    page.locator("#open-alarms").press("Enter")
    page.locator("#alarms [data-closes]").press("Enter")
    expect(page.locator("#open-alarms")).to_be_focused()
    page.locator("#open-alarms").press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#open-alarms")).to_be_focused()


def test_a_second_tap_ends_no_pause_that_the_first_began(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet(path="about:blank")
    page.add_init_script(_AT_ONCE)
    page.goto("/live")
    page.locator("#pause").click()
    expect(page.locator("#resume")).to_be_visible()
    page.locator("#resume").click()
    gun.inject()
    expect(page.locator(".while-paused")).to_contain_text("1 injection")
    assert clinic.stated(Kind.RESUMED) == []

    page.locator("#place-title").click()  # elsewhere first: this one is meant
    page.locator("#resume").click()
    expect(page.locator("#pause")).to_be_visible()


def test_a_second_tap_acknowledges_no_alarm_that_nobody_has_read(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet(path="about:blank")
    page.add_init_script(_AT_ONCE)
    page.goto("/live")
    for depth in (4_500, 1_500, 4_600, 1_500):
        gun.inject(micrometres=depth)
    expect(page.locator("#open-alarms")).to_contain_text("1 new")
    expect(page.locator(COUNT)).to_have_text("4")
    first = page.locator("#live-alarm .text").inner_text()
    page.locator("#acknowledge-first").click()
    expect(page.locator("#live-alarm .text")).not_to_have_text(first)
    page.locator("#acknowledge-first").click()
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("5")
    assert len(clinic.stated(Kind.ALARM_ACKNOWLEDGED)) == 1


def test_whoever_works_by_keyboard_stays_where_he_is_when_a_button_goes(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    page.locator("#pause").press("Enter")
    expect(page.locator("#resume")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pause")).to_be_focused()

    gun.inject(micrometres=4_500)
    gun.inject()
    expect(page.locator("#live-alarm")).to_contain_text("over, began at")
    page.locator("#acknowledge-first").press("Enter")
    expect(page.locator("#live-alarm")).to_contain_text("No alarm")
    expect(page.locator("#main")).to_be_focused()


def test_a_key_that_is_held_down_states_once(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    page.locator("#pause").focus()
    page.keyboard.down("Enter")
    expect(page.locator("#resume")).to_be_focused()
    page.keyboard.down("Enter")  # again, as keys repeat themselves
    page.keyboard.up("Enter")
    gun.inject()
    expect(page.locator(".while-paused")).to_contain_text("1 injection")
    assert clinic.stated(Kind.RESUMED) == []


def test_a_tablet_whose_clock_is_set_back_says_that_the_line_is_lost(
    clinic: Clinic, gun: LivingGun, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clinic.tablet()
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")
    page.evaluate("() => { const now = Date.now; Date.now = () => now() - 3_600_000; }")
    with silent(monkeypatch):
        expect(page.locator("body")).to_have_class(re.compile("stale"))


def test_a_line_on_which_everything_comes_late_is_as_good_as_lost(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet(path="about:blank")
    page.add_init_script(_UNDER_WAY)
    page.goto("/live")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")
    expect(page.locator("body")).not_to_have_class(re.compile("stale"))

    page.evaluate("window.way = 4000")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("2")
    expect(page.locator("body")).to_have_class(re.compile("stale"))
    expect(page.locator(".lost")).to_contain_text("What you see is old")

    page.evaluate("window.way = 0")
    expect(page.locator("body")).not_to_have_class(re.compile("stale"))


def test_a_statement_whose_answer_does_not_come_says_that_nobody_knows_whether_it_was_kept(
    clinic: Clinic, gun: LivingGun
) -> None:
    page = clinic.tablet()
    gun.inject()
    page.route("**/live/note", lambda _: None)  # never answered
    page.evaluate(
        "() => { const after = AbortSignal.timeout; AbortSignal.timeout = () => after.call(AbortSignal, 300); }"
    )
    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_role("button", name="Skin cooled").click()
    expect(page.locator("#told-note")).to_contain_text("Look whether it was kept")
    expect(page.locator("#note")).to_be_visible()
