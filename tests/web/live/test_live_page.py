"""The session in progress on the tablet beside the couch, looked at by a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog.ledger import Kind
from devicelog.record.steps import is_paused
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from tests.waiting import until
from tests.web.live.sessions import COUNT, WHO, current_order, recorded
from tests.web.served import TELEPHONE, served
from tests.web.sight.looking import violations

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun


def complaints(page: Page) -> list[str]:
    """What the browser complains of from now on: a script that fails, a policy that is broken."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_the_digits_follow_the_device_and_the_browser_has_nothing_to_complain_of(
    clinic: Clinic, gun: LivingGun
) -> None:
    page = clinic.tablet()
    found = complaints(page)
    page.reload()
    expect(page.locator(COUNT)).to_have_text("0")

    for _ in range(3):
        gun.inject()

    expect(page.locator(COUNT)).to_have_text("3")
    expect(page.locator(".of-volume .number")).to_have_text("0.06")
    expect(page.locator(".of-depth .number")).to_have_text("1.50")
    expect(page.locator("#live-syringe .left")).to_contain_text("1.94 of 2 mL left")
    for mark in ("SIMULATED", "EXAMPLE, UNAPPROVED"):
        expect(page.locator(".marks")).to_contain_text(mark)
    assert found == []


def test_an_alarm_is_on_the_line_until_somebody_acknowledges_it_and_that_is_an_entry(
    clinic: Clinic, gun: LivingGun
) -> None:
    page, other = clinic.tablet(), clinic.tablet()
    expect(page.locator("#live-alarm")).to_contain_text("No alarm")

    gun.inject(micrometres=4_500)
    line = page.locator("#live-alarm")
    expect(line).to_contain_text("above the hard limit of 4 mm")
    expect(line.locator(".priority")).to_have_text("MEDIUM")
    expect(page.locator("[aria-live=assertive] #live-shout")).to_contain_text("MEDIUM: injection depth 4.5 mm")
    gun.inject()
    expect(line).to_contain_text("over, began at")

    page.locator("#acknowledge-first").click()

    for each in (page, other):
        expect(each.locator("#live-alarm")).not_to_contain_text("4.5 mm")
    (said,) = clinic.stated(Kind.ALARM_ACKNOWLEDGED)
    assert said["by"] == WHO
    (alarm,) = [one for one in clinic.record.alarms.values() if one.number == said["alarm"]]
    assert [one.by for one in alarm.acknowledged] == [WHO]


