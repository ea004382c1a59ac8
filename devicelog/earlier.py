"""The earlier sessions of a subject, found by folding their entries: right and simple, and slow with many of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from devicelog.record.course import past_of
from devicelog.stored import record_of

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.treatment.past import Past


def earlier_by_folding(reader: Reader, subject_ids: Collection[str], family: str | None = None) -> Iterator[Past]:
    """The sessions of these subject ids, oldest first; with a family only those of it and those without a protocol.

    Pass all ids of a person, those that were merged into it among them. A session that broke off before its first
    entry is left out. Raises StoreFormatError for a session that cannot be read.
    """
    for row in reader.sessions():
        if row.subject not in subject_ids:
            continue
        record = record_of(reader, row)
        if not record.started:
            continue
        past = past_of(record)
        if family is None or past.family in (family, None):
            yield past
