"""Whether the port may be set wrong: what a receiver makes of bytes that were sent with another speed or format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import log10

from devicelog.guess.evidence import Sureness, after_trying, digits, sureness

#: Fewer bytes than this tell nothing.
FEWEST_BYTES = 64
#: A doubt needs so much of the stream to be of its kind.
_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the port may be set wrong, how sure that is, and on how many bytes it rests."""

    words: str
    sureness: Sureness
    rests_on: int


def doubts(data: bytes) -> Iterator[Doubt]:
    """What in these bytes speaks for another setting; nothing if there are few, or nothing does."""
    if len(data) < FEWEST_BYTES:
        return
    if _SLOWEST.issuperset(data):
        come = " and ".join(f"{byte:02X}" for byte in sorted(set(data)))
        words = f"nothing but {come} comes: the sender is much slower than --baud, or the line is held low"
        yield Doubt(words, Sureness.LIKELY, len(data))
        return
    yield from _seven_bits(data)
    yield from _too_fast(data)


def _seven_bits(data: bytes) -> Iterator[Doubt]:
    """Text of seven bits with a parity bit, read as eight bits: every byte has the same parity, and some a high bit."""
    low = bytes(byte & 0x7F for byte in data)
    characters = sum(0x20 <= byte < 0x7F or byte in b"\r\n\t\x02\x03\x11\x06\x15" for byte in low)
    if characters < _SHARE * len(data) or not any(byte & 0x80 for byte in data):
        return
    different = frozenset(data)
    for parity, name in ((0, "E"), (1, "O")):
        fits = [byte for byte in different if byte.bit_count() % 2 == parity]
        found = sureness(len(different) * log10(2)) if len(fits) == len(different) else None
        if found is not None:
            kind = {"E": "even", "O": "odd"}[name]
            words = f"every byte has {kind} parity, and is text without its high bit: try --format 7{name}1"
            yield Doubt(words, found, len(data))


def _too_fast(data: bytes) -> Iterator[Doubt]:
    """A receiver that is r times too fast sees each bit r times: few bytes can come of that."""
    different = frozenset(data)
    for ratio, possible in _TOO_FAST:
        of_them = sum(byte in possible for byte in data)
        odds = digits(len(possible & different), len(different), len(possible) / 256)
        found = sureness(after_trying(odds, len(_TOO_FAST)))
        if found is not None and of_them >= _SHARE * len(data):
            words = f"each bit comes about {ratio} times or more: the sender may be so much slower than --baud"
            yield Doubt(words, found, len(data))
            return


def seen_at(ratio: int) -> frozenset[int]:
    """The bytes that a receiver can see whose bits are exactly that many times shorter than those that were sent.

    It begins with the start bit's edge; lowest bit first.
    """
    sent = range(0, 1 << (8 // ratio + 1), 2)
    return frozenset(sum((bits >> (place + 1) // ratio & 1) << place for place in range(8)) for bits in sent)


def seen_from(ratio: int) -> frozenset[int]:
    """The bytes that a receiver can see whose bits are at least that many times shorter than those that were sent.

    A bit of the sender that lies wholly within the start bit and the eight data bits is seen so many times.
    """
    return frozenset(byte for byte in range(256) if all(run >= ratio for run in _runs(byte)[1:-1]))


def _runs(byte: int) -> list[int]:
    """How long the line stays as it is, in bits, from the start bit on, the lowest data bit first."""
    levels = [0, *(byte >> place & 1 for place in range(8))]
    return [len(list(run)) for _, run in groupby(levels)]


#: How many times faster than the sender the receiver is, and what it can see: the smallest sets first.
_TOO_FAST = tuple(
    (ratio, possible)
    for possible_at in (seen_at, seen_from)
    for ratio in (6, 4, 3, 2)
    for possible in [possible_at(ratio)]
)
#: What a receiver sees that is six times too fast or more.
_SLOWEST = seen_at(6)
