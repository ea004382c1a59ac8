"""A CSV table whose columns are fixed before its first row: UTF-8, RFC 4180, a unit in the head of every number."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from devicelog.numbers import number

#: What a cell is made of; None is a missing value.
Cell = str | int | Decimal | bool | None

#: A text that begins so is taken for a formula by spreadsheets; it gets an apostrophe in front.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Type(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    TIME = "time, RFC 3339"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what stands in its head, and what the data dictionary says of it."""

    name: str
    meaning: str
    type: Type = Type.TEXT
    unit: str = ""
    basis: str = ""
    category: str = ""
    source: str = "devicelog"

    @property
    def head(self) -> str:
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A file and its columns."""

    file: str
    fields: tuple[Field, ...]


class TableWriter:
    """Writes the rows of one table."""

    def __init__(self, write: Callable[[list[str]], object]) -> None:
        self._write = write

    def row(self, cells: Sequence[Cell]) -> None:
        self._write([cell_text(cell) for cell in cells])


@contextmanager
def open_table(folder: Path, table: Table) -> Iterator[TableWriter]:
    """The table's file with its head, for rows to come."""
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([cell_text(field.head) for field in table.fields])
        yield TableWriter(writer.writerow)


def cell_text(cell: Cell) -> str:
    """A cell as it is written. Numbers stay numbers; only texts are guarded."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return number(cell)


def num(name: str, unit: str, meaning: str) -> Field:
    """A column of numbers."""
    return Field(name, meaning, Type.NUMBER, unit)


def text(name: str, meaning: str) -> Field:
    """A column of texts."""
    return Field(name, meaning)


def yes_no(name: str, meaning: str) -> Field:
    """A column of yes or no."""
    return Field(name, meaning, Type.YES_NO)


def moment(name: str, meaning: str) -> tuple[Field, Field]:
    """Two columns for one moment: the host's wall time and the time since the session was opened."""
    time_name, elapsed_name = (f"{name} time_utc", f"{name} elapsed") if name else ("time_utc", "elapsed")
    return (
        Field(time_name, f"{meaning}: the host's wall time in UTC", Type.TIME),
        Field(
            elapsed_name,
            f"{meaning}: time since the session was opened, by a clock that is never set",
            Type.NUMBER,
            "s",
        ),
    )
