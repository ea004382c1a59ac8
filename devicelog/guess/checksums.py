"""Which checksum fits the frames of a framing: tried are sums, exclusive or, and the CRCs that fastcrc knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, reduce
from operator import xor

from fastcrc import crc8, crc16, crc32

from devicelog.guess.evidence import after_trying, digits

#: Bytes at the beginning of a frame that the check may leave out.
_SKIPPED = range(4)
#: A check over fewer bytes than this, or over one byte again and again, fits too easily.
_SHORTEST_SPAN = 2
#: So many frames, all different, are tried first, and so many of them must fit before the others are looked at.
_FIRST, _OF_THEM = 12, 0.5
_VERY_FIRST = 4
#: So many of all must fit: of those on a bad line the others may be damaged.
_OF_ALL = 0.5
#: So many different frames are enough.
_MOST = 200
#: Two algorithms that make the same of these are one under two names.
_TELLING = (b"\0", b"\1\x80", b"123456789")
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_SEPARATORS = frozenset(b"*|,;:^ #/")
#: Names that people know; others are called as fastcrc calls them (they are those of the CRC RevEng catalogue).
_KNOWN = {
    ("crc8", "smbus"): "CRC-8 (polynomial 07)",
    ("crc16", "modbus"): "CRC-16/MODBUS",
    ("crc16", "xmodem"): "CRC-16/XMODEM",
    ("crc16", "ibm_3740"): "CRC-16/CCITT-FALSE",
    ("crc32", "iso_hdlc"): "CRC-32",
}


class Written(StrEnum):
    """How a check is written at the end of a frame."""

    BIG = "high byte first"
    LITTLE = "low byte first"
    HEX = "as hex digits"
    HEX_BEHIND = "as hex digits behind a separator"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A checksum of 8, 16 or 32 bits."""

    name: str
    bits: int
    compute: Callable[[bytes], int]


