"""Modbus RTU frames: address, function, data, CRC-16/MODBUS with the low byte first; nothing shows their ends.

The length of a reply follows from its function code and from what was asked: a prefix whose CRC happens to fit is no
frame. Source: MODBUS over serial line, as facts of the wire; lengths as in the MODBUS application protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastcrc.crc16 import modbus

from devicelog.driver import BadFrame

REPORT_ID, IDENTIFICATION = 0x11, 0x2B
#: The kind of encapsulated request that reads who the device is.
MEI = 0x0E
EXCEPTION = 0x80
_LAST_SLAVE = 247
#: So many bytes outside a frame are told at once.
_NOISE = 64
#: An identification has at most so many bytes; so has any frame.
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
        start = 0
        rest = self._rest
        while start < len(rest):
            size = self._size(rest, start)
            if not over and (size is None or size > len(rest) - start):
                break
            if size is not None and 0 < size <= len(rest) - start:
                raw = rest[start : start + size]
                if modbus(raw[:-2]) == int.from_bytes(raw[-2:], "little"):
                    self._tell_noise(found)
                    self._at += size
                    found.append(Frame(raw[0], raw[1], raw[2:-2], raw, self._at))
                    start += size
                    continue
                self._reason = _WRONG
            self._skip(rest[start : start + 1], found)
            start += 1
        self._rest = rest[start:]

    def _skip(self, byte: bytes, found: list[Frame | BadFrame]) -> None:
        self._noise += byte
        self._at += 1
        if len(self._noise) == _NOISE:
            self._tell_noise(found)

    def _tell_noise(self, found: list[Frame | BadFrame]) -> None:
        if self._noise:
            found.append(BadFrame(self._noise, self._reason, self._at))
        self._noise, self._reason = b"", _OUTSIDE

    def _size(self, rest: bytes, start: int) -> int | None:
        """How long the frame is that begins here; 0: none does, None: more bytes are needed to tell."""
        head = rest[start : start + 3]
        if not 1 <= head[0] <= _LAST_SLAVE:
            return 0
        if len(head) < 2:
            return None
        if head[1] & EXCEPTION:
            return 5 if head[1] - EXCEPTION in self._shapes else 0
        declared = self._shapes.get(head[1])
        if declared is None or head[1] == IDENTIFICATION:
            return 0 if declared is None else self._identification(rest, start)
        if len(head) < 3:
            return None
        return head[2] + 5 if not declared or head[2] in declared else 0

    def _identification(self, rest: bytes, start: int) -> int | None:
        """Address, function, 0E, category, conformity, more, next, number of objects; id, length and text of each."""
        head = rest[start + 2 : start + 8]
        if head[:1] not in (b"", b"\x0e") or (len(head) > 1 and head[1] not in self._shapes[IDENTIFICATION]):
            return 0
        if len(head) < 6:
            return None
        size = 8
        for _ in range(head[5]):
            if start + size + 1 >= len(rest):
                return None if size + 1 < _LONGEST else 0
            size += 2 + rest[start + size + 1]
        return size + 2 if size + 2 <= _LONGEST else 0
