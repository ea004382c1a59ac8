"""Modbus RTU frames: address, function, data, CRC-16/MODBUS with the low byte first; nothing shows their ends.

The length of a reply follows from its function code and from what was asked: a prefix whose CRC happens to fit is no
frame. Source: MODBUS over serial line, as facts of the wire; lengths as in the MODBUS application protocol.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastcrc.crc16 import modbus

from devicelog.driver import BadFrame

REPORT_ID, IDENTIFICATION = 0x11, 0x2B
#: The kind of encapsulated request that reads who the device is.
MEI = 0x0E
EXCEPTION = 0x80
#: So many bytes outside a frame are told at once.
_NOISE = 64
#: A frame has at most so many bytes.
_LONGEST = 256

_OUTSIDE = "bytes outside a frame"
_WRONG = "the CRC does not match"

#: What a reply may be: its function, and how many bytes of data are declared for it (its category for IDENTIFICATION).
Shapes = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame: `data` stands between function and CRC; it ends at byte `at`."""

    slave: int
    function: int
    data: bytes
    raw: bytes
    at: int


def framed(body: bytes) -> bytes:
    """A frame of address, function and data."""
    return body + modbus(body).to_bytes(2, "little")


class Framer:
    """Bytes in, frames and bad frames out, the same whatever the pieces. Only declared shapes are frames."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._begins = _beginnings(shapes)
        self._rest = b""
        self._at = 0
        self._noise = b""
        self._reason = _OUTSIDE
        self._echo = self._next_echo = self._held = b""
        self._cut = False

    def cut(self, echo: bytes = b"") -> None:
        """A query goes out: what stands unfinished is given up. `echo` comes back before the reply."""
        self._cut = True
        self._next_echo = echo

    def feed(self, data: bytes) -> list[Frame | BadFrame]:
        """What these bytes complete."""
        found: list[Frame | BadFrame] = []
        if self._cut and data:
            found += self.end()
            self._echo = self._next_echo
        self._rest += self._without_echo(data)
        self._scan(found, over=False)
        return found

    def end(self) -> list[Frame | BadFrame]:
        """The line ended: what is left, frames inside it included."""
        found: list[Frame | BadFrame] = []
        self._rest += self._held
        self._echo = self._held = b""
        self._scan(found, over=True)
        self._tell_noise(found)
        self._cut = False
        return found

    def _without_echo(self, data: bytes) -> bytes:
        """The bytes behind an echo; one that is not the query is looked at as any other bytes."""
        if not self._echo:
            return data
        held = self._held + data
        if self._echo.startswith(held) and len(held) < len(self._echo):
            self._held = held
            return b""
        echo, self._echo, self._held = self._echo, b"", b""
        if not held.startswith(echo):
            return held
        self._at += len(echo)
        return held[len(echo) :]

    def _scan(self, found: list[Frame | BadFrame], *, over: bool) -> None:
        rest, start = self._rest, 0
        while (match := self._begins.search(rest, start)) is not None:
            self._skip(rest[start : match.start()], found)
            start = match.start()
            size = self._size(rest, start)
            if size is None or size > len(rest) - start:
                if not over:
                    break
                size = 0
            raw = rest[start : start + size]
            if size and modbus(raw[:-2]) == int.from_bytes(raw[-2:], "little"):
                self._tell_noise(found)
                self._at += size
                found.append(Frame(raw[0], raw[1], raw[2:-2], raw, self._at))
                start += size
                continue
            self._reason = _WRONG if size else self._reason
            self._skip(rest[start : start + 1], found)
            start += 1
        else:
            self._skip(rest[start:], found)
            start = len(rest)
        self._rest = rest[start:]

    def _skip(self, data: bytes, found: list[Frame | BadFrame]) -> None:
        """Bytes that are of no frame, told in pieces of a certain size."""
        while data:
            taken, data = data[: _NOISE - len(self._noise)], data[_NOISE - len(self._noise) :]
            self._noise += taken
            self._at += len(taken)
            if len(self._noise) == _NOISE:
                self._tell_noise(found)

    def _tell_noise(self, found: list[Frame | BadFrame]) -> None:
        if self._noise:
            found.append(BadFrame(self._noise, self._reason, self._at))
        self._noise, self._reason = b"", _OUTSIDE

    def _size(self, rest: bytes, start: int) -> int | None:
        """How long the frame is that begins here; 0: none does, None: more bytes are needed to tell."""
        head = rest[start : start + 3]
        if len(head) > 1 and head[1] & EXCEPTION:
            return 5
        if len(head) < 3:
            return None
        return self._identification(rest, start) if head[1] == IDENTIFICATION else head[2] + 5

    def _identification(self, rest: bytes, start: int) -> int | None:
        """Address, function, 0E, category, conformity, more, next, number of objects; id, length and text of each."""
        if len(rest) < start + 8:
            return None
        category, conformity, more, _next, objects = rest[start + 3 : start + 8]
        if category not in self._shapes[IDENTIFICATION] or conformity & 0x7F not in (1, 2, 3) or more not in (0, 0xFF):
            return 0
        size = 8
        for _ in range(objects):
            if size > _LONGEST:
                return 0
            if start + size + 1 >= len(rest):
                return None
            size += 2 + rest[start + size + 1]
        return size + 2 if size + 2 <= _LONGEST else 0


def _beginnings(shapes: Shapes) -> re.Pattern[bytes]:
    """What a frame of these shapes begins with, as far as it has come."""
    kinds = [b"[" + b"".join(_byte(function | EXCEPTION) for function in shapes) + b"]"]
    for function, sizes in shapes.items():
        third = _byte(MEI) if function == IDENTIFICATION else b"".join(map(_byte, sizes)) or rb"\x00-\xff"
        kinds.append(_byte(function) + b"(?:[" + third + rb"]|\Z)")
    return re.compile(rb"[\x01-\xf7](?:" + b"|".join(kinds) + rb"|\Z)", re.DOTALL)


def _byte(value: int) -> bytes:
    return rb"\x%02x" % value
