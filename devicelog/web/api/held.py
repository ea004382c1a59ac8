"""Where programs are in the ledgers that they read on: what was learned of a session so far is not learned again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind, sealed
from devicelog.record.entry_json import NEEDED, EntryReading
from devicelog.stored import readable

if TYPE_CHECKING:
    from devicelog.ledger import Line
    from devicelog.store.reader import Reader, SessionRow

#: Of so many sessions it is kept.
_MOST = 32


@dataclass(frozen=True, slots=True)
class Page:
    """Entries of a session behind `after`; `last` is the last one read, `more`: others follow already."""

    row: SessionRow
    entries: list[dict[str, Any]]
    last: int
    more: bool


class Readings:
    """Safe in several threads; whoever reads takes what was learned, and gives it back."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, EntryReading]] = {}
        self._guard = threading.Lock()

    def read(self, reader: Reader, row: SessionRow, after: int, limit: int, *, opens: bool) -> Page:
        """At most so many entries behind one; `opens`: their free texts, too. StoreFormatError if they make no sense.

        `row` must have been read before: of a session that was over then, no entry of its recording is missing.
        """
        known, reading = self._take(row.id, after)
        found: list[dict[str, Any]] = []
        last, more = after, False
        with readable("the ledger", row) as part:
            for line in reader.lines(row.number, after=known):
                part.name, part.number = "entry", line.number
                if len(found) == limit:
                    more = True
                    break
                if line.number > after:
                    found.append(_document(reader, row, reading, line, opens=opens))
                    last = line.number
                else:
                    _pass_over(reading, line)
        self._give(row.id, last, reading)
        return Page(row, found, last, more)

    def _take(self, session: str, after: int) -> tuple[int, EntryReading]:
        with self._guard:
            known, reading = self._held.pop(session, (0, None))
        if reading is None or known > after:
            return 0, EntryReading(session)
        return known, reading

    def _give(self, session: str, known: int, reading: EntryReading) -> None:
        with self._guard:
            while len(self._held) >= _MOST:
                self._held.pop(next(iter(self._held)))
            self._held[session] = (known, reading)


def _document(reader: Reader, row: SessionRow, reading: EntryReading, line: Line, *, opens: bool) -> dict[str, Any]:
    entry = line.entry()
    reading.learn(entry)
    if opens and sealed.holds_sealed(line.body):
        entry = sealed.opened(entry, partial(reader.open_text, row.subject))
    return reading.document(entry)


def _pass_over(reading: EntryReading, line: Line) -> None:
    """Only what later entries are read with."""
    kind = line.kind
    if kind in NEEDED:
        reading.learn(line.entry())
    elif kind == Kind.AMENDED:
        reading.within(line.entry().content)
