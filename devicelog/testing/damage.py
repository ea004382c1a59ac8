"""Frames as a bad line spoils them: one kind of damage each, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from random import Random

#: So many bytes are put in, copied or overwritten at most.
_SOME = 24
_DIGITS = b"0123456789"


class Damage(StrEnum):
    """What happened to a frame on its way."""

    BIT = "one bit"
    BITS = "2 to 8 bits"
    BURST = "a burst"
    DIGITS = "other digits"
    CUT = "a cut"
    INSERTION = "an insertion"
    DUPLICATION = "a part twice"
    SWAP = "two parts swapped"
    SPLICE = "halves of two frames"


#: Spoils a frame; the second one is another frame of the same device.
Spoil = Callable[[bytes, bytes, Random], bytes]


def _bit(frame: bytes, _other: bytes, chance: Random) -> bytes:
    return _flipped(frame, chance, 1)


def _bits(frame: bytes, _other: bytes, chance: Random) -> bytes:
    return _flipped(frame, chance, 2 + int(chance.random() * 7))


def _flipped(frame: bytes, chance: Random, bits: int) -> bytes:
    spoiled = bytearray(frame)
    for _ in range(bits):
        bit = int(chance.random() * len(frame) * 8)
        spoiled[bit >> 3] ^= 1 << (bit & 7)
    return bytes(spoiled)


def _burst(frame: bytes, _other: bytes, chance: Random) -> bytes:
    start, length = _place(frame, chance)
    return frame[:start] + chance.randbytes(length) + frame[start + length :]


def _digits(frame: bytes, _other: bytes, chance: Random) -> bytes:
    """Digits, by other digits: it still looks like a frame, and only the check stands between it and the record."""
    spoiled = bytearray(frame)
    start, length = _place(frame, chance)
    for place in range(start, start + length):
        if 0x30 <= frame[place] <= 0x39:
            spoiled[place] = _DIGITS[int(chance.random() * 10)]
    return bytes(spoiled)


def _cut(frame: bytes, _other: bytes, chance: Random) -> bytes:
    start, length = _place(frame, chance)
    return frame[:start] + frame[start + length :]


def _insertion(frame: bytes, _other: bytes, chance: Random) -> bytes:
    place = int(chance.random() * (len(frame) + 1))
    return frame[:place] + chance.randbytes(1 + int(chance.random() * _SOME)) + frame[place:]


def _duplication(frame: bytes, _other: bytes, chance: Random) -> bytes:
    start, length = _place(frame, chance)
    return frame[: start + length] + frame[start:]


def _swap(frame: bytes, _other: bytes, chance: Random) -> bytes:
    start, length = _place(frame, chance)
    middle = start + length // 2 + 1
    end = start + length + 1
    return frame[:start] + frame[middle:end] + frame[start:middle] + frame[end:]


def _splice(frame: bytes, other: bytes, chance: Random) -> bytes:
    place = int(chance.random() * len(frame))
    return frame[:place] + other[place:]


def _place(frame: bytes, chance: Random) -> tuple[int, int]:
    """Where a damage begins and how many bytes it strikes; it stays inside the frame."""
    start = int(chance.random() * len(frame))
    return start, min(len(frame) - start, 1 + int(chance.random() * _SOME))


SPOILS: dict[Damage, Spoil] = {
    Damage.BIT: _bit,
    Damage.BITS: _bits,
    Damage.BURST: _burst,
    Damage.DIGITS: _digits,
    Damage.CUT: _cut,
    Damage.INSERTION: _insertion,
    Damage.DUPLICATION: _duplication,
    Damage.SWAP: _swap,
    Damage.SPLICE: _splice,
}
