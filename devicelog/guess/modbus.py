"""Modbus RTU in a stream: frames whose length follows from their function code and whose CRC fits."""

from __future__ import annotations

from collections.abc import Iterator

from fastcrc import crc16

from devicelog.guess.evidence import digits
from devicelog.guess.framings import Cut, Framing, Piece

#: Function codes whose lengths are known: reads, writes, the device's identification; with the high bit, exceptions.
_READS, _WRITES_ONE, _WRITES_MANY = (1, 2, 3, 4), (5, 6), (15, 16)
_REPORT_ID, _ENCAPSULATED = 0x11, 0x2B
_CHANCE = 2.0**-16


def modbus(data: bytes) -> Iterator[Framing]:
    """The frames of a Modbus RTU line, requests and replies."""
    pieces: list[Piece] = []
    at, tries = 0, 0
    while at + 4 <= len(data):
        candidates = list(_lengths(data, at))
        tries += len(candidates)
        # The longest: one in 65,536 replies has a beginning whose CRC fits as well.
        length = max((length for length in candidates if _checks(data[at : at + length], length)), default=0)
        if length:
            frame = data[at : at + length]
            pieces.append(Piece(at, frame, frame))
        at += length or 1
    different = len({piece.data for piece in pieces})
    odds = digits(different, max(tries - len(pieces) + different, 1), _CHANCE)
    yield Framing(Cut.MODBUS, "Modbus RTU: address, function code, data, CRC", tuple(pieces), odds)


def _checks(frame: bytes, length: int) -> bool:
    return len(frame) == length and crc16.modbus(frame[:-2]) == int.from_bytes(frame[-2:], "little")


def _lengths(data: bytes, at: int) -> Iterator[int]:
    """How long a frame that begins here can be."""
    function = data[at + 1]
    third = data[at + 2]
    if function in _READS:
        yield 8
        yield third + 5
    elif function in _WRITES_ONE:
        yield 8
    elif function in _WRITES_MANY:
        yield 8
        if at + 6 < len(data):
            yield data[at + 6] + 9
    elif function == _REPORT_ID:
        yield 4
        yield third + 5
    elif function == _ENCAPSULATED:
        yield 7
        yield from _identification(data, at)
    elif function & 0x80 and function & 0x7F in (*_READS, *_WRITES_ONE, *_WRITES_MANY, _REPORT_ID, _ENCAPSULATED):
        yield 5


def _identification(data: bytes, at: int) -> Iterator[int]:
    """The reply to a request for the device's identification (0x2B, 0x0E): objects, each with its length."""
    if at + 8 > len(data):
        return
    end = at + 8
    for _ in range(data[at + 7]):
        if end + 1 >= len(data):
            return
        end += 2 + data[end + 1]
    yield end + 2 - at
