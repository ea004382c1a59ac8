"""The guess about one line: what its last bytes may be, how sure that is, and on how many frames it rests."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devicelog.guess import framings
from devicelog.guess.checksums import Fit, fit
from devicelog.guess.evidence import FEWEST, FEWEST_DIFFERENT, Sureness, after_trying, sureness
from devicelog.guess.framings import Cut, Framing, Piece
from devicelog.guess.modbus import modbus
from devicelog.guess.setting import Doubt, doubts

#: A claim is made only if its frames hold at least so much of what was looked at.
_COVERED = 0.5
#: So many framings, the best ones, are looked at for a checksum.
_MOST = 10
#: Framings that are a published format as they stand.
_PUBLISHED = (Cut.DGUS.value, Cut.MODBUS.value)
#: Reads that are further apart than this are told apart (us).
PAUSE_US = 5_000


@dataclass(frozen=True, slots=True)
class Claim:
    """One way to read the stream. `digits`: the odds against chance are at least ten to that power to one.

    `apart` frames begin behind a pause; `pieces` are the frames themselves.
    """

    framing: str
    words: str
    sureness: Sureness
    digits: float
    frames: int
    different: int
    covered: float
    apart: int
    checksum: Fit | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What is claimed (None: nothing), what speaks for another setting of the port, and on how many bytes it rests.

    `high_bits` is the share of the bytes that have their high bit set: none in text, half of them in noise.
    """

    claim: Claim | None
    doubts: tuple[Doubt, ...]
    looked_at: int
    heard: int
    high_bits: float


class Guesser:
    """Keeps the last bytes of one line, and guesses what they are. Memory does not grow beyond `window` bytes."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._reads: deque[tuple[int, bytes]] = deque()
        self._kept = 0
        self.heard = 0

    def hear(self, t_us: int, data: bytes) -> None:
        """Bytes of one read, and when it came."""
        self._reads.append((t_us, data))
        self._kept += len(data)
        self.heard += len(data)
        while self._kept - len(self._reads[0][1]) >= self._window:
            self._kept -= len(self._reads.popleft()[1])

    def guess(self) -> Guess:
        """The guess as it stands."""
        data = b"".join(read for _, read in self._reads)
        pauses = list(self._pauses())
        claim = _claim(data, pauses)
        doubted = () if _has_check(claim) else tuple(doubts(data))
        high_bits = sum(byte > 0x7F for byte in data) / max(1, len(data))
        return Guess(None if doubted else claim, doubted, len(data), self.heard, high_bits)

    def _pauses(self) -> Iterator[int]:
        """The places in the stream before which there was a pause."""
        place, before = 0, None
        for t_us, read in self._reads:
            if before is not None and t_us - before > PAUSE_US:
                yield place
            before = t_us
            place += len(read)


def _has_check(claim: Claim | None) -> bool:
    """Whether a claim rests on checksums: bytes that were read at a wrong speed repeat, too, but have none."""
    return claim is not None and (claim.checksum is not None or claim.framing == Cut.MODBUS.value)


def _claim(data: bytes, pauses: Sequence[int]) -> Claim | None:
    """The best way to read a stream; None where nothing is better than chance."""
    found = [one for one in _framings(data, pauses) if _is_enough(one, data)]
    found.sort(key=lambda one: (round(one.covered / len(data), 2), one.digits), reverse=True)
    claims = [claim for framing in found[:_MOST] if (claim := _weighed(framing, data, pauses, len(found)))]
    return max(claims, key=_rank, default=None)


def _framings(data: bytes, pauses: Sequence[int]) -> Iterator[Framing]:
    yield from modbus(data)
    lines = list(framings.text(data))
    yield from lines
    if any(sureness(one.digits) and one.covered >= _COVERED * len(data) for one in lines):
        return  # the characters of text are no lengths
    yield from framings.bracketed(data)
    yield from framings.headed(data)
    yield from _between_pauses(data, pauses)


def _between_pauses(data: bytes, pauses: Sequence[int]) -> Iterator[Framing]:
    """What came between two pauses: nothing by itself, but a checksum may show that it is a frame."""
    places = [0, *pauses]
    pieces = [
        Piece(start, data[start:end], data[start:end])
        for start, end in zip(places, [*pauses, len(data)], strict=True)
        if 2 < end - start <= framings.LONGEST
    ]
    words = f"frames that are set apart by pauses of more than {PAUSE_US // 1000} ms"
    yield Framing(Cut.PAUSES, words, tuple(pieces), 0.0)


def _is_enough(framing: Framing, data: bytes) -> bool:
    different = len({piece.data for piece in framing.pieces})
    enough = len(framing.pieces) >= FEWEST and different >= FEWEST_DIFFERENT
    return enough and framing.covered >= _COVERED * len(data)


def _weighed(framing: Framing, data: bytes, pauses: Sequence[int], tried: int) -> Claim | None:
    """A framing with the checksum that fits it, if both together are better than chance."""
    checksum = fit([piece.body for piece in framing.pieces]) if framing.cut is not Cut.MODBUS else None
    checked = after_trying(checksum.digits, tried) if checksum is not None else 0.0
    if checked <= 0:
        checksum, checked = None, 0.0
    total = framing.digits + checked
    sure = sureness(total)
    if sure is None:
        return None
    begins = frozenset(pauses)
    return Claim(
        framing=framing.cut.value,
        words=framing.words,
        sureness=sure,
        digits=total,
        frames=len(framing.pieces),
        different=len({piece.data for piece in framing.pieces}),
        covered=framing.covered / len(data),
        apart=sum(piece.start in begins for piece in framing.pieces),
        checksum=checksum,
        pieces=framing.pieces,
    )


def _rank(claim: Claim) -> tuple[bool, bool, float, float]:
    """A check that fits goes first, then a format that was published, then what explains more of the stream."""
    share = claim.checksum.fitting / claim.checksum.tried if claim.checksum is not None else 1.0
    return _has_check(claim), claim.framing in _PUBLISHED, round(claim.covered * share, 2), claim.digits
