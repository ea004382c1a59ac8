"""Stored sessions read back as entries, chunks and records; what cannot be read is told in one sentence."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from devicelog.errors import StoreFormatError
from devicelog.ledger import LEDGER_ERRORS, sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devicelog.chunk import Chunk
    from devicelog.ledger import Entry, Line
    from devicelog.record.course import LastTime
    from devicelog.record.record import Record
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.store.reading import SessionReader


def record_of(reader: SessionReader, row: SessionRow, *, first: int | None = None) -> Record:
    """The record of a session, or of its first so many entries; StoreFormatError if they make none."""
    from devicelog.record.record import Record

    record = Record()
    for expected, entry in enumerate(opened(reader, islice(reader.lines(row.number), first), row), start=1):
        if entry.number != expected:
            raise _damaged(f"entry {expected}", row, ValueError("it is missing"))
        try:
            record.apply(entry)
        except LEDGER_ERRORS as error:
            raise _damaged(f"entry {entry.number}", row, error) from None
    return record


def last_time(reader: Reader, record: Record) -> tuple[LastTime | None, dict[str, str | None], Record | None]:
    """The session before in the course that this one's opening found beside this one, and its record.

    Between them the codes of the zones of both. None if it was the first, or nobody looked.
    """
    from devicelog.record.course import beside, course_content, past_of

    course = course_content(record)
    if course is None or course["last"] is None:
        return None, {}, None
    before = record_of(reader, reader.session(course["last"]))
    return beside(past_of(before), record), {**before.places, **record.places}, before


def entries(lines: Iterable[Line], row: SessionRow) -> Iterator[Entry]:
    """The entries that stored lines hold; StoreFormatError for one that cannot be read."""
    return (_entry(line, row) for line in lines)


def _entry(line: Line, row: SessionRow) -> Entry:
    try:
        return line.entry()
    except LEDGER_ERRORS as error:
        raise _damaged(f"entry {line.number}", row, error) from None


def opened(reader: SessionReader, lines: Iterable[Line], row: SessionRow) -> Iterator[Entry]:
    """The entries that stored lines hold, their free texts opened where the subject's key is."""
    open_ = partial(reader.open_text, row.subject)
    for line in lines:
        entry = _entry(line, row)
        yield sealed.opened(entry, open_) if sealed.holds_sealed(line.body) else entry


def chunks(reader: SessionReader, row: SessionRow) -> Iterator[Chunk]:
    """The chunks of a session in order; StoreFormatError for one that cannot be read."""
    read = 0
    try:
        for chunk in reader.chunks(row.number):
            yield chunk
            read += 1
    except LEDGER_ERRORS as error:
        raise _damaged(f"chunk {read + 1}", row, error) from None


@dataclass(slots=True)
class Part:
    """The part of a session that is used just now; of those that have a number, set it as they come."""

    name: str
    number: int | None = None

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name} {self.number}"


@contextmanager
def readable(what: str, row: SessionRow) -> Iterator[Part]:
    """Turns what a damaged ledger raises inside into StoreFormatError; `what` names the part that is used there."""
    part = Part(what)
    try:
        yield part
    except LEDGER_ERRORS as error:
        raise _damaged(str(part), row, error) from None


def _damaged(what: str, row: SessionRow, error: Exception) -> StoreFormatError:
    why = str(error) if isinstance(error, ValueError) and str(error) else repr(error)
    found = f"{what} of session {row.id} cannot be read ({' '.join(why.split())[:300]})"
    return StoreFormatError(f"{found}; run `devicelog verify {row.id}`, and restore the store from a backup.")
