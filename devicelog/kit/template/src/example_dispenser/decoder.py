"""Bytes of an SD-10 in, readings out. No port, clock, thread or file: whole or in pieces, the same bytes give the same.

First the frames are found and checked (`Decoder`), then one frame is understood (`_event`). Change the second for
another line of the same device, the first for another framing.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce
from operator import xor

from devicelog.driver import BadFrame, Event, Identity, Reading

#: Bytes of the longest line, CR LF included.
LONGEST = 64
_END = b"\r\n"
_LINE = re.compile(rb"([^*]*)\*([0-9A-F]{2})")
_DOSE = re.compile(r"V=([0-9]{1,5}(?:\.[0-9]{1,3})?) ([A-Za-z]{1,4}) N=([0-9]{1,6})")
_STATE = re.compile(r"S=(ready|paused|empty)")
_IDENTITY = re.compile(r"ID=(\S+) SN=(\S+) FW=(\S+)")


class Decoder:
    """Lines of the SD-10 to events. It keeps less than one line, and counts the bytes behind it."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        buffer = self._rest + data
        events: list[Event] = []
        start = 0
        while True:
            end = buffer.find(_END, start, start + LONGEST)
            if end >= 0:
                stop = end + len(_END)
                events.append(_event(buffer[start:stop], self._at + stop))
            elif len(buffer) - start >= LONGEST:
                stop = start + LONGEST - 1  # one less, so that CR and LF are never torn apart
                events.append(BadFrame(buffer[start:stop], f"no end of line in {LONGEST} bytes", self._at + stop))
            else:
                break
            start = stop
        self._rest = buffer[start:]
        self._at += start
        return events

    def end(self) -> list[Event]:
        """What is left is half a line."""
        rest, self._rest = self._rest, b""
        self._at += len(rest)
        return [BadFrame(rest, "the line was not finished", self._at)] if rest else []


def _event(line: bytes, at: int) -> Event:
    """One line, which ends at byte `at`. What is not right in every respect is a bad frame and never half a reading."""
    match = _LINE.fullmatch(line[: -len(_END)])
    if match is None:
        return BadFrame(line, "not a line of an SD-10", at)
    if reduce(xor, match[1], 0) != int(match[2], 16):
        return BadFrame(line, "the check does not match", at)
    text = match[1].decode("latin-1")
    if dose := _DOSE.fullmatch(text):
        # As sent: an exact decimal with its unit token. What "uL" means stands in the closed table of the metric.
        return Reading("dose", (int(dose[3]), Decimal(dose[1])), at, units=("", dose[2]))
    if state := _STATE.fullmatch(text):
        return Reading("status", (state[1],), at)
    if who := _IDENTITY.fullmatch(text):
        return Identity(who[1], who[2], who[3], at, simulated=who[2].startswith("SIM-"))
    return BadFrame(line, "not a line of an SD-10", at)
