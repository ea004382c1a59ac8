"""What lists and searches look at: a short line, a digest and search terms of each session, kept beside its ledger.

They are a projection and no evidence: made from the ledger by `devicelog.search`, dropped and made again at any time,
held against it by `verify`, and passed over by a salvage. A row is good for the ledger as its last seal signs it,
entries and head: what changes a session that is over is sealed with it. A row under an older seal, or of another
version of the program, counts as missing, and whoever reads makes it again in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from devicelog.store.database import transaction, translated
from devicelog.store.reader import Reader, SessionRow

#: A search term: what it is of (`lot`, `zone`), and its value as it is compared.
Term = tuple[str, str]

#: The tables of it; no salvage looks for their rows.
TABLES = ("listed", "digest", "term")

_SEAL = "(SELECT coalesce(max(seal.number), 0) FROM seal WHERE seal.session = session.number)"
_MISSING = f"""
    SELECT session.number, id, subject, started, state FROM session LEFT JOIN listed ON listed.number = session.number
    WHERE listed.number IS NULL OR listed.version <> ?1 OR listed.seal <> {_SEAL} ORDER BY session.number
"""  # noqa: S608


class How(StrEnum):
    """How a term is compared with what is looked for."""

    EXACTLY = "exactly"
    PART = "part"
    """The term holds it somewhere."""
    BELOW = "below"
    """It is the term, or the term goes on behind it with a point (`face` finds `face.cheek`)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a session must have: a term under any of the keys."""

    keys: tuple[str, ...]
    value: str
    how: How = How.EXACTLY

    def is_in(self, terms: Iterable[Term]) -> bool:
        """Whether any of these terms is what is wanted."""
        return any(key in self.keys and self._is(value) for key, value in terms)

    def _is(self, value: str) -> bool:
        if self.how is How.PART:
            return self.value in value
        return value == self.value or (self.how is How.BELOW and value.startswith(f"{self.value}."))


@dataclass(frozen=True, slots=True)
class Projected:
    """What is kept of one session: its line in a list, its digest, its terms."""

    number: int
    listed: bytes
    digest: bytes
    terms: frozenset[Term]


class Projection:
    """The projection in a store, as far as it is of this version; `version` grows with what a digest holds."""

    def __init__(self, reader: Reader, version: int) -> None:
        self._reader = reader
        self._version = version

    def missing(self) -> list[SessionRow]:
        """The sessions of which nothing is kept that is good for their ledger as it stands, oldest first."""
        return [SessionRow(*row) for row in self._rows(_MISSING, self._version)]

    def rows(self, numbers: Iterable[int]) -> list[SessionRow]:
        """The sessions of these numbers, oldest first."""
        sql = "SELECT number, id, subject, started, state FROM session WHERE number = ?"
        return [SessionRow(*row) for number in sorted(numbers) for row in self._rows(sql, number)]

    def listed(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[int, bytes]]:
        """Number and line of the sessions, or of all; those that are missing are to be left out by the caller."""
        return self._bodies("listed", numbers)

    def digests(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[int, bytes]]:
        """Number and digest of the sessions, or of all; those that are missing are to be left out by the caller."""
        return self._bodies("digest", numbers)

    def kept(self) -> Iterator[Projected]:
        """All that is kept and is good for the ledgers as they stand."""
        missing = {row.number for row in self.missing()}
        digests = dict(self.digests())
        terms: dict[int, set[Term]] = {}
        for session, key, value in self._rows("SELECT session, key, value FROM term"):
            terms.setdefault(session, set()).add((key, value))
        for number, line in self.listed():
            if number not in missing:
                yield Projected(number, line, digests.get(number, b""), frozenset(terms.get(number, ())))

    def strangers(self) -> list[int]:
        """The numbers of sessions of which something is kept and that are not in the store."""
        each = (f"SELECT {'session' if table == 'term' else 'number'} AS n FROM {table}" for table in TABLES)  # noqa: S608
        sql = f"SELECT DISTINCT n FROM ({' UNION ALL '.join(each)}) WHERE n NOT IN (SELECT number FROM session)"  # noqa: S608
        return [number for (number,) in self._rows(f"{sql} ORDER BY n")]

    def with_term(self, wanted: Wanted) -> set[int]:
        """The numbers of the sessions that have it."""
        keys = ", ".join("?" * len(wanted.keys))
        compared, values = _comparison(wanted)
        sql = f"SELECT DISTINCT session FROM term WHERE key IN ({keys}) AND ({compared})"  # noqa: S608
        return {number for (number,) in self._rows(sql, *wanted.keys, *values)}

    def values(self, key: str) -> list[str]:
        """All values of a term that are kept, as they are compared."""
        return [value for (value,) in self._rows("SELECT DISTINCT value FROM term WHERE key = ?", key)]

    def keep(self, made: Sequence[Projected]) -> None:
        """Keep what was made of some sessions, in place of what was kept before; for the one who writes the store.

        Raises NotNowError, and then nothing of it is kept.
        """
        database = self._reader.connection
        with transaction(self._reader.folder, database):
            sql = "SELECT coalesce(max(number), 0) FROM seal WHERE session = ?"
            seals = [next(self._rows(sql, one.number))[0] for one in made]  # before anything is written
            for one, seal in zip(made, seals, strict=True):
                row = (one.number, seal, self._version, one.listed)
                database.execute("DELETE FROM term WHERE session = ?", (one.number,))
                database.execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)", row)
                database.execute("INSERT OR REPLACE INTO digest VALUES (?, ?)", (one.number, one.digest))
                terms = [(key, value, one.number) for key, value in sorted(one.terms)]
                database.executemany("INSERT INTO term VALUES (?, ?, ?)", terms)

    def drop(self) -> None:
        """Forget all of it; for the one who writes the store."""
        with transaction(self._reader.folder, self._reader.connection):
            for table in TABLES:
                self._reader.connection.execute(f"DELETE FROM {table}")  # noqa: S608

    def _bodies(self, table: str, numbers: Iterable[int] | None) -> Iterator[tuple[int, bytes]]:
        if numbers is None:
            yield from self._rows(f"SELECT number, body FROM {table} ORDER BY number")  # noqa: S608
            return
        sql = f"SELECT number, body FROM {table} WHERE number = ?"  # noqa: S608
        for number in sorted(numbers):
            yield from self._rows(sql, number)

    def _rows(self, sql: str, *bindings: Any) -> Iterator[tuple[Any, ...]]:
        with translated(self._reader.folder):
            yield from self._reader.connection.execute(sql, bindings)


def _comparison(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """The condition on a term's value and what it is bound to."""
    match wanted.how:
        case How.PART:
            return "instr(value, ?) > 0", (wanted.value,)
        case How.BELOW:
            # From "face." up to and without "face/", the next character behind a point.
            return "value = ? OR (value >= ? AND value < ?)", (wanted.value, f"{wanted.value}.", f"{wanted.value}/")
        case _:
            return "value = ?", (wanted.value,)
