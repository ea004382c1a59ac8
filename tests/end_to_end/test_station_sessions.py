"""Whole sessions on the page of a station that runs, with simulated devices on pseudo-terminals and a real browser."""

from __future__ import annotations

import os
import re
import time
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog.ledger import Kind
from devicelog.record.signatures import Status, signatures, status
from devicelog.stored import record_of
from tests.end_to_end import tablets
from tests.end_to_end.cable import Cable
from tests.end_to_end.running import wait_until
from tests.web.served import TELEPHONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from devicelog.testing.plugin import SimulateDevice
    from tests.end_to_end.running import Devicelog
    from tests.end_to_end.serving import Serving
    from tests.end_to_end.tablets import Clinic

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")

WHO, STRANGER = "Dr A. Example", "Dr B. Stranger"


@dataclass(frozen=True, slots=True)
class Visit:
    """What is done: with which device in which scenario, under which protocol, and the figure that moves."""

    device: str
    scenario: str
    protocol: str
    zones: tuple[str, ...]
    names: tuple[str, ...]
    figure: str
    speed: float


INJECTION = Visit(
    "reference-mesogun",
    "face-limits",
    "meso-face-gun-intradermal",
    ("face.forehead", "face.cheek.left"),
    ("Forehead", "Cheek, left"),
    ".of-injections .number",
    6.0,
)
CURRENT = Visit(
    "reference-noneedle",
    "current-limits",
    "noneedle-ionto-dc-face",
    ("face.forehead", "face.chin"),
    ("Forehead", "Chin"),
    ".of-charge .number",
    20.0,
)
PULSES = Visit(
    "btx-gemini",
    "btx-faults",
    "noneedle-electroporation-face",
    ("face.forehead", "face.chin"),
    ("Forehead", "Chin"),
    "#live-doses .number",
    20.0,
)


@pytest.fixture
def clinic(station: Serving, browser: Browser) -> Iterator[Clinic]:
    """A station that is open, and people at tablets."""
    station.start()
    with tablets.clinic(station, browser) as one:
        yield one


@pytest.mark.parametrize("visit", [INJECTION, CURRENT, PULSES], ids=lambda visit: visit.device)
def test_a_session_is_opened_followed_ended_signed_and_exported_on_the_page(
    clinic: Clinic, simulated_device: SimulateDevice, visit: Visit, tmp_path: Path
) -> None:
    # given a session that was opened on the page: the first one by hand, the others by its forms
    device = simulated_device(visit.device, speed=visit.speed, scenario=visit.scenario)
    port = Path(device.url).resolve()  # on a page a port has its own name
    named = (f"P-{visit.device}", f"{visit.device}@{port}", visit.protocol, visit.zones)
    if visit is INJECTION:
        page = clinic.page(WHO, "/open")
        tablets.open_by_hand(page, *named)
    else:
        tablets.open_by_forms(clinic.sender(WHO), *named)
        page = clinic.page(WHO, "/live")

    # when it is followed to an alarm, which somebody acknowledges, and ended
    expect(page.locator(".marks")).to_contain_text("SIMULATED")
    expect(page.locator(visit.figure).first).to_have_text(re.compile(r"[1-9]"))
    page.locator("#acknowledge-first").click()
    tablets.note(page, "she is calm")
    tablets.change_zone(page, visit.zones[1], visit.names[1])
    session = tablets.end(page)
    tablets.sign(page)
    page.goto(f"/sessions/{session}")
    exported = tablets.export(page, tmp_path)

    # then the ledger has what was done on the page, it is signed, and what was downloaded verifies
    box = clinic.station.box
    with box.reader() as reader:
        [row] = reader.sessions()
        record = record_of(reader, row)
        kinds = [entry.kind for entry in reader.entries(row.number)]
    assert (row.id, record.ended) == (session, f"ended by {WHO}")
    assert {Kind.ALARM_ACKNOWLEDGED, Kind.NOTE, Kind.ZONE} <= set(kinds)
    assert [one.by for one in signatures(record)] == [WHO]
    assert status(record) is Status.SIGNED
    with zipfile.ZipFile(exported) as packed:
        packed.extractall(tmp_path / "exported")
    box("verify", str(next((tmp_path / "exported").iterdir())))
    box("verify")


def test_a_pulled_cable_and_a_killed_station_leave_one_session_on_every_tablet(clinic: Clinic) -> None:
    box, station = clinic.station.box, clinic.station
    sender = clinic.sender(WHO)

    with ExitStack() as stack:
        # given a session on two tablets, and a third of somebody else
        url = stack.enter_context(box.simulator(INJECTION.device, "--socket", "--speed", "5"))
        cable = stack.enter_context(Cable(url))
        device = f"reference-mesogun@{cable.url}"
        tablets.open_by_forms(sender, "P-7", device, INJECTION.protocol, INJECTION.zones)
        tablet, telephone = clinic.page(WHO, "/live"), clinic.page(WHO, "/live", viewport=TELEPHONE)
        both, other = (tablet, telephone), clinic.page(STRANGER, "/live")
        expect(other.locator("main")).to_contain_text("A session of another practitioner is being recorded")

        # when the cable is out, while the device goes on for a quarter of a minute of its time, and in again
        for each in both:
            expect(each.locator(INJECTION.figure)).to_have_text(re.compile(r"[1-9]"))
        cable.unplug()
        for each in both:
            expect(each.locator(".link-state")).to_contain_text("LOST")
        time.sleep(3)
        cable.plug()
        for each in both:
            expect(each.locator(".link-state")).to_contain_text("connected")
            expect(each.locator("#live-foot")).to_contain_text("One gap")
        wait_until(lambda: "gap_filled" in kinds(box), "what was missed")

        # and the station is killed and started again
        shown = injections(tablet)
        station.kill()
        for each in both:
            expect(each.locator("[data-stale]").first).to_be_visible()
            expect(each.locator(INJECTION.figure)).to_have_text(re.compile(r"[1-9]"))
        station.start()
        for each in both:
            expect(each.locator("[data-stale]").first).to_be_hidden()
        wait_until(lambda: kinds(box).count("gap_filled") == 2, "what was missed while the station was away")
        later = injections(tablet)
        tablets.note(telephone, "the station was away")
        expect(tablet.locator("#live-happened")).to_contain_text("the station was away")
        session = tablets.end(tablet)
        expect(telephone).to_have_url(re.compile(f"/sessions/{session}$"))

    # then it is one session, in which nothing is missing that the device has counted
    with box.reader() as reader:
        [row] = reader.sessions()
        record = record_of(reader, row)
    assert (row.id, row.state) == (session, "ended")
    assert shown <= later <= record.tally.session.triggers
    assert [(gap.missing, gap.filled > 0) for gap in record.gaps.values()] == [(0, True)] * 2
    assert {figure["agrees"] for figure in record.reconciled} == {True}
    box("verify")

    # and who treats others sees neither the session nor its person
    assert other.goto(f"/sessions/{session}").status in (403, 404)  # type: ignore[union-attr]
    assert other.goto(f"/people/{row.subject}").status in (403, 404)  # type: ignore[union-attr]
    assert "P-7" not in other.locator("body").inner_text()


def kinds(box: Devicelog) -> list[str]:
    """The kinds of the entries so far."""
    return [entry.kind for entry in box.entries()]


def injections(page: Page) -> int:
    """What the digits say."""
    return int(page.locator(INJECTION.figure).inner_text())
