"""A CSV table whose columns are fixed before its first row: UTF-8, RFC 4180, a unit in the head of every number.

Size and SHA-256 of a file are worked out while it is written, and of columns that refer to another table, or are
referred to, which values stand there: `datapackage.json` says all that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from devicelog.export.csv.cell import Cell, cell_text, quoted

#: So many rows are written at once.
_ROWS = 512


class Type(StrEnum):
    NUMBER = "number"
    WHOLE = "whole number"
    TEXT = "text"
    TIME = "time, RFC 3339"
    DATE = "date"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what stands in its head, and what the data dictionary and `datapackage.json` say of it.

    `least` is the smallest number that may stand there, `words` are all that may; a `required` cell is never empty.
    """

    name: str
    meaning: str
    type: Type = Type.TEXT
    unit: str = ""
    basis: str = ""
    category: str = ""
    source: str = "devicelog"
    required: bool = False
    least: int | None = None
    words: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A file and its columns; `key` names the columns that tell its rows apart.

    `refers` has, by the name of a column, the file and the column in which its values stand.
    """

    file: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    refers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """Where a column stands; ValueError if there is none of that name."""
        return [field.name for field in self.fields].index(name)


#: A table and its rows.
Filled = tuple[Table, Iterable[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written: size in bytes, SHA-256, and the values of the columns that were watched."""

    table: Table
    size: int
    sha256: str
    rows: int
    values: Mapping[str, Collection[str]]


class TableWriter:
    """Writes the rows of one table; `watched` are the names of columns of which every value is kept."""

    def __init__(self, table: Table, file: BinaryIO, watched: Collection[str]) -> None:
        self.table = table
        self._file = file
        self._digest = sha256()
        self._size = self._rows = 0
        self._lines: list[str] = []
        self._values: dict[str, set[str]] = {name: set() for name in watched}
        self._watched = [(table.place(name), values) for name, values in self._values.items()]
        self.line(",".join(quoted(cell_text(field.head)) for field in table.fields) + "\r\n")

    def row(self, cells: Sequence[Cell]) -> None:
        """A row, with as many cells as there are columns."""
        texts = [cell_text(cell) for cell in cells]
        assert len(texts) == len(self.table.fields), self.table.file
        for place, values in self._watched:
            if texts[place]:
                values.add(texts[place])
        self.line(",".join(map(quoted, texts)) + "\r\n")

    def line(self, line: str) -> None:
        """A row as it stands in the file; whoever made it has told the values that are watched by `see`."""
        self.lines((line,))

    def lines(self, lines: Collection[str]) -> None:
        """Several of them."""
        self._lines += lines
        if len(self._lines) >= _ROWS:
            self._flush()

    def see(self, name: str, cell: Cell) -> None:
        """A value that stands in a column of rows that are written as lines."""
        if name in self._values and cell is not None:
            self._values[name].add(cell_text(cell))

    def written(self) -> Written:
        """What was written."""
        self._flush()
        return Written(self.table, self._size, self._digest.hexdigest(), self._rows - 1, self._values)

    def _flush(self) -> None:
        data = "".join(self._lines).encode()
        self._file.write(data)
        self._digest.update(data)
        self._size += len(data)
        self._rows += len(self._lines)
        self._lines.clear()


@contextmanager
def open_table(folder: Path, table: Table, watched: Collection[str] = ()) -> Iterator[TableWriter]:
    """The table's file with its head, for rows to come."""
    with (folder / table.file).open("wb") as file:
        writer = TableWriter(table, file, watched)
        yield writer
        writer.written()


def num(name: str, unit: str, meaning: str, *, least: int | None = None) -> Field:
    """A column of numbers."""
    return Field(name, meaning, Type.NUMBER, unit, least=least)


def whole(name: str, unit: str, meaning: str, *, least: int | None = 0) -> Field:
    """A column of whole numbers, of counts for the most part."""
    return Field(name, meaning, Type.WHOLE, unit, least=least)


def text(name: str, meaning: str, words: Sequence[str] = ()) -> Field:
    """A column of texts, or of some words only."""
    return Field(name, meaning, words=tuple(words))


def yes_no(name: str, meaning: str) -> Field:
    """A column of yes or no."""
    return Field(name, meaning, Type.YES_NO)


def day(name: str, meaning: str) -> Field:
    """A column of dates."""
    return Field(name, meaning, Type.DATE)


def time(name: str, meaning: str) -> Field:
    """A column of wall times."""
    return Field(f"{name} time_utc", f"{meaning}: the host's wall time in UTC", Type.TIME)


def moment(name: str, meaning: str) -> tuple[Field, Field]:
    """Two columns for one moment: the host's wall time and the time since the session was opened."""
    time_name, elapsed_name = (f"{name} time_utc", f"{name} elapsed") if name else ("time_utc", "elapsed")
    since = "time since the session was opened, by a clock that is never set"
    return (
        Field(time_name, f"{meaning}: the host's wall time in UTC", Type.TIME),
        Field(elapsed_name, f"{meaning}: {since}", Type.NUMBER, "s"),
    )


def required(field: Field) -> Field:
    """The same column, whose cells are never empty."""
    return replace(field, required=True)


#: The columns of most tables that come of the ledger.
ENTRY = required(whole("entry", "1", "number of the entry in the session's ledger", least=1))
LINK = whole("link", "1", "number of the link", least=1)
SERIAL = text("device serial", "serial number of the device at the end of the session")
#: To what these columns refer.
OF_LINK, OF_ZONE = {"link": ("devices.csv", "link")}, {"zone": ("zones.csv", "zone")}
