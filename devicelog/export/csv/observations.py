"""The tables of what the devices reported, all written in one pass over the entries that count.

What was given to the patient stands in `injections.csv`, `samples.csv` (a current) and `pulses.csv`, whatever a device
calls its report; every other report has a table of its own name. A column is a metric in one unit of the record. Two
layouts (another device, another unit on the wire) share the columns of what they share; what one of them lacks stays
empty, and nothing ever shifts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from devicelog.driver import Category, ReportKind
from devicelog.export.csv.observation_rows import ORIGINS, Context, LayoutRows, Observed
from devicelog.export.csv.sheet import Sheet
from devicelog.export.csv.syringes import Syringes
from devicelog.export.csv.table import (
    ENTRY,
    LINK,
    OF_LINK,
    OF_ZONE,
    Field,
    Table,
    TableWriter,
    Type,
    moment,
    num,
    required,
    text,
    whole,
)
from devicelog.export.csv.value import Key, is_numbered, key_of
from devicelog.export.session import ExportedSession
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.observation.layout import Column, Layout

#: Names that Windows gives to devices.
_DEVICES = frozenset({"con", "prn", "aux", "nul"})
#: The tables of what was given, and what each row of them is.
_GIVEN: Mapping[ReportKind, tuple[str, str]] = {
    ReportKind.INJECTION: ("injections.csv", "Injections, one a row"),
    ReportKind.SAMPLE: ("samples.csv", "Samples of the current, one a row"),
    ReportKind.PULSE: ("pulses.csv", "Pulses, one a row"),
}

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
    ENTRY,
    *map(required, moment("", "when the host received the report")),
    required(LINK),
    text("device serial", "serial number that the device had given last; empty: none yet"),
    text("zone", "zone in use; empty: none"),
)
_SOURCE = (
    required(text("report", "what the device calls such a report")),
    whole("syringe", "1", "number of the syringe in use; empty: none was stated, or nobody knows which of several"),
    text("products", "what was in that syringe, by name; several are joined by a semicolon"),
    text("lots", "the lot of each of these; `not stated` for one of which nobody stated it"),
)
_TAIL = (
    text("verdict", "held against the treatment protocol; empty: nothing to hold it against", Verdict.WORDS),
    text("limits breached", "names of the limits that this observation breached"),
    text("unresolved", "values whose unit is not known, as sent; they are never counted or checked"),
    required(
        text(
            "origin",
            "live: sent as it happened; typed: by a person, and sent by no device; memory: read back later from the "
            "device's memory; device_log: from a log that the device keeps",
            ORIGINS,
        )
    ),
    num("happened", "s", "when it was made, since the beginning, as the device's own clock tells; not if live"),
)
_FIXED = {field.name for field in (*_HEAD, *_SOURCE, *_TAIL)}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A table and the layouts whose observations stand in it; `keys` are its columns of values."""

    table: Table
    layouts: Sequence[Layout]
    keys: Sequence[Key]


