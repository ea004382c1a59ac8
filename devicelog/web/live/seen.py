"""The session in progress as fragments look at it; belongs to the event loop. Nothing here waits but for what is local.

What a fragment shows is a function of the live state and of what was known when the session began.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from devicelog.ledger.sealed import is_sealed, words
from devicelog.live.meters import session_limits
from devicelog.record import amounts
from devicelog.web.live.announcing import Announcer

if TYPE_CHECKING:
    from devicelog.live.state import LiveState
    from devicelog.record.record import Record
    from devicelog.station.running import Running
    from devicelog.steps.keys import Zone
    from devicelog.treatment.protocol import Limit


class Seen:
    """One session in progress."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.announcer = Announcer()
        self._opened: dict[int, str] = {}

    @property
    def state(self) -> LiveState:
        return self.running.hub.state

    @property
    def record(self) -> Record:
        return self.running.hub.state.record

    @property
    def second(self) -> int:
        """The whole seconds of the session so far."""
        return self.state.now_us // 1_000_000

    @property
    def clock(self) -> str:
        """The time of day at the station."""
        return f"{amounts.local(self.record, self.state.now_us):%H:%M:%S}" if self.record.started else ""

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """The limits on totals; looked up when the session has its first entry."""
        return session_limits(self.record)

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """What can be chosen, the planned ones first, each with why it is excluded."""
        during = self.running.during
        found = (during.find(code) for code in during.zones)
        return tuple(zone for zone in found if zone is not None)

    @cached_property
    def planned(self) -> int:
        """So many of them were planned."""
        return len(self.running.during.planned)

    def text(self, number: int, value: Any) -> str:
        """The free text of the statement in an entry, opened with the key of the subject; each once."""
        if not is_sealed(value):
            return words(value)
        if number not in self._opened:
            self._opened[number] = self.running.opened(value)
        return self._opened[number]
