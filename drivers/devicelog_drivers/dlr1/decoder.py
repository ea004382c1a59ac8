"""The decoder of DLR1, the devicelog reference wire format (docs/wire-format.md): bytes to frames to events.

Frames are found by content alone, so that the pieces in which bytes arrive make no difference: a frame begins at `$`,
ends at CR LF, and is at most MAX_LINE bytes long; the rest is noise.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Mapping

from devicelog.driver import BadFrame, Event
from devicelog_drivers.dlr1.fields import ImpossibleFrameError
from devicelog_drivers.dlr1.frames import HEARTBEAT, ReadFrame, read_identity, read_nothing, read_other, read_positional

MAX_LINE = 160
_END = b"\r\n"


class Dlr1Decoder:
    """DLR1 bytes to events. `frames` maps frame types to what reads them, besides those that every driver reads."""

    def __init__(self, frames: Mapping[bytes, ReadFrame]) -> None:
        self._frames = {
            b"HB": read_positional("status", HEARTBEAT),
            b"ID": read_identity,
            b"CAP": read_nothing,
            b"LOGE": read_nothing,
            **frames,
        }
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        buffer = self._rest + data if self._rest else data
        events: list[Event] = []
        if b"\n" not in data and len(buffer) <= MAX_LINE:
            self._rest = buffer
            return events
        *lines, rest = buffer.split(_END)
        at = self._at
        for line in lines:
            at += len(line) + 2
            if line.rfind(b"$") == 0 and line.find(b"*") == len(line) - 5 and len(line) <= MAX_LINE - 2:
                event = self._frame(line, at)
                if event is not None:
                    events.append(event)
            else:
                events += self._untidy(line + _END, at)
        self._rest, self._at = rest, at
        if len(rest) > MAX_LINE:
            events += self._overlong()
        return events

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame."""
        rest, self._rest = self._rest, b""
        self._at += len(rest)
        return [BadFrame(rest, "the frame was not finished", self._at)] if rest else []

    def _frame(self, line: bytes, at: int) -> Event | None:
        """One line that looks like a frame: check, version, type, fields."""
        body = line[1:-5]
        if line[-4:] != b"%04X" % crc_hqx(body, 0xFFFF):
            return BadFrame(line + _END, "the CRC does not match", at)
        version, kind, fields = (*body.split(b",", 2), b"", b"")[:3]
        if version != b"DLR1":
            return BadFrame(line + _END, _version_complaint(version), at)
        from_memory = kind == b"LOG"
        if from_memory:
            kind, _, fields = fields.partition(b",")
        try:
            read_frame = self._frames.get(kind) or read_other(kind)
            return read_frame(fields, at, from_memory)
        except (ImpossibleFrameError, UnicodeDecodeError) as error:
            return BadFrame(line + _END, f"{kind.decode('ascii', 'replace')}: {error}", at)

    def _untidy(self, line: bytes, at: int) -> list[Event]:
        """A line with noise, a second `$` or too many bytes: its pieces, left to right."""
        events: list[Event] = []
        before = at - len(line)
        start = 0
        while start < len(line):
            end, reason = _piece(line, start)
            raw = line[start:end]
            event = self._frame(raw[:-2], at) if reason is None else BadFrame(raw, reason, before + end)
            if event is not None:
                events.append(event)
            start = end
        return events

    def _overlong(self) -> list[Event]:
        """Pieces that can be told apart already in a rest that is longer than any frame."""
        events: list[Event] = []
        rest, start = self._rest, 0
        while len(rest) - start > MAX_LINE:
            end, reason = _piece(rest, start)
            events.append(BadFrame(rest[start:end], reason or "the frame was not finished", self._at + end))
            start = end
        self._rest = rest[start:]
        self._at += start
        return events


def _piece(line: bytes, start: int) -> tuple[int, str | None]:
    """Where the piece of an untidy line that begins at `start` ends, and why it is no frame (None: it may be one)."""
    longest = min(len(line), start + MAX_LINE)
    dollar = line.find(b"$", start + 1, longest)
    if line[start : start + 1] != b"$":
        return dollar if dollar > 0 else longest, "bytes outside a frame"
    if dollar > 0:
        return dollar, "the frame was cut off by another"
    if len(line) > longest:
        return longest, f"longer than {MAX_LINE} bytes"
    if line.find(b"*", start) != len(line) - 7:
        return longest, "no check at the end of the frame"
    return longest, None


def _version_complaint(version: bytes) -> str:
    if re.fullmatch(rb"DLR[0-9]+", version):
        return f"wire format version {version[3:].decode('ascii')}, this driver reads 1"
    return "not a DLR1 frame"
