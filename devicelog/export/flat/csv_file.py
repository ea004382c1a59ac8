"""An analysis table as CSV: the cells of `export/csv/`, with the same guard against formulas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import BinaryIO

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import Field, Table, TableWriter
from devicelog.export.flat.session_columns import Value
from devicelog.numbers import rfc3339


class CsvFile:
    """Writes rows into an open file."""

    def __init__(self, file: BinaryIO, fields: Sequence[Field]) -> None:
        self._writer = TableWriter(Table("", "", tuple(fields)), file, ())

    def row(self, values: Sequence[Value]) -> None:
        """One more row."""
        self._writer.row([_cell(value) for value in values])

    def close(self) -> None:
        """All rows are there."""
        self._writer.written()


def _cell(value: Value) -> Cell:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value