class ObservationTables:
    """The tables of one session, worked out from its layouts before the first row."""

    def __init__(self, session: ExportedSession, taken: Collection[str]) -> None:
        """`taken` are the names of files that the other tables have."""
        self._session = session
        self._context = Context(session, Syringes.of(session.record))
        self._plans = list(self._planned(taken))
        self._sheets: dict[int, Sheet] = {}

    def tables(self) -> list[Table]:
        """The tables, those of what was given first."""
        return [plan.table for plan in self._plans]

    def open(self, writers: Iterable[TableWriter]) -> None:
        """Write to these, one for each of the tables."""
        for writer, plan in zip(writers, self._plans, strict=True):
            sheet = Sheet(writer, self._context, {one.number: self._rows(plan, one) for one in plan.layouts})
            self._sheets |= {layout.number: sheet for layout in plan.layouts}

    def observe(self, row: Observed) -> None:
        """One more observation that counts."""
        self._sheets[row[3]].add(row)

    def take(self, entry: Entry) -> None:
        """One more of the entries that count."""
        content, context = entry.content, self._context
        match entry.kind:
            case Kind.OBSERVATION:
                self.observe((entry.number, entry.t_us, entry.kind, *content))
            case Kind.FROM_MEMORY if "gap" in content or "log" in content:
                self._sheets[content["layout"]].add_remembered(entry)
            case Kind.ZONE:
                self.flush()
                context.zone = content["zone"]
            case Kind.SYRINGE_IN_USE:
                self.flush()
                context.source = context.syringes.source(content["syringe"])
            case Kind.DEVICE_BOUND | Kind.DEVICE_CHANGED:
                self.flush()
                context.serials[content["link"]] = content["serial"]

    def flush(self) -> None:
        """Write what waits."""
        for sheet in self._sheets.values():
            sheet.flush()

    def _rows(self, plan: _Plan, layout: Layout) -> LayoutRows:
        places = [plan.keys.index(key_of(one)) if one.fault is None else -1 for one in layout.columns]
        return LayoutRows(self._context, layout, places, len(plan.keys), has_source=layout.kind in _GIVEN)

    def _planned(self, taken: Collection[str]) -> Iterator[_Plan]:
        layouts = self._session.record.layouts.values()
        given: dict[ReportKind, list[Layout]] = {}
        others: dict[str, list[Layout]] = {}
        for layout in layouts:
            if layout.kind in _GIVEN:
                given.setdefault(layout.kind, []).append(layout)
            else:
                others.setdefault(layout.report, []).append(layout)
        for kind, found in given.items():
            yield self._plan(*_GIVEN[kind], found, _SOURCE)
        names = _file_names(others, {*taken, *(file for file, _ in _GIVEN.values())})
        for report, found in others.items():
            yield self._plan(names[report], f"Reports of the device called {report}", found, ())

    def _plan(self, file: str, title: str, layouts: Sequence[Layout], source: tuple[Field, ...]) -> _Plan:
        values = self._values(layouts)
        refers = {**OF_LINK, **OF_ZONE, **({"syringe": ("syringes.csv", "syringe")} if source else {})}
        fields = (*_HEAD, *source, *values.values(), *_TAIL)
        return _Plan(Table(file, title, fields, ("entry",), refers), layouts, list(values))

    def _values(self, layouts: Sequence[Layout]) -> dict[Key, Field]:
        """The columns of values that layouts have between them."""
        columns: dict[Key, list[tuple[Layout, Column]]] = {}
        for layout in layouts:
            for column in layout.columns:
                if column.fault is None:
                    columns.setdefault(key_of(column), []).append((layout, column))
        return {key: self._field(key, found) for key, found in columns.items()}

    def _field(self, key: Key, found: Sequence[tuple[Layout, Column]]) -> Field:
        metric, unit = key
        bases = dict.fromkeys(_basis(column) for _, column in found)
        sources = dict.fromkeys(self._source(layout, column) for layout, column in found)
        categories = dict.fromkeys(column.category for _, column in found)
        numbered = all(is_numbered(column) for _, column in found)
        return Field(
            f"{metric} of the device" if metric in _FIXED else metric,
            f"{metric.replace('_', ' ')}: {' or '.join(_MEANING[category] for category in categories)}",
            Type.WHOLE if numbered else Type.NUMBER if unit else Type.TEXT,
            unit,
            " or ".join(filter(None, bases)),
            " or ".join(category.value for category in categories),
            "; ".join(sources),
        )

    def _source(self, layout: Layout, column: Column) -> str:
        driver = self._session.record.devices[layout.link].plan["driver"]
        sent = f", sent in {column.token}" if column.token else ""
        return f"driver {driver}, report {layout.report}{sent}"


def _basis(column: Column) -> str:
    return column.basis or (f"as the device states in {column.basis_from}" if column.basis_from else "")


def _file_names(reports: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """A file name for each report: its own name where that is one, and never that of another file."""
    names: dict[str, str] = {}
    for number, report in enumerate(reports, start=1):
        slug = re.sub(r"[^a-z0-9_]+", "_", report.lower())[:40]
        plain = slug == report and slug not in _DEVICES and f"{slug}.csv" not in taken
        names[report] = f"{slug}.csv" if plain else f"report_{number}_{slug}.csv"
    return names