def test_a_condition_that_lasts_stays_on_the_line_though_it_is_acknowledged(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    gun.inject(micrometres=4_500)
    expect(page.locator("#live-alarm")).to_contain_text("4.5 mm")

    page.locator("#acknowledge-first").click()

    expect(page.locator("#live-alarm")).to_contain_text(f"acknowledged by {WHO}")
    expect(page.locator("#live-alarm")).to_contain_text("4.5 mm")
    expect(page.locator("#live-alarm")).to_have_class("alarm-line medium seen")


def test_a_zone_is_chosen_on_the_body_map(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    expect(page.locator("#live-place .zone")).to_have_text("Forehead")
    expect(page.locator("#live-syringe .left")).to_have_text("2 of 2 mL left")

    page.get_by_role("link", name="Zone", exact=True).click()
    page.locator("#zone .zone-maps figure").first.locator("[data-press='zone-face.chin']").click()

    expect(page.locator("#live-place .zone")).to_have_text("Chin")
    expect(page.locator("#zone")).to_be_hidden()
    gun.inject()
    expect(page.locator("#live-place .given")).to_contain_text("Injections 1")


def test_an_excluded_zone_says_why_and_is_taken_with_an_alarm_and_a_current_has_its_own_figures(clinic: Clinic) -> None:
    device = "reference-noneedle@sim://reference-noneedle?seed=3&speed=20"
    with recorded(clinic.station, current_order(device)):
        page = clinic.tablet()
        expect(page.locator(".of-current .number")).to_have_text(re.compile(r"1\.[45]\d"))
        expect(page.locator(".of-current_set .number")).to_have_text("1.50")
        expect(page.locator("#live-doses")).to_contain_text("mA·min")
        expect(page.locator("#live-chart svg[role=img]")).to_be_visible()

        page.locator("#open-zone-card").click()
        excluded = page.locator("#zone-face\\.orbital\\.left")
        expect(excluded.locator(".why")).to_contain_text("is excluded")
        excluded.click()

        expect(page.locator("#live-place .loud")).to_contain_text("This zone is excluded")
        expect(page.locator("#live-alarm .priority")).to_have_text("HIGH")
        expect(page.locator("#live-alarm")).to_contain_text("is excluded")


def test_two_tablets_see_at_once_what_either_states_and_a_second_tap_says_no_more(
    clinic: Clinic, gun: LivingGun
) -> None:
    one, other = clinic.tablet(), clinic.tablet(viewport=TELEPHONE)

    one.get_by_role("link", name="Event", exact=True).click()
    one.get_by_role("button", name="Needle changed").click()
    expect(other.locator("#live-happened")).to_contain_text("Needle changed")

    other.get_by_role("link", name="Note", exact=True).click()
    other.get_by_label("Your own words").fill("she is calm")
    other.get_by_role("button", name="Keep the note").click()
    expect(one.locator("#live-happened")).to_contain_text("she is calm")

    tap = """() => Promise.all([1, 2, 3].map(() => fetch("/live/event", {method: "POST",
        headers: {"x-csrf-token": document.body.dataset.csrf}, body: new URLSearchParams({code: "pain"})})))"""
    one.evaluate(tap)
    expect(other.locator("#live-happened")).to_contain_text("Pain")
    gun.inject()
    expect(one.locator(COUNT)).to_have_text("1")
    assert [said["code"] for said in clinic.stated(Kind.EVENT)] == ["needle_changed", "pain"]


def test_a_pause_is_seen_and_what_the_device_gives_meanwhile_is_said(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    page.locator("#pause").click()
    expect(page.locator(".recording")).to_contain_text("Paused, recording")
    assert is_paused(clinic.record)

    gun.inject()
    expect(page.locator(".while-paused")).to_contain_text("1 injection, 0.02 mL")

    page.locator("#resume").press("Enter")  # a second click there so soon may be the echo of the first
    expect(page.locator(".recording")).to_have_text("Recording")
    expect(page.locator("#pause")).to_be_visible()


def test_another_syringe_is_taken_and_what_was_learned_raises_an_alarm(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    page.get_by_role("link", name="Syringe", exact=True).click()
    page.locator("#syringe-2").click()
    expect(page.locator("#live-syringe .label")).to_have_text("2 · right tray")

    page.get_by_role("link", name="Contraindication").click()
    page.get_by_label("What was said").press("Enter")
    page.locator("#contraindication button[value=pregnancy]").click()
    expect(page.locator("#live-alarm .priority")).to_have_text("HIGH")
    (learned,) = [said for said in clinic.stated(Kind.SCREENING) if said.get("from") == "learned"]
    assert learned["code"] == "pregnancy"
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")


def test_what_was_learned_is_seen_on_every_tablet_also_where_it_raises_no_alarm(clinic: Clinic, gun: LivingGun) -> None:
    page, other = clinic.tablet(), clinic.tablet()
    expect(page.locator("#live-happened")).to_contain_text("Nothing yet")
    page.get_by_role("link", name="Contraindication").click()
    page.get_by_label("What was said").fill("since spring")
    page.locator("#contraindication button[value=psychological_screen]").click()
    for each in (page, other):
        expect(each.locator("#live-happened li")).to_contain_text("Contraindication: ")
        expect(each.locator("#live-happened li")).to_contain_text(": since spring")
        expect(each.locator("#live-alarm")).to_contain_text("No alarm")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")


def test_a_pulled_cable_is_said_in_words_and_what_is_missing_is_a_gap(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet()
    gun.inject()
    expect(page.locator(".link-state")).to_contain_text("connected")

    gun.unplug()
    expect(page.locator(".link-state")).to_contain_text("LOST for")
    expect(page.locator(COUNT)).to_have_text("1")
    expect(page.locator("#live-foot")).to_contain_text("One gap")

    gun.plug()
    expect(page.locator(".link-state")).to_contain_text("connected")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("2")


def test_a_session_is_ended_only_after_a_question_that_says_what_ends(clinic: Clinic, gun: LivingGun) -> None:
    page, other = clinic.tablet(), clinic.tablet()
    session = clinic.running.session
    page.get_by_role("link", name="End", exact=True).click()
    expect(page.locator("#end")).to_contain_text("Devices are not stopped by this")
    page.get_by_role("link", name="Go on recording").click()
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")

    page.get_by_role("link", name="End", exact=True).click()
    page.locator("#end-confirmed").click()

    for each in (page, other):
        expect(each).to_have_url(re.compile(f"/sessions/{session}$"))
    until(lambda: clinic.station.current is None, "the session has ended")
    with Reader.open(clinic.station.store) as reader:
        assert record_of(reader, reader.session(session)).ended == f"ended by {WHO}"


def test_all_of_it_works_as_plain_forms_without_script(clinic: Clinic, gun: LivingGun) -> None:
    gun.inject()
    until(lambda: clinic.record.tally.session.triggers == 1, "the report was recorded")
    page = clinic.tablet(java_script_enabled=False)
    expect(page.locator(COUNT)).to_have_text("1")
    assert "as old as its time says" in page.content()

    page.get_by_role("link", name="Zone", exact=True).click()
    page.get_by_role("button", name="Chin", exact=True).click()
    expect(page.locator("#live-place .zone")).to_have_text("Chin")
    page.get_by_role("link", name="Event", exact=True).click()
    page.get_by_role("button", name="Other (say what)").click()
    expect(page.locator("[role=alert] a")).to_contain_text("Say what happened")
    page.get_by_label("More about it").fill("sneezed")
    page.get_by_role("button", name="Other (say what)").click()
    expect(page.locator("#live-happened")).to_contain_text("sneezed")
    page.locator("#pause").click()
    expect(page.locator(".recording")).to_contain_text("Paused")
    page.get_by_role("link", name="End", exact=True).click()
    page.locator("#end-confirmed").click()
    until(lambda: clinic.station.current is None, "the session has ended")


def test_the_empty_page_leads_to_the_session_when_one_begins(clinic: Clinic, request: pytest.FixtureRequest) -> None:
    page = clinic.tablet(bypass_csp=True)
    expect(page.locator("h1")).to_have_text("No session is being recorded")
    assert page.get_by_role("main").get_by_role("link", name="New session").get_attribute("href") == "/open"
    assert not violations(page)

    request.getfixturevalue("gun").inject()
    expect(page.locator(COUNT)).to_have_text("1")


def test_a_station_that_is_gone_leaves_a_page_that_is_visibly_old_and_comes_back_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with served(tmp_path / "store") as one:
        context = one.context(browser, WHO)
        page = context.new_page()
        page.goto("/live")
        expect(page.locator("h1")).to_have_text("No session is being recorded")
        port = int(one.url.rpartition(":")[2])
    expect(page.locator("body")).to_have_class(re.compile("stale"))
    with served(tmp_path / "store", port):
        expect(page.locator("body")).not_to_have_class(re.compile("stale"))
    context.close()


def test_a_page_that_could_not_take_something_in_is_old_until_it_knows_all_again(
    clinic: Clinic, gun: LivingGun, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clinic.tablet()
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")
    with monkeypatch.context() as patch:
        patch.setattr(clinic.running.hub.state.recent, "take", lambda *_: 1 / 0)
        gun.inject()
        expect(page.locator("body")).to_have_class(re.compile("stale"))
    gun.inject()

    expect(page.locator("body")).not_to_have_class(re.compile("stale"))
    expect(page.locator(COUNT)).to_have_text("3")