@dataclass(frozen=True, slots=True)
class Fit:
    """A checksum that fits: over all from byte `skip` of the frame to the check. `fitting` of `tried` frames agree."""

    algorithm: Algorithm
    written: Written
    skip: int
    fitting: int
    tried: int
    digits: float
    as_well: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What fits, for people."""
        begins = f" from byte {self.skip + 1} of the frame" if self.skip else " over the frame"
        how = f", {self.written}" if self.algorithm.bits > 8 or self.written in _IN_HEX else ""
        return f"{self.algorithm.name}{begins}{how}"


_IN_HEX = (Written.HEX, Written.HEX_BEHIND)


@lru_cache(maxsize=3)
def algorithms(size: int) -> tuple[Algorithm, ...]:
    """Those whose checks are of so many bytes (1, 2 or 4)."""
    return tuple(one for one in _algorithms() if one.bits == 8 * size)


@lru_cache(maxsize=1)
def _algorithms() -> tuple[Algorithm, ...]:
    sums = (
        Algorithm("sum of the bytes", 8, lambda data: sum(data) & 0xFF),
        Algorithm("sum of the bytes, complement to 0xFF", 8, lambda data: 0xFF - (sum(data) & 0xFF)),
        Algorithm("sum of the bytes, complement to 0x100", 8, lambda data: -sum(data) & 0xFF),
        Algorithm("exclusive or of the bytes", 8, lambda data: reduce(xor, data, 0)),
        Algorithm("sum of the bytes, 16 bits", 16, lambda data: sum(data) & 0xFFFF),
    )
    crcs = [
        Algorithm(_name(group, name), bits, getattr(module, name))
        for group, bits, module in (("crc8", 8, crc8), ("crc16", 16, crc16), ("crc32", 32, crc32))
        for name in sorted(module.algorithms_available)
    ]
    known_first = [*sums, *sorted(crcs, key=lambda one: one.name not in _KNOWN.values())]
    alike = {(one.bits, *map(one.compute, _TELLING)): one for one in reversed(known_first)}
    return tuple(one for one in known_first if one in alike.values())


def _name(group: str, name: str) -> str:
    return _KNOWN.get((group, name)) or f"CRC-{group[3:]}/{name.upper().replace('_', '-')}"


def fit(bodies: Sequence[bytes]) -> Fit | None:
    """The checksum at the end of these frames (without what ends them on the line), if one fits better than chance."""
    different = list(dict.fromkeys(bodies))[:_MOST]
    if len(different) < 2:
        return None
    first = different[:: max(1, len(different) // _FIRST)][:_FIRST]
    found: list[Fit] = []
    tried = 0
    for size, written, skip in _places():
        some, all_of_them = _parts(first, size, written, skip), None
        for algorithm in algorithms(size):
            tried += 1
            if not _may_fit(some, algorithm, len(first)):
                continue
            all_of_them = all_of_them or _parts(different, size, written, skip)
            pairs = [(algorithm.compute(span), check) for span, check in all_of_them]
            fitting = sum(made == check for made, check in pairs)
            if fitting >= len(different) * _OF_ALL:
                odds = digits(fitting, len(different), max(2.0**-algorithm.bits, _by_chance(pairs)))
                found.append(Fit(algorithm, written, skip, fitting, len(different), odds))
    return _best(found, tried) if found else None


def _may_fit(parts: Sequence[tuple[bytes, int]], algorithm: Algorithm, frames: int) -> bool:
    """Whether an algorithm fits enough of the first frames; one that fits none of the very first is not asked on."""
    if not any(algorithm.compute(span) == check for span, check in parts[:_VERY_FIRST]):
        return False
    return sum(algorithm.compute(span) == check for span, check in parts) >= max(2, frames * _OF_THEM)


def _best(found: Sequence[Fit], tried: int) -> Fit | None:
    """The one that fits most frames; of those that fit as many, the one over most of the frame."""
    best = max(found, key=lambda one: (one.fitting * one.algorithm.bits, -one.skip))
    left = after_trying(best.digits, tried)
    others = tuple(one.words for one in found if one is not best and one.fitting == best.fitting)
    best = Fit(best.algorithm, best.written, best.skip, best.fitting, best.tried, left, others)
    return best if left > 0 else None


def _places() -> Iterator[tuple[int, Written, int]]:
    """Of how many bytes a check is, how it is written, and how many bytes at the beginning it leaves out."""
    for size in (1, 2, 4):
        for written in Written:
            if written is Written.LITTLE and size == 1:
                continue
            for skip in _SKIPPED:
                yield size, written, skip


def _parts(frames: Sequence[bytes], size: int, written: Written, skip: int) -> list[tuple[bytes, int]]:
    """What a check there would be over, and the check, of each frame that can have one."""
    parts = (_parted(frame, size, written) for frame in frames)
    spans = ((part[0][skip:], part[1]) for part in parts if part is not None)
    return [(span, check) for span, check in spans if len(span) >= _SHORTEST_SPAN and len(set(span)) > 1]


def _by_chance(pairs: Sequence[tuple[int, int]]) -> float:
    """How often the check of one frame is that of another: often where few values occur at all."""
    made, checks = (Counter(column) for column in zip(*pairs, strict=True))
    own = sum(one == other for one, other in pairs)
    of_others = sum(count * checks[value] for value, count in made.items()) - own
    return of_others / max(1, len(pairs) * (len(pairs) - 1))


def _parted(frame: bytes, size: int, written: Written) -> tuple[bytes, int] | None:
    """What stands before the check, and the check; None if it cannot stand there."""
    if written not in _IN_HEX:
        if len(frame) <= size:
            return None
        order = "big" if written is Written.BIG else "little"
        return frame[:-size], int.from_bytes(frame[-size:], order)  # type: ignore[arg-type]
    body, check = frame[: -2 * size], frame[-2 * size :]
    if len(check) != 2 * size or _HEX.fullmatch(check) is None:
        return None
    if written is Written.HEX_BEHIND:
        if body[-1:] == b"" or body[-1] not in _SEPARATORS:
            return None
        body = body[:-1]
    return body, int(check, 16)
