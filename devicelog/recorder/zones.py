"""The zone that is treated: chosen at the start, by a person, or by a pause where the next planned one begins.

In a replay of a session whose zones were corrected, a report may belong elsewhere than was said at the time: it is
counted there, and before and behind it the zone stays the one in force.
"""

from __future__ import annotations

from collections.abc import Sequence

from devicelog.bodymap.zones import BodyMap
from devicelog.ledger import Kind
from devicelog.recorder.backfill import Backfill
from devicelog.recorder.corrections import Corrections, ZoneCorrection
from devicelog.recorder.journal import Journal
from devicelog.treatment.monitor import Monitor


class Zones:
    """The planned zones of a session in their order, and the one in use.

    A place has one name in a session, the first that was given for it, so that what is given there is one total.
    `at_pauses` says of each pause so far whether the next planned zone began there.
    """

    def __init__(
        self, planned: Sequence[str], body_map: BodyMap | None, journal: Journal, backfill: Backfill, monitor: Monitor
    ) -> None:
        self.corrections: Corrections | None = None
        self.at_pauses: list[bool] = []
        self._planned = list(planned)
        self._map = body_map
        self._named: dict[str, str] = {}
        self._journal = journal
        self._backfill = backfill
        self._monitor = monitor
        self._in_force: str | None = None
        self._elsewhere: ZoneCorrection | None = None
        self._last = (0, 0)
        self._is_over = False

    def begin(self) -> None:
        """Enter the first planned one."""
        if self._planned:
            self.enter(self._planned.pop(0), because="chosen at the start")

    def enter(self, typed: str, *, because: str) -> None:
        """What is given from now on is given there."""
        self._leave()
        self._in_force = self._meant(typed)[0]
        self._use(typed, because)

    def paused(self) -> None:
        """A device paused: the next planned one begins, if anything was given in this one."""
        begins = self._begins_here()
        self.at_pauses.append(begins)
        if begins:
            self.enter(self._planned.pop(0), because="the device paused")

    def _begins_here(self) -> bool:
        if self.corrections is not None:
            return self.corrections.next_pause()
        given = self._monitor.tally.in_zone
        return bool(self._planned and (given.triggers or given.samples or given.volume))

    def place(self, link: int, at: int) -> None:
        """A report comes next that counts, and the zones of the session were corrected: be in the zone of it."""
        assert self.corrections is not None
        found = self.corrections.of(link, at)
        if found is not self._elsewhere:
            before = self._elsewhere
            self._leave()
            if found is not None:
                self._elsewhere = found
                self._use(found.zone, f"corrected: amendment {found.amendment}")
            elif before is not None:
                self._use(self._in_force, f"corrected: behind amendment {before.amendment}", since=False)
        elif found is not None and self._is_over:  # another line was still within
            self._backfill.enter(self._meant(found.zone)[0], self._journal.t)
        self._last, self._is_over = (link, self._journal.t), False

    def look(self, link: int, at: int) -> None:
        """A report comes next that counts nowhere; what is read back of a gap may follow from it."""
        if self._elsewhere is not None and link == self._last[0] and self._elsewhere.is_behind(link, at):
            self._end_stretch()

    def _leave(self) -> None:
        if self._elsewhere is not None:
            self._end_stretch()
        self._elsewhere = None

    def _end_stretch(self) -> None:
        """What happened behind the last report that was put elsewhere happened in the zone in force."""
        if not self._is_over:
            self._backfill.enter(self._in_force, min(self._last[1] + 1, self._journal.t))
        self._is_over = True

    def _meant(self, typed: str | None) -> tuple[str | None, dict[str, str]]:
        """The name of a zone in this session, and its code on the body map if it is there."""
        place = self._map.find(typed) if self._map is not None and typed is not None else None
        if place is None or typed is None:
            return typed, {}
        zone = self._named.setdefault(place.code, typed)
        return zone, {"code": place.code, **({"typed": typed} if typed != zone else {})}

    def _use(self, typed: str | None, because: str, *, since: bool = True) -> None:
        zone, meant = self._meant(typed)
        self._journal.write(Kind.ZONE, {"zone": zone, "because": because, **meant})
        if since:
            self._backfill.enter(zone, self._journal.t)
        self._monitor.enter(zone)
