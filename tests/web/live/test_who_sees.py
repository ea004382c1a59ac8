"""Who sees what of a session in progress: a locked tablet, another practitioner, a reviewer, who is logged out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from devicelog import clock
from devicelog.record.steps import is_paused
from tests.web.live.sessions import COUNT, WHO

if TYPE_CHECKING:
    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun


def test_a_locked_tablet_shows_figures_and_alarms_and_nothing_of_the_person_treated(
    clinic: Clinic, gun: LivingGun
) -> None:
    page = clinic.tablet()
    page.get_by_role("link", name="Contraindication").click()
    page.locator("#contraindication button[value=pregnancy]").click()
    expect(page.locator("#live-alarm")).to_contain_text("regnan")

    clinic.served.accounts.door.lock(clinic.token(WHO))
    expect(page.locator("body")).to_have_class("live locked")
    gun.inject()

    expect(page.locator(COUNT)).to_have_text("1")
    expect(page.locator("#live-alarm .priority")).to_have_text("HIGH")
    text = page.content()
    for hidden in ("regnan", "Forehead", WHO, "left tray", "P-7", "<form", "<dialog"):
        assert hidden not in text.partition("<footer")[0], hidden
    assert page.get_by_role("link", name="Unlock").get_attribute("href") == "/unlock?next=/live"
    assert page.request.post("/live/pause").status in (403, 200, 303, 404)
    assert not is_paused(clinic.record)
    clinic.renew(WHO)


def test_another_practitioner_sees_that_there_is_a_session_and_nothing_else(clinic: Clinic, gun: LivingGun) -> None:
    gun.inject()
    page = clinic.tablet("Dr. B. Other", "practitioner")
    expect(page.locator("h1")).to_have_text("A session of another practitioner is being recorded")
    assert "Forehead" not in page.content()
    stream = """async () => { const answer = await fetch("/live/stream"); const reader = answer.body.getReader();
        let text = ""; for (let n = 0; n < 4; n++) text += new TextDecoder().decode((await reader.read()).value);
        await reader.cancel(); return text; }"""
    heard = page.evaluate(stream)
    assert "event: beat" in heard
    assert "swap" not in heard

    pause = """() => fetch("/live/pause", {method: "POST", headers: {"x-csrf-token": document.body.dataset.csrf},
        body: new URLSearchParams()})"""
    page.evaluate(pause)
    assert not is_paused(clinic.record)


def test_a_reviewer_watches_and_states_nothing(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet("R. Review", "reviewer")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")
    assert page.locator(".live-actions").count() == 0
    assert page.goto("/live/end").status == 403  # type: ignore[union-attr]


def test_whoever_is_logged_out_sees_no_more(clinic: Clinic, gun: LivingGun) -> None:
    page = clinic.tablet("R. Gone", "reviewer")
    gun.inject()
    expect(page.locator(COUNT)).to_have_text("1")

    clinic.served.accounts.door.log_out(clinic.token("R. Gone"), clock.now().wall_ns)
    expect(page).to_have_url(re.compile(r"/login\?next=/live$"))
