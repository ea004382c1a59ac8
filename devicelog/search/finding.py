"""Lists and searches: what is kept of the sessions, and of those of which nothing good is kept, their ledgers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

import msgspec

from devicelog.search.digest import (
    VERSION,
    Agreed,
    Counted,
    Digest,
    Listed,
    encode,
    read_agreed,
    read_counted,
    read_digest,
    read_listed,
)
from devicelog.search.digest import listed as line
from devicelog.search.terms import terms
from devicelog.store.projection import Projection, Wanted
from devicelog.store.reader import Reader, SessionRow

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: all of `wanted`, of one of these subject ids, begun at or after `since` and before `until`.

    A person who was merged has several ids; None: of anybody. The moments are RFC 3339 in UTC.
    """

    wanted: Sequence[Wanted] = ()
    subjects: Collection[str] | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[Shown]):
    """The sessions found, oldest first; `unread` are those whose ledger had to be read and cannot be.

    Whether one of these is what was looked for is not known.
    """

    sessions: list[tuple[SessionRow, Shown]]
    unread: list[SessionRow]


def listed(reader: Reader, search: Search) -> Found[Listed]:
    """The sessions found, each with its line in a list."""
    finder = _Finder(reader, search)
    kept = _read(finder.projection.listed(finder.kept), read_listed)
    return Found([(row, kept.get(row.number) or _beginning(reader, row)) for row in finder.rows], finder.unread)


def line_of(reader: Reader, row: SessionRow) -> Listed:
    """The line of one session as its ledger stands: of one that is over and is not kept, the ledger is read whole."""
    projection = Projection(reader, VERSION)
    if row.number not in {one.number for one in projection.missing()}:
        kept = _read(projection.listed([row.number]), read_listed)
        if row.number in kept:
            return kept[row.number]
    if row.state != "running":
        from devicelog.search.projector import digest_of

        digest = digest_of(reader, row)
        if digest is not None:
            return line(digest)
    return _beginning(reader, row)


def kept_digests(reader: Reader, rows: Iterable[SessionRow]) -> dict[int, Digest]:
    """By their numbers the digests of these sessions, as far as good ones are kept; no ledger is read."""
    projection = Projection(reader, VERSION)
    missing = {row.number for row in projection.missing()}
    return _read(projection.digests([row.number for row in rows if row.number not in missing]), read_digest)


def _beginning(reader: Reader, row: SessionRow) -> Listed:
    """What the ledger of a session that is not kept says; imported on use, because most are."""
    from devicelog.search.beginning import beginning

    return beginning(reader, row)


def digests(reader: Reader, search: Search) -> Found[Digest]:
    """The sessions found, each in short."""
    return _digested(reader, search, read_digest, lambda digest: digest)


def counted(reader: Reader, search: Search) -> Found[Counted]:
    """The sessions found, each with what statistics need."""
    return _digested(reader, search, read_counted, lambda digest: read_counted(encode(digest)))


def agreed(reader: Reader, search: Search) -> Found[Agreed]:
    """The sessions found, each with its follow-ups."""
    return _digested(reader, search, read_agreed, lambda digest: Agreed(digest.number, digest.follow_ups))


def _digested(
    reader: Reader, search: Search, read: Callable[[bytes], Shown], shown: Callable[[Digest], Shown]
) -> Found[Shown]:
    """The sessions found: what is kept of each as it is read, or its digest as it is shown."""
    finder = _Finder(reader, search)
    kept = _read(finder.projection.digests(finder.kept), read)
    found = []
    for row in finder.rows:
        if row.number in kept:
            found.append((row, kept[row.number]))
        elif (digest := finder.made(row)) is not None:
            found.append((row, shown(digest)))
    return Found(found, finder.unread)


def _read(bodies: Iterable[tuple[int, bytes]], read: Callable[[bytes], Shown]) -> dict[int, Shown]:
    """What is kept of each session; nothing in the place of what cannot be read."""
    found = {}
    for number, body in bodies:
        with suppress(msgspec.MsgspecError):
            found[number] = read(body)
    return found


class _Finder:
    """The sessions of a search: by their terms where these are kept, else by their ledgers."""

    def __init__(self, reader: Reader, search: Search) -> None:
        self._reader = reader
        self._made: dict[int, Digest | None] = {}
        self.unread: list[SessionRow] = []
        self.projection = Projection(reader, VERSION)
        self._missing = {row.number for row in self.projection.missing()}
        having = [self.projection.with_term(wanted) for wanted in search.wanted]
        may_have = set.intersection(*having) | self._missing if having else None
        self.rows = [row for row in self._rows(search, may_have) if self._has(row, search.wanted, having)]

    @property
    def kept(self) -> list[int] | None:
        """The numbers of those of which something good is kept; None for all of the store."""
        if len(self.rows) > _MOST_BY_NUMBER and not self._missing:
            return None
        return [row.number for row in self.rows if row.number not in self._missing]

    def made(self, row: SessionRow) -> Digest | None:
        """The digest of a session, made of its ledger; None if that cannot be read."""
        if row.number not in self._made:
            from devicelog.search.projector import digest_of

            digest = self._made[row.number] = digest_of(self._reader, row)
            if digest is None:
                self.unread.append(row)
        return self._made[row.number]

    def _rows(self, search: Search, numbers: set[int] | None) -> Iterator[SessionRow]:
        """The sessions of these numbers, or all, that began when they should and are of the subject."""
        rows: Iterable[SessionRow]
        if search.subjects is not None:
            each = (self._reader.sessions(subject=one, since=search.since) for one in dict.fromkeys(search.subjects))
            rows = sorted(chain.from_iterable(each), key=lambda row: row.number)
            rows = (row for row in rows if numbers is None or row.number in numbers)
        elif numbers is None or len(numbers) > _MOST_BY_NUMBER:
            rows = self._reader.sessions(since=search.since)
        else:
            rows = (row for row in self.projection.rows(numbers) if row.started >= (search.since or ""))
        return (row for row in rows if search.until is None or row.started < search.until)

    def _has(self, row: SessionRow, wanted: Sequence[Wanted], having: Sequence[set[int]]) -> bool:
        if row.number not in self._missing:
            return all(row.number in numbers for numbers in having)
        if not wanted:
            return True
        digest = self.made(row)
        return digest is not None and all(one.is_in(terms(digest)) for one in wanted)


#: More sessions than this are not asked for one by one.
_MOST_BY_NUMBER = 500
