"""The two framings of the NE-1000 family (user manual 1200-01, section 10), told apart by content.

Basic: STX, address of two digits, status and data, ETX; no check. Safe: STX, length, the same, CRC-16/XMODEM with the
high byte first, ETX; the length counts itself and all behind it. No reply is long enough for its Safe length to be a
digit, so that the byte behind STX tells the framing.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass

from devicelog.driver import BadFrame

STX, ETX = 0x02, 0x03
_STX = bytes([STX])
_DIGITS = frozenset(b"0123456789")
#: Address and status at least; the longest reply to a query that is sent has 23 bytes.
SHORTEST, LONGEST = 3, 40
#: What a Safe length may be: data, and length, CRC and ETX.
_LENGTHS = range(SHORTEST + 4, LONGEST + 5)
#: So many bytes outside a frame are told at once.
_NOISE = 64


@dataclass(frozen=True, slots=True)
class Packet:
    """What a frame holds: address, status and data; it ends at byte `at`."""

    data: bytes
    is_safe: bool
    raw: bytes
    at: int


def basic_query(command: str) -> bytes:
    """A query in Basic framing, to address 0."""
    return f"00{command}\r".encode("ascii")


def safe_query(command: str) -> bytes:
    """A query in Safe framing, to address 0."""
    data = f"00{command}".encode("ascii")
    return bytes([STX, len(data) + 4]) + data + crc_hqx(data, 0).to_bytes(2, "big") + bytes([ETX])


def is_safe(query: bytes) -> bool:
    """Whether a query is in Safe framing."""
    return query[:1] == _STX


def command_of(query: bytes) -> str:
    """The command of a query in either framing."""
    data = query[2:-3] if is_safe(query) else query[:-1]
    return data[2:].decode("ascii", "replace")


class Framer:
    """Bytes in, packets and bad frames out, the same whatever the pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Packet | BadFrame]:
        """What these bytes complete."""
        self._rest += data
        found: list[Packet | BadFrame] = []
        while self._rest:
            length, packet, reason = _first(self._rest)
            if not length:
                break
            raw, self._rest = self._rest[:length], self._rest[length:]
            self._at += length
            if packet is not None:
                found.append(Packet(packet, raw[1] not in _DIGITS, raw, self._at))
            else:
                found.append(BadFrame(raw, reason, self._at))
        return found

    def end(self) -> list[BadFrame]:
        """The unfinished rest."""
        rest, self._rest = self._rest, b""
        self._at += len(rest)
        return [BadFrame(rest, "the frame was not finished", self._at)] if rest else []


#: How many bytes are done with (0: more are needed), the data of a packet, or why there is none.
_Found = tuple[int, bytes | None, str]
_MORE: _Found = (0, None, "")


def _first(rest: bytes) -> _Found:
    """What stands at the beginning."""
    if rest[0] != STX:
        return _outside(rest)
    if len(rest) == 1:
        return _MORE
    return _basic(rest) if rest[1] in _DIGITS else _safe(rest)


def _outside(rest: bytes) -> _Found:
    begin = rest.find(_STX)
    if begin < 0 and len(rest) < _NOISE:
        return _MORE
    return min(begin if begin >= 0 else _NOISE, _NOISE), None, "bytes outside a frame"


def _basic(rest: bytes) -> _Found:
    for place in range(1, min(len(rest), LONGEST + 2)):
        byte = rest[place]
        if byte == ETX and place > SHORTEST:
            return place + 1, rest[1:place], ""
        if not _is_printable(byte):
            return place, None, "no frame: a character that no reply has"
    return (LONGEST + 2, None, "no frame: it does not end") if len(rest) >= LONGEST + 2 else _MORE


def _safe(rest: bytes) -> _Found:
    length = rest[1]
    if length not in _LENGTHS:
        return 1, None, "no frame: a length that no reply has"
    for place in range(2, min(len(rest), length - 2)):
        if not _is_printable(rest[place]):
            return place, None, "no frame: a character that no reply has"
    if len(rest) <= length:
        return _MORE
    data, check = rest[2 : length - 2], rest[length - 2 : length]
    if crc_hqx(data, 0).to_bytes(2, "big") == check and rest[length] == ETX:
        return length + 1, data, ""
    again = rest.find(_STX, 1, length + 1)
    return (again if again > 0 else length + 1), None, "the CRC or the end of the frame does not match"


def _is_printable(byte: int) -> bool:
    return 0x20 <= byte < 0x7F
