"""The decoder of the Legato and Elite pumps: each reply is paired with its query, or said to be of nobody's."""

from __future__ import annotations

from devicelog.driver import BadFrame, Event
from devicelog_drivers.legato.meaning import device_time, identity, reading
from devicelog_drivers.legato.replies import Framer, Reply
from devicelog_drivers.outstanding import Outstanding

_VERSION, _TIME = "version", "time"


class LegatoDecoder:
    """A late reply is never paired with a later query: see `Outstanding`."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._outstanding = Outstanding(frozenset({_VERSION, _TIME}))

    def sent(self, request: bytes) -> None:
        """A query left the host."""
        self._outstanding.sent(request.decode("ascii", "replace").strip().removeprefix("@"))

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [self._event(found) for found in self._framer.feed(data)]

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame; what was asked is answered no more."""
        self._outstanding.clear()
        return [*self._framer.end()]

    def _event(self, found: Reply | BadFrame) -> Event:
        if isinstance(found, BadFrame):
            return found
        if found.address:
            return BadFrame(found.raw, f"the pump with address {found.address} answers, 0 was asked", found.at)
        known, told = identity(found), device_time(found)
        if known is not None:
            self._outstanding.named(_VERSION)
            return known
        if told is not None:
            self._outstanding.named(_TIME)
            return told
        return reading(self._outstanding.unnamed(), found)
