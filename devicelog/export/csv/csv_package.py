"""The CSV files of a session: one for each kind of observation, the tables about the session, and a data dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from devicelog.export.csv.observations import ObservationTables
from devicelog.export.csv.session_tables import session_tables
from devicelog.export.csv.table import Cell, Table, open_table, text
from devicelog.export.session import ExportedSession

#: What stands in each column of each table.
DICTIONARY = Table(
    "data_dictionary.csv",
    (
        text("file", "name of the file"),
        text("column", "head of the column"),
        text("meaning", "what stands there; an empty cell is a missing value"),
        text("unit", "unit of the numbers; empty: no number"),
        text("type", "number, text, time, yes or no"),
        text("basis", "what a figure stands for, if that is stated"),
        text("category", "setting, measurement, counter, state ..., for what a device reports"),
        text("source", "where it comes from"),
    ),
)

ABOUT = f"""\
*.csv                  tables, one for each kind of report of the devices, and about the session
{DICTIONARY.file}    what stands in each column of each table, and in which unit"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write the tables; memory does not grow with the length of the session."""
    filled = session_tables(session)
    taken = {DICTIONARY.file, *(table.file for table, _ in filled)}
    observations = ObservationTables(session, taken)
    observations.write(folder)
    for table, rows in filled:
        _write(folder, table, rows)
    tables = [*observations.tables(), *[table for table, _ in filled], DICTIONARY]
    _write(folder, DICTIONARY, [row for table in tables for row in _described(table)])


def _write(folder: Path, table: Table, rows: Iterable[Sequence[Cell]]) -> None:
    with open_table(folder, table) as writer:
        for row in rows:
            writer.row(row)


def _described(table: Table) -> list[Sequence[Cell]]:
    return [
        (table.file, field.head, field.meaning, field.unit, field.type.value, field.basis, field.category, field.source)
        for field in table.fields
    ]
