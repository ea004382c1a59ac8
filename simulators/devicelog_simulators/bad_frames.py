"""What a fault of one frame makes of its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog_simulators.dlr1 import with_field
from devicelog_simulators.faults import (
    Conflict,
    Drop,
    Duplicate,
    Flip,
    FrameFault,
    Impossible,
    Late,
    Lose,
    Noise,
    Split,
)

if TYPE_CHECKING:
    from random import Random


def can_strike(fault: FrameFault, sent: bytes) -> bool:
    """Whether this frame has what the fault changes."""
    return not isinstance(fault, Conflict | Impossible) or with_field(sent, fault.field, fault.value) is not None


def spoil(fault: FrameFault, sent: bytes, random: Random) -> list[bytes]:
    """The pieces that arrive in the place of the frame."""
    pieces: list[bytes]
    match fault:
        case Split():
            pieces = _cut(sent, fault.pieces, random)
        case Late():
            pieces = [sent]
        case Drop():
            pieces = []
        case Duplicate():
            pieces = [sent] * (1 + fault.copies)
        case Flip():
            bit = random.randrange(len(sent) * 8) if fault.bit is None else fault.bit
            pieces = [_flipped(sent, bit)]
        case Lose():
            place = random.randrange(len(sent))
            pieces = [sent[:place] + sent[place + fault.bytes :]]
        case Noise():
            place = random.randrange(1, len(sent)) if fault.inside else 0
            pieces = [sent[:place] + noise(fault, random) + sent[place:]]
        case Conflict():
            pieces = [sent, with_field(sent, fault.field, fault.value) or b""]
        case Impossible():
            pieces = [with_field(sent, fault.field, fault.value) or sent]
    return pieces


def noise(fault: Noise, random: Random) -> bytes:
    """The bytes that nobody sent."""
    return bytes(fault.bytes) if fault.content == "zeros" else random.randbytes(fault.bytes)


def _cut(sent: bytes, pieces: int, random: Random) -> list[bytes]:
    places = sorted(random.sample(range(1, len(sent)), min(pieces, len(sent)) - 1))
    return [sent[start:end] for start, end in zip([0, *places], [*places, len(sent)], strict=True)]


def _flipped(sent: bytes, bit: int) -> bytes:
    place, within = divmod(bit % (len(sent) * 8), 8)
    spoiled = bytearray(sent)
    spoiled[place] ^= 1 << within
    return bytes(spoiled)
