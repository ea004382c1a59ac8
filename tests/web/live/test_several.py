"""Several devices, several names of one zone: what is shown says of what it is, and what is tapped is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from devicelog import clock
from devicelog.opening.setting import rules_of, today
from devicelog.opening.stating import planned, unasked
from devicelog.station.station import Order
from devicelog.steps.draft import Draft
from devicelog.steps.plan_file import load
from devicelog.steps.plan_schema import SessionTable
from tests.end_to_end.plans import plan
from tests.waiting import until
from tests.web.live.sessions import COUNT, WHO, current_order, recorded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun

_GUN = "reference-mesogun@sim://reference-mesogun?seed={}&speed=60"


def test_what_several_devices_give_together_says_so_and_what_one_gives_does_not(clinic: Clinic) -> None:
    with recorded(
        clinic.station, current_order(_GUN.format(41), _GUN.format(42), protocol="meso-face-gun-intradermal")
    ):
        page = clinic.tablet()
        expect(page.locator(COUNT)).to_have_count(2)
        for what in ("injections", "volume"):
            expect(page.locator(f".of-{what} dt").first).to_contain_text("all devices")
            expect(page.locator(f".of-{what} dt").last).to_contain_text("all devices")
        expect(page.locator(".of-depth dt").first).not_to_contain_text("all devices")
    with recorded(
        clinic.station, current_order(_GUN.format(43), "reference-noneedle@sim://reference-noneedle?seed=44")
    ):
        page = clinic.tablet()
        expect(page.locator(".device")).to_have_count(2)
        expect(page.locator(".of-charge")).to_have_count(1)
        expect(page.locator(".device .of-all")).to_have_count(0)


def test_the_product_in_use_is_named_with_its_syringe_and_where_nobody_prepared_one(
    clinic: Clinic, gun: LivingGun, tmp_path: Path
) -> None:
    gun.inject()
    expect(clinic.tablet().locator("#live-syringe")).to_contain_text("Revital")
    clinic.running.end(WHO)
    until(lambda: clinic.station.current is None, "the session has ended")

    file, now = tmp_path / "none.toml", clock.now()
    plan(file, device=_GUN.format(46), syringe="")
    file.write_text(file.read_text().replace('"P-7"', '"P-9"'))  # somebody else: nobody is treated twice a day
    with recorded(clinic.station, Order(load(file, rules_of, today(now)), rules_of(None), now, state=planned)):
        page = clinic.tablet()
        expect(page.locator("#live-syringe h2")).to_have_text("Product")
        expect(page.locator("#live-syringe .label")).to_have_text("Revital")


def test_a_planned_zone_is_chosen_on_the_body_map_by_whatever_name_it_was_planned(clinic: Clinic) -> None:
    table = SessionTable(
        devices=[_GUN.format(45)],
        protocol="meso-face-gun-intradermal",
        subject="P-8",
        practitioner=WHO,
        zones=["face.chin", "forehead", "left_cheek", "cheek.left"],
    )
    with recorded(clinic.station, Order(Draft(table), None, clock.now(), state=unasked)):
        page = clinic.tablet()
        for code, name in (("face.forehead", "Forehead"), ("face.cheek.left", "Cheek, left")):
            page.locator("#open-zone-card").click()
            page.locator(f"#zone .zone-maps [data-press='zone-{code}']").first.click()
            expect(page.locator("#live-place .zone")).to_have_text(re.compile(name))
        ids = page.locator("#zone .zone-planned button").evaluate_all("all => all.map((one) => one.id)")
        assert len(ids) == len(set(ids)) == 4
