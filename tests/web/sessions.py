"""A session that a station recorded with a simulated device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog import clock
from devicelog.opening.stating import unasked
from devicelog.station.station import Order
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SessionTable
from tests.waiting import until

if TYPE_CHECKING:
    from devicelog.station.running import Running
    from devicelog.station.station import Station

GUN = "reference-mesogun@sim://reference-mesogun?seed=1&speed=20"


def order(practitioner: str, subject: str = "P-1", device: str = GUN) -> Order:
    """A session that nobody was asked about."""
    session = SessionTable(
        devices=[device], protocol="none", subject=subject, practitioner=practitioner, zones=["face.forehead"]
    )
    return Order(Draft(session), None, clock.now(), state=unasked)


def begun(station: Station, practitioner: str, subject: str = "P-1", device: str = GUN) -> Running:
    """A session in progress."""
    running = station.begin(order(practitioner, subject, device)).running
    assert running is not None
    return running


def ended(station: Station, by: str) -> None:
    """End the session in progress."""
    assert station.current is not None
    station.current.end(by)
    until(lambda: station.current is None, "the end of the session")


def recorded(station: Station, practitioner: str, subject: str = "P-1") -> str:
    """The id of a session that was recorded and ended."""
    running = begun(station, practitioner, subject)
    until(lambda: injections(running), "the first injection")
    ended(station, practitioner)
    return running.session


def injections(running: Running) -> int:
    """How many a session in progress has."""
    running.hub.drain()
    return running.hub.state.record.tally.session.triggers


def until_seen(station: Station) -> None:
    """Wait until the page of the session in progress has what it shows."""
    running = station.current
    assert running is not None
    until(lambda: running.hub.state.record.started, "what the page shows")
