"""The earlier sessions of a subject: for the count and the interval of a course, and for what was set last time."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from devicelog.search.finding import Search, digests
from devicelog.treatment.past import Past, past_from

if TYPE_CHECKING:
    from devicelog.store.reader import Reader


def earlier(reader: Reader, subject_ids: Collection[str], family: str | None = None) -> list[Past]:
    """The sessions of these subject ids, oldest first; with a family only those of it and those without a protocol.

    Pass all ids of a person, those that were merged into it among them. A session whose ledger cannot be read, or
    that broke off before its first entry, is left out.
    """
    found = digests(reader, Search(subjects=subject_ids)).sessions
    past = [past_from(digest.past) for _, digest in found if digest.past is not None]
    return [one for one in past if family is None or one.family in (family, None)]
