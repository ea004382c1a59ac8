"""A station with a store of its own, and sessions with simulated devices on real links."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.opening.stating import unasked
from devicelog.station.station import Order, Station
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SessionTable
from devicelog_simulators.urls.running import forget_all
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.station.running import Running

_SEEDS = count(1)


def gun() -> str:
    """A device of its own: one that a test before has used may be at its end."""
    return f"reference-mesogun@sim://reference-mesogun?seed={next(_SEEDS)}&speed=20"


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    forget_all()  # a gun that played on since the last test may have no injection left to give
    one = Station(tmp_path / "store")
    one.start()
    yield one
    one.close()


def order(*devices: str) -> Order:
    session = SessionTable(
        devices=list(devices), protocol="none", subject="P-1", practitioner="Dr. A. Example", zones=["face.forehead"]
    )
    return Order(Draft(session), None, clock.now(), state=unasked)


def triggers(running: Running) -> int:
    running.hub.drain()
    return running.hub.state.record.tally.session.triggers


def begun(station: Station) -> Running:
    running = station.begin(order(gun())).running
    assert running is not None
    until(lambda: triggers(running) >= 2)
    return running


def ended(station: Station) -> None:
    assert station.current is not None
    station.current.end("Dr. A. Example")
    until(lambda: station.current is None)
