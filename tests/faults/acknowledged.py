"""The judge of acknowledgements: what was acknowledged must be there, exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judgement:
    """Acknowledged entries held against those that are kept; `beyond` are durable and were not acknowledged yet."""

    acknowledged: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    beyond: int

    @property
    def holds(self) -> bool:
        return not self.lost and not self.doubled


def judge(acknowledged: Sequence[str], kept: Iterable[str]) -> Judgement:
    """Hold the ids that were acknowledged against the ids that a store gives."""
    there = Counter(kept)
    said = set(acknowledged)
    return Judgement(
        acknowledged=len(said),
        lost=tuple(sorted(said - there.keys())),
        doubled=tuple(sorted(name for name, count in there.items() if count > 1)),
        beyond=len(there.keys() - said),
    )


def acknowledged_in(out: Path) -> list[str]:
    """The ids that `--print-acks` wrote into a file; a last line that a kill cut off was not said."""
    if not out.exists():
        return []
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line.split()[1] for line in lines if line.startswith("ACK ") and line.endswith("\n")]
