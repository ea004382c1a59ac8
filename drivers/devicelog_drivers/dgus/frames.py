"""The frames of a DGUS display bus, found in any pieces of bytes.

Header of two bytes (5A A5, can be set in the display), length, command, data, and a CRC if the display is set to have
one: over command and data. The length counts command, data and CRC. Source: Marlin, DGUSDisplay.cpp; dwinhmi,
DWIN_DGUS_HMI; the order of a TGUS display's CRC: blog.csdn.net/TDO_Andy/article/details/125871154.

Without a CRC nothing but the form of a frame shows damage. A header that stands inside a frame is then taken for the
beginning of the next one: the frame before it was cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from devicelog.driver import BadFrame
from devicelog_drivers.checks import Check

#: Commands of the wire format: registers (80, 81), variables (82, 83), curves (84), double words (86, 87).
WRITE_REGISTER, READ_REGISTER, WRITE, READ = 0x80, 0x81, 0x82, 0x83
COMMANDS = frozenset({WRITE_REGISTER, READ_REGISTER, WRITE, READ, 0x84, 0x86, 0x87})
#: What a display answers to a write that it has taken.
ACKNOWLEDGED = b"OK"
#: Header, length and command: with these a frame is known to begin.
_BEGINNING = 4
#: So many bytes outside a frame are told at once.
_NOISE = 64


@dataclass(frozen=True, slots=True)
class Framing:
    """How a display is set: its two header bytes, its check, and the greatest length byte that its frames have."""

    header: bytes = b"\x5a\xa5"
    check: Check = Check.NONE
    longest: int = 255

    @property
    def check_size(self) -> int:
        return self.check.size


@dataclass(frozen=True, slots=True)
class Frame:
    """A command and its data, without length and check; it ends at byte `at`."""

    command: int
    data: bytes
    raw: bytes
    at: int


class Framer:
    """Bytes in, frames and bad frames out, the same whatever the pieces."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Frame | BadFrame]:
        """What these bytes complete."""
        self._rest += data
        return self._found(ended=False)

    def end(self) -> list[Frame | BadFrame]:
        """What is left: the unfinished rest as a bad frame."""
        found = self._found(ended=True)
        rest, self._rest = self._rest, b""
        self._at += len(rest)
        return [*found, BadFrame(rest, "the frame was not finished", self._at)] if rest else found

    def _found(self, *, ended: bool) -> list[Frame | BadFrame]:
        found: list[Frame | BadFrame] = []
        while self._rest:
            length, reason = _first(self._rest, self._framing, ended=ended)
            if not length:
                break
            raw, self._rest = self._rest[:length], self._rest[length:]
            self._at += length
            found.append(self._frame(raw) if reason is None else BadFrame(raw, reason, self._at))
        return found

    def _frame(self, raw: bytes) -> Frame:
        return Frame(raw[3], raw[4 : len(raw) - self._framing.check_size], raw, self._at)


#: How many bytes are done with (0: more are needed), and why they are no frame (None: they are one).
_Found = tuple[int, str | None]
_MORE: _Found = (0, None)


def _first(rest: bytes, framing: Framing, *, ended: bool) -> _Found:
    """What stands at the beginning."""
    if not rest.startswith(framing.header):
        return _outside(rest, framing.header)
    fault = _fault(rest, framing)
    if fault is not None:
        return len(framing.header), f"no frame: {fault}"
    if len(rest) < _BEGINNING:
        return _MORE
    size = 3 + rest[2]
    if framing.check is Check.NONE:
        return _unchecked(rest, size, framing, ended=ended)
    return _checked(rest, size, framing)


def _outside(rest: bytes, header: bytes) -> _Found:
    begin = rest.find(header)
    if begin < 0:
        begin = len(rest) - (rest[-1:] == header[:1])
        if begin < _NOISE:
            return _MORE
    return min(begin, _NOISE), "bytes outside a frame"


def _fault(frame: bytes, framing: Framing) -> str | None:
    """What no frame has, as far as its bytes have come; None: nothing is wrong yet."""
    if len(frame) < 3:
        return None
    length = frame[2] - framing.check_size
    if length < 3 or frame[2] > framing.longest:
        return "a length that no frame has"
    command = frame[3] if len(frame) > 3 else WRITE
    if command not in COMMANDS:
        return f"the command {command:02X} is not known"
    if command == READ and (length < 4 or (len(frame) > 6 and length not in (4, 4 + 2 * frame[6]))):
        return "its length and its count of words do not agree"
    if command == WRITE and length == 3 and not ACKNOWLEDGED.startswith(frame[4:6]):
        return "a write without data"
    return None


def _begins(beginning: bytes, framing: Framing) -> bool:
    """Whether these bytes, four or fewer, begin a frame."""
    return framing.header.startswith(beginning[:2]) and _fault(beginning, framing) is None


def _unchecked(rest: bytes, size: int, framing: Framing, *, ended: bool) -> _Found:
    """A frame without a CRC, unless another one begins inside it; its last bytes may wait for what follows."""
    for place in _places(rest, size, framing):
        beginning = rest[place : place + _BEGINNING]
        if not _begins(beginning, framing):
            continue
        if len(beginning) == _BEGINNING:
            return place, "the frame was cut: another one begins inside it"
        if not ended:
            return _MORE
    return (size, None) if len(rest) >= size else _MORE


def _checked(rest: bytes, size: int, framing: Framing) -> _Found:
    """A frame with a CRC, unless another one with a right CRC ends before it."""
    for place in _places(rest, size, framing):
        end = place + 3 + rest[place + 2] if len(rest) > place + 2 else size
        whole = rest[place:end]
        if end < min(size, len(rest) + 1) and _begins(whole[:_BEGINNING], framing) and _is_right(whole, framing):
            return place, "the frame was cut: another one begins inside it"
    if len(rest) < size:
        return _MORE
    if _is_right(rest[:size], framing):
        return size, None
    return next(_places(rest[:size], size, framing), size), "the CRC does not match"


def _places(rest: bytes, size: int, framing: Framing) -> Iterator[int]:
    """Where in the first frame another header may begin."""
    last = min(size, len(rest))
    place = rest.find(framing.header[:1], _BEGINNING, last)
    while place >= 0:
        if rest[place + 1 : place + 2] in (b"", framing.header[1:]):
            yield place
        place = rest.find(framing.header[:1], place + 1, last)


def _is_right(frame: bytes, framing: Framing) -> bool:
    return framing.check.of(frame[3:-2]) == frame[-2:]
