"""What of a damaged session is proved: by the chain from its beginning, or backwards from a seal.

An entry is proved if its hash follows from a hash that is itself proved or, behind a hole, if the chain leads from it
to the head that a seal has signed. A chunk has no hash of its own: it is proved if all chunks from one seal to the next
are there and give the digest of that seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from devicelog.chunk import Chunk
from devicelog.ledger import GENESIS, Chain, ChunkDigest, Kind, Line
from devicelog.ledger.amendment import ENDS
from devicelog.verification.session import SealBody

#: Numbers from the first to the last, both included.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proved:
    """The numbers of what is proved, what is known to be missing, and what was read and cannot be proved."""

    numbers: tuple[int, ...]
    missing: tuple[Span, ...]
    unproved: tuple[Span, ...]

    @property
    def whole(self) -> bool:
        return not self.missing and not self.unproved


def prove_entries(lines: Mapping[int, Line], seals: Sequence[SealBody]) -> Proved:
    """What is proved of a session's entries, by the seals of it that are still there."""
    marks = {0: GENESIS} | {seal.entries: bytes.fromhex(seal.head) for seal in seals}
    proved: list[int] = []
    run: list[Line] = []
    for number in sorted(number for number in lines if number > 0):
        line = lines[number]
        if not (run and run[-1].number == number - 1 and _follows(line, run[-1].hash)):
            proved += _proved_of(run, marks)
            run = []
        run.append(line)
    proved += _proved_of(run, marks)
    return _proved(proved, lines, max(marks))


def _follows(line: Line, before: bytes) -> bool:
    """Whether an entry is the one that follows a hash."""
    try:
        numbered = line.entry().number == line.number
    except ValueError:
        return False
    return numbered and Chain(line.number - 1, before).append(line.body).hash == line.hash


def _proved_of(run: Sequence[Line], marks: Mapping[int, bytes]) -> list[int]:
    """What is proved of entries that follow each other: up to the last seal that they fit, or all from a known hash."""
    if not run:
        return []
    before = marks.get(run[0].number - 1)
    from_known = before is not None and _follows(run[0], before)
    fitting = [line.number for line in run if marks.get(line.number) == line.hash]
    contradicted = any(line.number in marks and marks[line.number] != line.hash for line in run)
    last = run[-1].number if from_known and not contradicted else max(fitting, default=0)
    first = run[0].number if from_known else run[0].number + 1
    return list(range(first, last + 1))


def prove_chunks(chunks: Mapping[int, Chunk], seals: Sequence[SealBody]) -> Proved:
    """What is proved of a session's chunks, from one seal to the next; behind the last, those without a hole."""
    marks = sorted({(0, GENESIS)} | {(seal.chunks, bytes.fromhex(seal.chunks_head)) for seal in seals})
    proved: list[int] = []
    for (start, head), (end, expected) in pairwise(marks):
        digest = ChunkDigest(start, head)
        for number in range(start + 1, end + 1):
            if number not in chunks:
                break
            digest.add(chunks[number])
        if (digest.count, digest.head) == (end, expected):
            proved += range(start + 1, end + 1)
    number = marks[-1][0] + 1
    while number in chunks:
        proved.append(number)
        number += 1
    return _proved(proved, chunks, marks[-1][0])


def _proved(proved: Iterable[int], found: Mapping[int, object], sealed: int) -> Proved:
    """Everything up to the last number that is known of is proved, missing or read in vain."""
    numbers = sorted(set(proved))
    last = max([sealed, *found], default=0)
    rest = sorted(set(range(1, last + 1)) - set(numbers))
    return Proved(
        tuple(numbers),
        tuple(spans(number for number in rest if number not in found)),
        tuple(spans(number for number in rest if number in found)),
    )


def spans(numbers: Iterable[int]) -> list[Span]:
    """Ascending numbers as spans."""
    found: list[Span] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _state_of(lines: Mapping[int, Line], listed: str | None) -> str:
    """The state of a session by the entry that ended it; one that neither ended nor broke off was running."""
    ends = {line.kind for line in lines.values()} & ENDS
    if ends:
        return "ended" if Kind.ENDED in ends else "interrupted"
    return "running" if listed in (None, "running") else "damaged"


def end_of(
    lines: dict[int, Line], listed: str, seals: Sequence[SealBody], entries: Proved, chunks: Proved
) -> tuple[str, tuple[str, ...]]:
    """The state of a session, and what its end lacks."""
    if not lines:
        return "damaged", ("none of its entries is left",)
    state = _state_of(lines, listed or None)
    if state == "damaged":
        return state, ("its end is gone: how many entries followed is not known",)
    final = max((seal for seal in seals if seal.final), key=lambda seal: seal.entries, default=None)
    last = (max(entries.numbers, default=0), max(chunks.numbers, default=0))
    if state != "running" and (final is None or (final.entries, final.chunks) != last):
        return state, ("its final seal is gone",)
    return state, ()
