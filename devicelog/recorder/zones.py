"""The zone that is treated: chosen at the start, by a person, or by a pause where the next planned one begins."""

from __future__ import annotations

from collections.abc import Sequence

from devicelog.bodymap.zones import BodyMap
from devicelog.ledger import Kind
from devicelog.recorder.backfill import Backfill
from devicelog.recorder.journal import Journal
from devicelog.treatment.monitor import Monitor


class Zones:
    """The planned zones of a session in their order, and the one in use.

    A place has one name in a session, the first that was given for it, so that what is given there is one total.
    """

    def __init__(
        self, planned: Sequence[str], body_map: BodyMap | None, journal: Journal, backfill: Backfill, monitor: Monitor
    ) -> None:
        self._planned = list(planned)
        self._map = body_map
        self._named: dict[str, str] = {}
        self._journal = journal
        self._backfill = backfill
        self._monitor = monitor

    def begin(self) -> None:
        """Enter the first planned one."""
        if self._planned:
            self.enter(self._planned.pop(0), because="chosen at the start")

    def enter(self, typed: str, *, because: str) -> None:
        """What is given from now on is given there."""
        place = self._map.find(typed) if self._map is not None else None
        zone, meant = typed, {}
        if place is not None:
            zone = self._named.setdefault(place.code, typed)
            meant = {"code": place.code, **({"typed": typed} if typed != zone else {})}
        self._journal.write(Kind.ZONE, {"zone": zone, "because": because, **meant})
        self._backfill.enter(zone)
        self._monitor.enter(zone)

    def paused(self) -> None:
        """A device paused: the next planned one begins, if anything was given in this one."""
        given = self._monitor.tally.in_zone
        if self._planned and (given.triggers or given.samples or given.volume):
            self.enter(self._planned.pop(0), because="the device paused")
