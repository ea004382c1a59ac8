"""What is exported: one session's ledger and the record that it makes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from devicelog import __version__
from devicelog.amendment import versions
from devicelog.ledger import Entry
from devicelog.record.record import Record, fold
from devicelog.treatment.protocol_file import limits_kept
from devicelog.verification.session import SessionLedger
from devicelog.witness.text import seal_text

#: What a damaged or foreign ledger may raise when it is folded; never a reason for a traceback.


class SessionSource(SessionLedger, Protocol):
    """A session with the clinic's own number for its subject."""

    @property
    def reference(self) -> str | None:
        """The number; None if it was erased or is not known."""


@dataclass(frozen=True, slots=True)
class ExportedSession:
    """A session ready to be written. `limits` are the names of the limits of its treatment protocol by number.

    `software` is what writes the export, or what wrote it, when an export is rebuilt to be checked.
    """

    source: SessionSource
    record: Record
    limits: Mapping[int, str]
    software: str

    @classmethod
    def of(cls, source: SessionSource, software: str = f"devicelog {__version__}") -> ExportedSession:
        """Fold the session; LEDGER_ERRORS if its ledger is not one that this version can read."""
        record = fold(line.entry() for line in source.lines())
        if not record.session:
            raise ValueError("the session has no entry that starts it")
        limits = {limit.number: limit.name for limit in limits_kept(record.protocol)}
        return cls(source, record, limits, software)

    @property
    def seal_text(self) -> str | None:
        """The last seal of the session as a text to print and keep elsewhere; None if it was not sealed yet."""
        last = deque(self.source.seals(), maxlen=1)
        return seal_text(last[0][1]) if last else None

    def entries(self) -> Iterator[Entry]:
        """The entries, in order."""
        return (line.entry() for line in self.source.lines())

    def counting(self) -> Iterator[Entry]:
        """The entries that count, in order: those of the last amendment that has any, under numbers of the ledger."""
        last = versions(self.source.lines)[-1]
        for line in last.lines(self.source.lines):
            yield replace(line.entry(), number=last.first + line.number - 1)
