"""Lists and searches: what is kept of the sessions, and of those of which nothing good is kept, their ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devicelog.search.beginning import beginning
from devicelog.search.digest import VERSION, Digest, Listed, read_digest, read_listed
from devicelog.search.terms import terms
from devicelog.store.projection import Projection, Wanted
from devicelog.store.reader import Reader, SessionRow


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: all of `wanted`, of one subject id, begun at or after `since` and before `until`.

    The moments are RFC 3339 in UTC.
    """

    wanted: Sequence[Wanted] = ()
    subject: str | None = None
    since: str | None = None
    until: str | None = None


def listed(reader: Reader, search: Search) -> list[tuple[SessionRow, Listed]]:
    """The sessions found, oldest first, each with its line in a list."""
    found = _Found(reader, search)
    lines = dict(found.projection.listed(found.kept_numbers))
    return [
        (row, read_listed(lines[row.number]) if row.number in lines else beginning(reader, row)) for row in found.rows
    ]


def digests(reader: Reader, search: Search) -> list[Digest]:
    """The sessions found, oldest first, each in short; one whose ledger cannot be read is left out."""
    return [digest for row, digest in digested(reader, search) if digest is not None]


def digested(reader: Reader, search: Search) -> list[tuple[SessionRow, Digest | None]]:
    """The sessions found, oldest first; None in the place of the digest of one whose ledger cannot be read."""
    found = _Found(reader, search)
    bodies = dict(found.projection.digests(found.kept_numbers))
    return [(row, read_digest(bodies[row.number]) if row.number in bodies else found.made(row)) for row in found.rows]


class _Found:
    """The sessions of a search: by their terms where these are kept, else by their ledgers."""

    def __init__(self, reader: Reader, search: Search) -> None:
        self._reader = reader
        self._made: dict[int, Digest | None] = {}
        self.projection = Projection(reader, VERSION)
        self.missing = {row.number for row in self.projection.missing()}
        having = [self.projection.with_term(wanted) for wanted in search.wanted]
        self.rows = [row for row in self._rows(search) if self._has(row, search.wanted, having)]

    @property
    def kept_numbers(self) -> list[int]:
        """Those of which something is kept that is good."""
        return [row.number for row in self.rows if row.number not in self.missing]

    def made(self, row: SessionRow) -> Digest | None:
        """The digest of a session, made of its ledger; None if that cannot be read."""
        if row.number not in self._made:
            from devicelog.search.projector import digest_of

            self._made[row.number] = digest_of(self._reader, row)
        return self._made[row.number]

    def _rows(self, search: Search) -> Iterator[SessionRow]:
        rows = self._reader.sessions(subject=search.subject, since=search.since)
        return (row for row in rows if search.until is None or row.started < search.until)

    def _has(self, row: SessionRow, wanted: Sequence[Wanted], having: Sequence[set[int]]) -> bool:
        if row.number not in self.missing:
            return all(row.number in numbers for numbers in having)
        if not wanted:
            return True
        digest = self.made(row)
        return digest is not None and all(one.is_in(terms(digest)) for one in wanted)
