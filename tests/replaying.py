"""A session that was recorded in memory, as a store hands it to a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.chunk import Chunk
    from devicelog.ledger import Entry, Line
    from devicelog.store.reader import Reader, SessionRow
    from tests.conftest import Session


@dataclass
class Kept:
    """What a store hands to a replay: entries and chunks as they were kept."""

    kept: list[Line]
    kept_chunks: list[Chunk]

    def lines(self, _session: int) -> list[Line]:
        return self.kept

    def entries(self, _session: int) -> Iterator[Entry]:
        return (line.entry() for line in self.kept)

    def chunks(self, _session: int) -> list[Chunk]:
        return self.kept_chunks


@dataclass
class Row:
    """What names a session in a store."""

    number: int = 1
    id: str = "S1"


ROW = cast("SessionRow", Row())


def kept(session: Session) -> Reader:
    """The store of a session."""
    return cast("Reader", Kept(session.recorder.lines, session.recorder.chunks))
