"""Stored sessions read back as entries and records; what cannot be read is told in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.errors import StoreFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devicelog.ledger import Entry, Line
    from devicelog.record import Record
    from devicelog.store.reader import Reader, SessionRow


def record_of(reader: Reader, row: SessionRow) -> Record:
    """The record of a session; StoreFormatError if an entry was changed so that it makes none."""
    from devicelog.record import Record

    record = Record()
    for entry in entries(reader.lines(row.number), row):
        try:
            record.apply(entry)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise _damaged(row, entry.number, repr(error)) from None
    return record


def entries(lines: Iterable[Line], row: SessionRow) -> Iterator[Entry]:
    """The entries that stored lines hold; StoreFormatError for one that cannot be read."""
    for line in lines:
        try:
            yield line.entry()
        except ValueError as error:
            raise _damaged(row, line.number, str(error)) from None


def _damaged(row: SessionRow, number: int, why: str) -> StoreFormatError:
    found = f"entry {number} of session {row.id} cannot be read ({why})"
    return StoreFormatError(f"{found}; see `devicelog verify {row.id}`, and restore the store from a backup.")
