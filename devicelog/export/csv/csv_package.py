"""The CSV files of a session: what the devices reported, the tables about the session, and what is in each of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from devicelog.export.csv import datapackage
from devicelog.export.csv.cell import Cell
from devicelog.export.csv.events import EventTable
from devicelog.export.csv.observations import ObservationTables
from devicelog.export.csv.session_tables import session_tables
from devicelog.export.csv.table import Field, Table, TableWriter, Written, open_table, required, text
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind, decode
from devicelog.ledger.amendment import ENDS

#: What stands in each column of each table.
DICTIONARY = Table(
    "data_dictionary.csv",
    "What stands in each column",
    (
        required(text("file", "name of the file")),
        required(text("column", "head of the column")),
        required(text("meaning", "what stands there; an empty cell is a missing value")),
        text("unit", "unit of the numbers; empty: no number"),
        required(text("type", "number, whole number, text, time, date, yes or no")),
        text("words", "the only words that stand there; empty: any"),
        text("basis", "what a figure stands for, if that is stated"),
        text("category", "setting, measurement, counter, state ..., for what a device reports"),
        required(text("source", "where it comes from")),
    ),
    ("file", "column"),
)

_OBSERVATION = Kind.OBSERVATION.value

ABOUT = f"""\
*.csv                  tables: injections, samples or other reports of the devices, and what is about the session
{DICTIONARY.file}    what stands in each column of each table, and in which unit
{datapackage.FILE}       the same for programs, with types, keys, sizes and SHA-256 (Frictionless Data Package)"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write the tables, and at last what describes them; memory does not grow with the length of the session."""
    made = session.made(files)
    if made is None:
        _write_package(session, folder)
        return
    for name, data in made.items():
        (folder / name).write_bytes(data)


def files(session: ExportedSession) -> Mapping[str, bytes]:
    """The files of the package by name, for a format that holds them; whoever writes them afterwards has them, too."""
    with tempfile.TemporaryDirectory(prefix="devicelog-") as made:
        _write_package(session, Path(made))
        return {path.name: path.read_bytes() for path in sorted(Path(made).iterdir())}


def _write_package(session: ExportedSession, folder: Path) -> None:
    filled = session_tables(session)
    events = EventTable(session)
    observations = ObservationTables(
        session, {DICTIONARY.file, events.table.file, *(table.file for table, _ in filled)}
    )
    own = observations.tables()
    watched = _watched([*own, *(table for table, _ in filled), events.table])
    written = _write_entries(session, folder, observations, events, watched)
    written += [_write(folder, table, rows, watched) for table, rows in filled]
    described = [row for one in written for row in _described(one.table)] + _described(DICTIONARY)
    written.append(_write(folder, DICTIONARY, described, watched))
    (folder / datapackage.FILE).write_bytes(datapackage.content(session, written))


def _write_entries(
    session: ExportedSession,
    folder: Path,
    observations: ObservationTables,
    events: EventTable,
    watched: dict[str, set[str]],
) -> list[Written]:
    """The tables of what the ledger holds, entry by entry; in one pass where no amendment makes entries count."""
    with ExitStack() as files:
        tables = [*observations.tables(), events.table]
        writers = [files.enter_context(open_table(folder, one, watched.get(one.file, ()))) for one in tables]
        observations.open(writers[:-1])
        if session.record.amendments:
            for entry in session.counting():
                observations.take(entry)
            for entry in session.entries():
                events.write(entry, writers[-1])
        else:
            _write_recorded(session, observations, events, writers[-1])
        observations.flush()
        return [writer.written() for writer in writers]


def _write_recorded(
    session: ExportedSession, observations: ObservationTables, events: EventTable, writer: TableWriter
) -> None:
    """Both kinds of table in one pass. Observations, of which there may be very many, are not made entries first."""
    over = False
    for line in session.source.lines():
        parts = decode(line.body)
        if len(parts) == 8 and parts[2] == _OBSERVATION:
            if not over:
                observations.observe(parts)
            continue
        entry = session.entry(line)
        if not over:
            observations.take(entry)
        events.write(entry, writer)
        over = over or entry.kind in ENDS


def _watched(tables: Iterable[Table]) -> dict[str, set[str]]:
    """By file, the columns that refer to another table or are referred to."""
    found: dict[str, set[str]] = {}
    for table in tables:
        for name, (file, of) in table.refers.items():
            found.setdefault(table.file, set()).add(name)
            found.setdefault(file, set()).add(of)
    return found


def _write(folder: Path, table: Table, rows: Iterable[Sequence[Cell]], watched: dict[str, set[str]]) -> Written:
    with open_table(folder, table, watched.get(table.file, ())) as writer:
        for row in rows:
            writer.row(row)
        return writer.written()


def _described(table: Table) -> list[Sequence[Cell]]:
    return [(table.file, *_meaning(field)) for field in table.fields]


def _meaning(field: Field) -> tuple[Cell, ...]:
    words = "; ".join(field.words) or None
    said = (field.unit, field.type.value, words, field.basis, field.category, field.source)
    return (field.head, field.meaning, *said)
