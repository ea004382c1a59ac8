"""A store with sessions that are over, of one test alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devicelog.ledger import Entry, Kind, Line
from devicelog.record.record import Record
from devicelog.replay.replay import replay
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store


@dataclass(frozen=True, slots=True)
class Clinic:
    """A store that is one test's own."""

    store: Path

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with Writer.open(self.store, create=False) as writer:
            yield writer

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with Reader.open(self.store) as reader:
            yield reader

    def row(self, number: int = 1) -> SessionRow:
        with self.reading() as reader:
            return next(row for row in reader.sessions() if row.number == number)

    def lines(self, number: int = 1) -> list[Line]:
        with self.reading() as reader:
            return list(reader.lines(number))

    def entries(self, number: int = 1) -> list[Entry]:
        return [line.entry() for line in self.lines(number)]

    def record(self, number: int = 1) -> Record:
        with self.reading() as reader:
            return record_of(reader, self.row(number))

    def state(self, kind: Kind, number: int = 1, /, **content: Any) -> int:
        """State something behind the end of a session."""
        with self.writing() as writer:
            return state_late(writer, self.row(number), kind, content)

    def verified(self) -> Findings:
        with self.reading() as reader:
            return verify_store(reader)

    def replayed(self, number: int = 1) -> list[Line]:
        with self.reading() as reader:
            return list(replay(reader, self.row(number)))

    def must_hold(self) -> None:
        """Everything verifies, and a replay gives every session again, bit for bit."""
        assert self.verified().faults == []
        with self.reading() as reader:
            rows = reader.sessions()
        for row in rows:
            assert self.replayed(row.number) == self.lines(row.number)
