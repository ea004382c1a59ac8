"""The decoder of the NE-1000 family: packets of either framing to readings, plain numbers paired with their query."""

from __future__ import annotations

import re

from devicelog.driver import BadFrame, Event, Reading
from devicelog_drivers.newera.frames import Framer, Packet, command_of, is_safe
from devicelog_drivers.newera.replies import FRAMING, NAMING, UNASKED, Said, identity, plain_number, reading, said
from devicelog_drivers.outstanding import Outstanding

#: Address, status and data; or address and alarm.
_REPLY = re.compile(rb"(?s)([0-9]{2})(?:([IWSPTUX])(.*)|A\?([RSTEO]))")
_ALARM = re.compile(rb"[0-9]{2}A\?[RSTEO]")
#: The address of the queries.
_ADDRESS = b"00"


def is_alarm(_request: bytes, came: bytes) -> bool:
    """Whether the pump has told an alarm in the place of the reply."""
    return _ALARM.search(came) is not None


class NewEraDecoder:
    """Counts the resets that the pump reports: each begins its amounts anew.

    A frame answers only what was asked in its framing: bytes of the other one are no query to that pump.
    """

    def __init__(self) -> None:
        self._framer = Framer()
        self._basic, self._safe = Outstanding(NAMING), Outstanding(NAMING)
        self._outstanding = self._basic
        self._asks_safely = self._is_unasked = False
        self._resets = 0

    def sent(self, request: bytes) -> None:
        """A query left the host."""
        safe = is_safe(request)
        self._asks_safely |= safe
        (self._safe if safe else self._basic).sent(command_of(request))

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for found in self._framer.feed(data) for event in self._events(found)]

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame; what was asked is answered no more."""
        self._basic.clear()
        self._safe.clear()
        self._asks_safely = self._is_unasked = False
        return [*self._framer.end()]

    def _events(self, found: Packet | BadFrame) -> list[Event]:
        if isinstance(found, BadFrame):
            return [found]
        match = _REPLY.fullmatch(found.data)
        if match is None:
            return [BadFrame(found.raw, "no status or alarm behind the address", found.at)]
        address, status, data, alarm = match.groups()
        if address != _ADDRESS:
            return [BadFrame(found.raw, f"the pump with address {address.decode()} answers, 00 was asked", found.at)]
        self._outstanding = self._safe if found.is_safe else self._basic
        event = self._alarm(alarm.decode("ascii"), found) if alarm else self._reply(status.decode("ascii"), data, found)
        return [event] if isinstance(event, BadFrame) else [*self._framing(found), event]

    def _framing(self, found: Packet) -> list[Event]:
        """A right frame shows the pump's framing, and in the other one it hears nothing; told if nobody asks in it."""
        (self._basic if found.is_safe else self._safe).clear()
        before, self._is_unasked = self._is_unasked, found.is_safe and not self._asks_safely
        if before == self._is_unasked:
            return []
        framing = UNASKED if self._is_unasked else "safe" if found.is_safe else "basic"
        return [Reading(FRAMING, (framing,), found.at)]

    def _alarm(self, code: str, found: Packet) -> Event:
        """In place of a reply, which clears it at the pump; a pump in Safe framing also sends it unasked."""
        asked = self._outstanding.oldest
        self._resets += code == "R"
        self._outstanding.clear()
        if found.is_safe and asked is None:
            return reading("A", f"{code} unasked", ("status", (None,), ("",), None), found.at)
        return reading("A", code, ("status", (asked,), ("",), None), found.at)

    def _reply(self, state: str, data: bytes, found: Packet) -> Event:
        known = identity(data, found.at)
        if known is not None:
            self._outstanding.named("VER")
            return known
        understood = said(data, self._resets)
        if understood is None:
            return BadFrame(found.raw, "no reply to a query has this form", found.at)
        return reading(state, None, self._paired(understood), found.at)

    def _paired(self, understood: Said) -> Said:
        """A reply with its query: a plain number is told apart by what was asked."""
        report, values, _, name = understood
        if name is not None:
            self._outstanding.named(name)
        elif report == "number":
            asked = self._outstanding.unnamed()
            return plain_number(asked, values[0]) if asked is not None else understood
        return understood
