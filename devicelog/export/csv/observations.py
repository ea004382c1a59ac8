"""The tables of observations, one for each report by its name, all written in one pass over the entries.

A column is a metric in one unit of the record. Two layouts of a report (another device, another unit on the wire) share
the columns of what they share; what one of them lacks stays empty, and nothing ever shifts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from devicelog.driver import Category
from devicelog.export.csv.table import Cell, Field, Table, TableWriter, Type, moment, num, open_table, text
from devicelog.export.session import ExportedSession
from devicelog.layout import Column, Layout
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.numbers import is_writable, rfc3339, seconds

#: Names that Windows gives to devices.
_DEVICES = frozenset({"con", "prn", "aux", "nul"})

_MEANING = {
    Category.SETTING: "set at the device",
    Category.MEASUREMENT: "measured or commanded for this one report",
    Category.COUNTER: "counted by the device",
    Category.AMOUNT: "added up by the device",
    Category.GIVEN: "stated by a person: given since the statement before, or instead of it",
    Category.STATE: "a code or word of the device, as sent",
    Category.SEQUENCE: "number of the report, given by the device",
    Category.EPOCH: "changes when the device restarts",
    Category.UPTIME: "the device's own clock since it was started",
}
_HEAD = (
    num("entry", "1", "number of the entry in the session's ledger"),
    *moment("", "when the host received the report"),
    text("device serial", "serial number that the device had given last"),
    text("zone", "zone in use"),
)
_TAIL = (
    text(
        "verdict", f"held against the treatment protocol: {', '.join(Verdict.WORDS)}; empty: nothing to hold it against"
    ),
    text("limits breached", "names of the limits that this observation breached"),
    text("unresolved", "values whose unit is not known, as sent; they are never counted or checked"),
    text(
        "origin",
        "live, memory (read back later from the device's memory) or device_log (from a log that the device keeps)",
    ),
    num("happened", "s", "when it was made, since the beginning, as the device's own clock tells; not if live"),
)
_TYPED_ORIGIN = text("origin", "typed: by a person, and sent by no device; live: by a device")
_FIXED = {field.name for field in (*_HEAD, *_TAIL)}
#: A column of values: its metric and its unit in the record ("" for text and codes).
_Key = tuple[str, str]


class ObservationTables:
    """The tables of one session, worked out from its layouts before the first row."""

    def __init__(self, session: ExportedSession, taken: Collection[str]) -> None:
        """`taken` are the names of files that the other tables have."""
        self._session = session
        self._reports: dict[str, list[Layout]] = {}
        for layout in session.record.layouts.values():
            self._reports.setdefault(layout.report, []).append(layout)
        self._files = _file_names(self._reports, taken)

    def tables(self) -> list[Table]:
        """The tables in the order in which their reports came first."""
        return [
            Table(self._files[report], (*_HEAD, *self._values(report).values(), *self._tail(layouts)))
            for report, layouts in self._reports.items()
        ]

    def _tail(self, layouts: Collection[Layout]) -> tuple[Field, ...]:
        """The last columns; where a person typed something, the origin says so."""
        if not any(self._session.record.devices[layout.link].typed for layout in layouts):
            return _TAIL
        return tuple(_TYPED_ORIGIN if field.name == _TYPED_ORIGIN.name else field for field in _TAIL)

    def write(self, folder: Path) -> None:
        """Write every table, in one pass."""
        with ExitStack() as files:
            writers = [files.enter_context(open_table(folder, table)) for table in self.tables()]
            rows = {
                layout.number: _Row(self._session, layout, list(self._values(report)), writer)
                for writer, (report, layouts) in zip(writers, self._reports.items(), strict=True)
                for layout in layouts
            }
            self._write_rows(rows)

    def _write_rows(self, rows: dict[int, _Row]) -> None:
        zone: str | None = None
        serials: dict[int, str] = {}
        for entry in self._session.counting():
            match entry.kind:
                case Kind.OBSERVATION:
                    row = rows[entry.content[0]]
                    row.write(entry, serials.get(row.link), zone)
                case Kind.FROM_MEMORY if "gap" in entry.content or "log" in entry.content:
                    row = rows[entry.content["layout"]]
                    row.write_remembered(entry, serials.get(row.link))
                case Kind.ZONE:
                    zone = entry.content["zone"]
                case Kind.DEVICE_BOUND | Kind.DEVICE_CHANGED:
                    serials[entry.content["link"]] = entry.content["serial"]

    def _values(self, report: str) -> dict[_Key, Field]:
        """The columns of values that the layouts of a report have between them."""
        values: dict[_Key, Field] = {}
        for layout in self._reports[report]:
            for column in layout.columns:
                if column.fault is None:
                    values.setdefault(_key(column), self._field(layout, column))
        return values

    def _field(self, layout: Layout, column: Column) -> Field:
        driver = self._session.record.devices[layout.link].plan["driver"]
        sent = f", sent in {column.token}" if column.token else ""
        stated = f"as the device states in {column.basis_from}" if column.basis_from else ""
        return Field(
            f"{column.metric} of the device" if column.metric in _FIXED else column.metric,
            f"{column.metric.replace('_', ' ')}: {_MEANING[column.category]}",
            Type.NUMBER if _unit(column) else Type.TEXT,
            _unit(column),
            column.basis or stated,
            column.category.value,
            f"driver {driver}, report {layout.report}{sent}",
        )


class _Row:
    """Writes the observations of one layout into the columns of its report."""

    def __init__(self, session: ExportedSession, layout: Layout, keys: list[_Key], writer: TableWriter) -> None:
        self.link = layout.link
        self._origin = "typed" if session.record.devices[layout.link].typed else "live"
        self._record = session.record
        self._limits = session.limits
        self._columns = layout.columns
        self._writer = writer
        first = len(_HEAD)
        self._places = [first + keys.index(_key(column)) if column.fault is None else -1 for column in layout.columns]
        self._blank: list[Cell] = [None] * (first + len(keys) + len(_TAIL))

    def write(self, entry: Entry, serial: str | None, zone: str | None) -> None:
        _, _, values, verdict, breached = entry.content
        self._write(entry, serial, zone, values, (verdict, breached), (self._origin, None))

    def write_remembered(self, entry: Entry, serial: str | None) -> None:
        """A report that was read back from the device's memory, or stands in a log of its own."""
        content = entry.content
        verdict = content["verdict"], content["breached"]
        happened = content["happened"]
        origin = "device_log" if "log" in content else "memory", seconds(happened) if happened is not None else None
        self._write(entry, serial, content["zone"], content["values"], verdict, origin)

    def _write(
        self,
        entry: Entry,
        serial: str | None,
        zone: str | None,
        values: Sequence[Any],
        judged: tuple[int | None, Sequence[int]],
        origin: tuple[str, Cell],
    ) -> None:
        verdict, breached = judged
        cells = self._blank.copy()
        cells[:5] = entry.number, rfc3339(self._record.wall(entry.t_us)), seconds(entry.t_us), serial, zone
        unresolved = list(self._fill(cells, values))
        cells[-5:] = (
            Verdict.WORDS[verdict] if verdict is not None else None,
            "; ".join(self._limits.get(limit, f"limit {limit}") for limit in breached) or None,
            "; ".join(unresolved) or None,
            *origin,
        )
        self._writer.row(cells)

    def _fill(self, cells: list[Cell], values: Sequence[Any]) -> Iterator[str]:
        """Put the values into their columns; yields in words those that have none."""
        for column, place, value in zip(self._columns, self._places, values, strict=True):
            if value is None:
                continue
            if place >= 0:
                cells[place] = resolved = _resolve(column, value)
                if resolved is not None:
                    continue
            yield f"{column.metric} {value} {column.token}".rstrip()


def _resolve(column: Column, value: Any) -> Cell:
    """A value in the record's unit, text as it is; None for what is not a number of a sensible size."""
    if column.factor is None:
        return value if isinstance(value, str | int) else str(value)
    try:
        resolved = Decimal(value) * column.factor
    except InvalidOperation:
        return None
    return resolved if is_writable(resolved) else None


def _unit(column: Column) -> str:
    numbered = column.unit is None and column.category in (Category.SEQUENCE, Category.EPOCH)
    return "1" if numbered else column.unit or ""


def _key(column: Column) -> _Key:
    return column.metric, _unit(column)


def _file_names(reports: dict[str, list[Layout]], taken: Collection[str]) -> dict[str, str]:
    """A file name for each report: its own name where that is one, and never that of another file."""
    names: dict[str, str] = {}
    for number, report in enumerate(reports, start=1):
        slug = re.sub(r"[^a-z0-9_]+", "_", report.lower())[:40]
        plain = slug == report and slug not in _DEVICES and f"{slug}.csv" not in taken
        names[report] = f"{slug}.csv" if plain else f"report_{number}_{slug}.csv"
    return names
