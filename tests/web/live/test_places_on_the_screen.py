"""What has to be seen at once has its place on every screen, however long its words and numbers become."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.live.sessions import COUNT
from tests.web.served import TABLET, TELEPHONE
from tests.web.sight.looking import ACROSS, NARROWEST, ZOOMED, misfits, violations

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun

#: A telephone on which everything is shown at twice its size.
TWICE: ViewportSize = {"width": 195, "height": 422}
#: Whether the middle of something is what a finger would meet there.
_MET = """what => {
    const one = document.querySelector(what), box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
}"""
#: Digits that are wider than the place of their figure.
_WIDE = """() => [...document.querySelectorAll(".device dd")].filter((one) => {
    const drawn = document.createRange();
    drawn.selectNodeContents(one);
    return drawn.getBoundingClientRect().width > one.clientWidth;
}).map((one) => one.textContent)"""
#: How large the count is written (px).
_LARGE = "parseFloat(getComputedStyle(document.querySelector('.of-injections .number')).fontSize)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [TABLET, TELEPHONE], ids=["tablet", "telephone"])
def test_everybody_can_use_it(clinic: Clinic, gun: LivingGun, size: ViewportSize, scheme: str) -> None:
    page = clinic.tablet(viewport=size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    gun.inject(micrometres=4_500)
    expect(page.locator("#live-alarm")).to_contain_text("4.5 mm")
    assert violations(page) == []
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not sideways

    for each in ("zone", "note", "end", "alarms") if scheme == "light" else ("zone", "event", "contraindication"):
        page.evaluate("id => document.getElementById(id).showModal()", each)
        assert violations(page) == [], each
        small = """id => [...document.querySelectorAll(`#${id} button, #${id} a.button`)].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.width < 48 || box.height < 48); }).length"""
        assert page.evaluate(small, each) == 0, each
        page.evaluate("id => document.getElementById(id).close()", each)


def test_what_matters_is_on_the_tablet_without_scrolling(clinic: Clinic, gun: LivingGun) -> None:
    gun.inject()
    for size in (TABLET, TELEPHONE, ACROSS):
        page = clinic.tablet(viewport=size)
        expect(page.locator(COUNT)).to_have_text("1")
        bottoms = """([wanted]) => wanted.map((each) => document.querySelector(each).getBoundingClientRect().bottom)"""
        wanted = ["#live-alarm", "#live-time", COUNT, ".of-volume .number", ".live-actions"]
        assert max(page.evaluate(bottoms, [wanted])) <= size["height"], size
        covered_from = page.evaluate("document.querySelector('.live-actions').getBoundingClientRect().top")
        assert max(page.evaluate(bottoms, [wanted[:-1]])) <= covered_from, size


def test_a_long_session_has_as_much_room_for_its_digits_as_a_short_one(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    given = 0
    for count, volume in ((12, "0.24"), (1000, "20.0")):
        for _ in range(count - given):
            gun.inject()
        given = count
        expect(page.locator(COUNT)).to_have_text(str(count))
        expect(page.locator(".of-volume .number")).to_have_text(volume)
        for size in (TABLET, TELEPHONE, ACROSS, NARROWEST):
            page.set_viewport_size(size)
            assert page.evaluate(_WIDE) == [], size
            assert page.evaluate(_LARGE) > min(size["width"], size["height"]) / 8, size


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_a_telephone_that_shows_everything_at_twice_its_size_cuts_and_covers_nothing(
    clinic: Clinic, gun: LivingGun, language: str
) -> None:
    page = clinic.tablet(viewport=TWICE, locale=language)
    gun.inject(micrometres=4_500)
    page.wait_for_selector("#acknowledge-first")
    assert list(misfits(page, TWICE)) == []
    cut = page.locator(".live-actions .button, .live-actions button").evaluate_all(
        "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent.trim())"
    )
    assert cut == []
    page.locator(COUNT).scroll_into_view_if_needed()
    page.wait_for_function(_MET, arg=COUNT)


#: Looked at in one go: fragments are swapped meanwhile.
_ABOVE_THE_BUTTONS = """what => {
    const one = document.querySelector(what)?.getBoundingClientRect();
    return one && one.height > 0 && one.bottom <= document.querySelector(".live-actions").getBoundingClientRect().top;
}"""


@pytest.mark.parametrize("size", [TELEPHONE, ZOOMED], ids=["telephone", "tablet at 200 %"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_count_alarms_and_link_are_seen_without_scrolling_and_no_word_is_cut(
    clinic: Clinic, gun: LivingGun, size: ViewportSize, language: str
) -> None:
    page = clinic.tablet(viewport=size, locale=language)
    for what in ("#live-alarm", ".link-state", COUNT):
        page.wait_for_selector(what)
        page.wait_for_function(_ABOVE_THE_BUTTONS, arg=what)
    cut = page.locator(".live-actions .button, .live-actions button").evaluate_all(
        "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent.trim())"
    )
    assert cut == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_a_telephone_shows_the_alarm_of_a_zone_whole_and_since_when(
    clinic: Clinic, gun: LivingGun, language: str
) -> None:
    page = clinic.tablet(viewport=TELEPHONE, locale=language)
    for _ in range(26):
        gun.inject()
    words = page.locator("#live-alarm .alarm-words")
    expect(words).to_contain_text("is above the soft limit of 0.5 mL")
    assert words.evaluate("each => each.scrollHeight - each.clientHeight") <= 0
    assert page.evaluate(_ABOVE_THE_BUTTONS, COUNT)
