"""A copy of a store as it was at one moment, made row by row while another process goes on recording.

What is append-only (entries, chunks, seals, approvals) is read in short pieces up to where it reached at that moment,
so that no read transaction lasts longer than one piece, however large the store and however slow the disk it is copied
to: the recorder is never held up, and its WAL never waits for the copy. All other tables are read whole at the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from devicelog.store.database import Connection, create_database, transaction, translated
from devicelog.store.evidence import Evidence
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.store.schema import SHIFT

#: Tables that only grow, and the column that says in which order.
APPENDED = {"entry": "key", "chunk": "key", "seal": "number", "approval": "number"}
#: Rows of one piece: a chunk may hold 64 KiB.
_PIECE = 500

#: Told how many rows are copied, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of a table by their keys, the last one included."""

    table: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What a store holds at one moment: its schema, how far each growing table reaches, the other tables whole."""

    schema: tuple[tuple[str, str, str], ...]
    version: int
    spans: tuple[Span, ...]
    others: dict[str, list[tuple[Any, ...]]]

    @property
    def rows(self) -> int:
        """How many rows there are, the numbers of a growing table being without a hole."""
        return sum(span.last - span.first + 1 for span in self.spans) + sum(map(len, self.others.values()))


def moment(reader: Reader) -> Moment:
    """What a store holds now; one short read transaction."""
    evidence = Evidence(reader)
    with evidence.snapshot(), translated(reader.folder):
        database = reader.connection
        schema = tuple(
            database.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
        )
        tables = [name for kind, name, _ in schema if kind == "table" and not name.startswith("sqlite_")]
        others = {
            name: list(database.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
            for name in tables
            if name not in APPENDED
        }
        sessions = sorted(evidence.stored_sessions())
        spans = tuple(span for table in APPENDED if table in tables for span in _spans(database, table, sessions))
        return Moment(schema, int(database.pragma("user_version")), spans, others)


def _spans(database: Connection, table: str, sessions: list[int]) -> Iterator[Span]:
    """How far a table reaches; by session where the keys begin with one, because an old session may still grow."""
    bounds = [(session << SHIFT, (session + 1) << SHIFT) for session in sessions]
    for first, end in bounds if APPENDED[table] == "key" else [(-(1 << 63), (1 << 63) - 1)]:
        key = APPENDED[table]
        sql = f"SELECT min({key}), max({key}) FROM {table} WHERE {key} >= ? AND {key} < ?"  # noqa: S608
        lowest, highest = database.execute(sql, (first, end)).fetchall()[0]
        if highest is not None:
            assert isinstance(lowest, int)
            assert isinstance(highest, int)
            yield Span(table, lowest, highest)


def copy_database(reader: Reader, held: Moment, to: Folder, progress: Progress) -> None:
    """Write what a store held at a moment as a database in another folder, under the same key.

    The file is complete when this returns, and not yet synchronised. Raises StoreFormatError if the store cannot be
    read, StoreFullError or NotNowError if the copy cannot be written.
    """
    with _new_database(to) as database:
        for kind, name, sql in held.schema:
            if kind == "table" and not name.startswith("sqlite_"):
                _run(to, database, sql)
        done = 0
        for table, rows in held.others.items():
            _insert(to, database, table, rows)
            done += len(rows)
        for span in held.spans:
            for rows in _pieces(reader, span):
                _insert(to, database, span.table, rows)
                done += len(rows)
                progress(done, held.rows)
        for kind, _, sql in held.schema:
            if kind != "table":
                _run(to, database, sql)
        with translated(to):
            database.pragma("user_version", held.version)


@contextmanager
def _new_database(to: Folder) -> Iterator[Connection]:
    database = create_database(to)
    try:
        yield database
    finally:
        with translated(to):
            database.close()


def _pieces(reader: Reader, span: Span) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a span, a piece at a time; the store is free between two pieces."""
    key, after = APPENDED[span.table], span.first
    sql = f"SELECT * FROM {span.table} WHERE {key} >= ? AND {key} <= ? ORDER BY {key} LIMIT {_PIECE}"  # noqa: S608
    while after <= span.last:
        with translated(reader.folder):
            rows: list[tuple[Any, ...]] = reader.connection.execute(sql, (after, span.last)).fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][0] + 1


def _insert(to: Folder, database: Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        with transaction(to, database):
            database.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608


def _run(to: Folder, database: Connection, sql: str) -> None:
    with translated(to):
        database.execute(sql)
