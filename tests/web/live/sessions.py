"""Sessions with simulated devices that a station records while tests look at its page."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog import clock
from devicelog.opening.setting import rules_of, today
from devicelog.opening.stating import planned, unasked
from devicelog.station.station import Order
from devicelog.steps.draft import Draft
from devicelog.steps.plan_file import load
from devicelog.steps.plan_schema import SessionTable
from tests.end_to_end.plans import plan
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.station.running import Running
    from devicelog.station.station import Station

WHO = "Dr A. Example"
#: Where the page says how many injections were given.
COUNT = ".of-injections .number"


def gun_order(folder: Path, url: str, driver: str = "reference-mesogun") -> Order:
    """A session in which all was asked: two planned zones, two syringes, a treatment protocol of examples."""
    file = folder / "gun.toml"
    plan(file, device=f"{driver}@{url}")
    now = clock.now()
    return Order(load(file, rules_of, today(now)), rules_of(None), now, state=planned)


def current_order(*devices: str, protocol: str = "noneedle-ionto-dc-face", who: str = WHO) -> Order:
    """A session about which nobody was asked, with these devices (`DRIVER@URL`)."""
    session = SessionTable(
        devices=list(devices), protocol=protocol, subject="P-8", practitioner=who, zones=["face.forehead", "face.chin"]
    )
    return Order(Draft(session), None, clock.now(), state=unasked)


@contextmanager
def recorded(station: Station, order: Order) -> Iterator[Running]:
    """A session in progress, which is ended with the block if nobody ended it before."""
    begun = station.begin(order)
    assert begun.running is not None, begun.told
    try:
        yield begun.running
    finally:
        begun.running.end(WHO)
        until(lambda: station.current is None, "the session has ended")
