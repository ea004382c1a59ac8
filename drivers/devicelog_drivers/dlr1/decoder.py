"""The decoder of DLR1, the devicelog reference wire format (docs/wire-format.md): bytes to frames to events.

Frames are found by content alone, so that the pieces in which bytes arrive make no difference: a frame begins at `$`,
ends at CR LF, and is at most MAX_LINE bytes long; the rest is noise.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Mapping

from devicelog.driver import BadFrame, Event
from devicelog_drivers.dlr1.fields import MAX_LINE, ImpossibleFrameError
from devicelog_drivers.dlr1.frames import (
    HEARTBEAT,
    ReadFrame,
    read_identity,
    read_nothing,
    read_other,
    read_positional,
    read_recalled,
)
from devicelog_drivers.dlr1.runs import FrameRun

_END = b"\r\n"
#: body, version, type, fields, check; what the fields hold is not looked at yet.
_FRAME = re.compile(
    rb"\$((%b*)(?:,(%b*)(?:,(%b*))?)?)\*([0-9A-F]{4})\r\n" % (rb"[ -#%-)+\-.-~]", rb"[ -#%-)+\-.-~]", rb"[ -#%-)+-~]")
)
_NO_FRAME = "no CRC of four upper-case digits, or a character that no frame may hold"


class Dlr1Decoder:
    """DLR1 bytes to events. `frames` maps frame types to what reads them, besides those that every driver reads.

    `run` reads the frames that come in great numbers; what it leaves is read frame by frame.
    """

    def __init__(self, frames: Mapping[bytes, ReadFrame], run: FrameRun) -> None:
        self._run = run
        self._frames = {
            b"HB": read_positional("status", HEARTBEAT),
            b"ID": read_identity,
            b"CAP": read_nothing,
            b"LOGE": read_recalled,
            **frames,
        }
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        buffer = self._rest + data if self._rest else data
        if b"\n" not in data and len(buffer) <= MAX_LINE:
            self._rest = buffer
            return []
        before, start = self._at, 0
        events: list[Event] = []
        again = 0
        while True:
            if start >= again:
                run, start, again = self._run.read(buffer, start, before)
                events += run
                if start == len(buffer):
                    break
            frame = _FRAME.match(buffer, start)
            if frame is not None and frame.end() - start <= MAX_LINE:
                start = frame.end()
                event = self._frame(frame, before + start)
                events += [event] if event is not None else []
                continue
            end = buffer.find(_END, start) + len(_END)
            if end < len(_END):
                break
            events += self._untidy(buffer[start:end], before + end)
            start = end
        self._rest, self._at = buffer[start:], before + start
        if len(self._rest) > MAX_LINE:
            events += self._overlong()
        return events

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame."""
        rest, self._rest = self._rest, b""
        self._at += len(rest)
        return [BadFrame(rest, "the frame was not finished", self._at)] if rest else []

    def _frame(self, frame: re.Match[bytes], at: int) -> Event | None:
        """A frame that is whole by its form: check, version, type, fields."""
        body, version, kind, fields, check = frame.groups(b"")
        if crc_hqx(body, 0xFFFF) != int(check, 16):
            return BadFrame(frame[0], "the CRC does not match", at)
        if version != b"DLR1":
            return BadFrame(frame[0], _version_complaint(version), at)
        from_memory = kind == b"LOG"
        if from_memory:
            kind, _, fields = fields.partition(b",")
        try:
            read_frame = self._frames.get(kind) or read_other(kind)
            return read_frame(fields, at, from_memory)
        except (ImpossibleFrameError, UnicodeDecodeError) as error:
            return BadFrame(frame[0], f"{kind.decode('ascii', 'replace')}: {error}", at)

    def _untidy(self, line: bytes, at: int) -> list[Event]:
        """A line with noise, a second `$` or too many bytes: its pieces, left to right."""
        events: list[Event] = []
        before = at - len(line)
        start = 0
        while start < len(line):
            end, reason = _piece(line, start)
            raw = line[start:end]
            frame = _FRAME.fullmatch(raw) if reason is None else None
            event = self._frame(frame, at) if frame is not None else BadFrame(raw, reason or _NO_FRAME, before + end)
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
