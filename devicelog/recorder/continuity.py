"""Whether a numbered report is the next one, a repeat, or shows that some are missing.

A report is named by (device serial, epoch, sequence), never by time. A repeat is never counted twice; a repeat with
other content is a conflict, and both are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from typing import Any

from devicelog.driver import Category, Report
from devicelog.observation.run import Run

#: So many reports are remembered, to know one that comes again.
_RECENT = 256


class Place(StrEnum):
    NEXT = "next"
    FIRST = "first"
    AFTER_MISSING = "after missing"
    REPEAT = "repeat"
    CONFLICT = "conflict"
    LATE = "late"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class Numbering:
    """Where a report carries sequence and epoch; `modulus` is where the sequence starts again.

    `zeroed`: an epoch begins with the sequence 0.
    """

    sequence: int
    epoch: int | None
    modulus: int
    zeroed: bool = False

    def name(self, values: Sequence[Any]) -> tuple[Any, Any]:
        """Epoch and sequence of a report."""
        return values[self.epoch] if self.epoch is not None else None, values[self.sequence]

    @classmethod
    def of(cls, report: Report) -> Numbering | None:
        """The numbering of a report, None if it has none."""
        sequence = report.position(Category.SEQUENCE)
        if sequence is None:
            return None
        metric = report.metrics[sequence]
        return cls(sequence, report.position(Category.EPOCH), int(metric.modulus or 1 << 62), metric.zeroed)


class Continuity:
    """The sequence of one device on one link."""

    def __init__(self) -> None:
        self.expected: int | None = None
        self.epoch: Any = None
        self.missing = 0
        self.before: tuple[Any, int | None] = (None, None)
        self._recent: deque[tuple[Any, Any, str, Sequence[Any]]] = deque(maxlen=_RECENT)

    def said(self, sequence: int, epoch: Any) -> tuple[str, Sequence[Any]] | None:
        """Report and values that came under that name, if that is not long ago."""
        known = self._known(sequence, epoch)
        return known[2:] if known is not None else None

    def place(self, numbering: Numbering, report: str, values: Sequence[Any]) -> Place:
        """Where this report stands; `missing` then says how many reports before it never came.

        `before` is the epoch and the sequence that were expected in its place.
        """
        sequence = values[numbering.sequence]
        epoch = values[numbering.epoch] if numbering.epoch is not None else None
        if sequence is None:
            return Place.NEXT
        if sequence == self.expected and epoch == self.epoch:
            self._recent.append((sequence, epoch, report, values))
            self.expected = sequence + 1 if sequence + 1 < numbering.modulus else 0
            return Place.NEXT
        return self._odd(numbering, sequence, epoch, report, values)

    def continues_with(self, numbering: Numbering, run: Run) -> bool:
        """Whether the readings of a run are the next ones, one behind the other."""
        sequences, first = run.columns[numbering.sequence], self.expected
        if first is None or sequences != tuple(range(first, first + len(sequences))):
            return False
        return numbering.epoch is None or run.is_all(numbering.epoch, self.epoch)

    def continue_with(self, numbering: Numbering, run: Run) -> None:
        """Take the readings of a run that are the next ones."""
        sequences = run.columns[numbering.sequence]
        self._recent.extend(zip(sequences, repeat(self.epoch), repeat(run.report), run.values, strict=False))
        self.expected = sequences[-1] + 1 if sequences[-1] + 1 < numbering.modulus else 0

    def _odd(self, numbering: Numbering, sequence: int, epoch: Any, report: str, values: Sequence[Any]) -> Place:
        self.missing = 0
        self.before = self.epoch, self.expected
        if self.expected is None or epoch != self.epoch:
            known = self._known(sequence, epoch)
            if known is not None:
                return self._again(known, report, values)
            place = Place.FIRST if self.expected is None else Place.RESTARTED
            self._accept(numbering, sequence, epoch, report, values)
            return place
        ahead = (sequence - self.expected) % numbering.modulus
        if ahead < numbering.modulus // 2:
            self.missing = ahead
            self._accept(numbering, sequence, epoch, report, values)
            return Place.AFTER_MISSING
        known = self._known(sequence, epoch)
        return Place.LATE if known is None else self._again(known, report, values)

    def _accept(self, numbering: Numbering, sequence: int, epoch: Any, report: str, values: Sequence[Any]) -> None:
        self._recent.append((sequence, epoch, report, values))
        self.expected = sequence + 1 if sequence + 1 < numbering.modulus else 0
        self.epoch = epoch

    def _known(self, sequence: int, epoch: Any) -> tuple[Any, Any, str, Sequence[Any]] | None:
        return next((known for known in reversed(self._recent) if known[:2] == (sequence, epoch)), None)

    @staticmethod
    def _again(known: tuple[Any, Any, str, Sequence[Any]], report: str, values: Sequence[Any]) -> Place:
        return Place.REPEAT if known[2:] == (report, values) else Place.CONFLICT
