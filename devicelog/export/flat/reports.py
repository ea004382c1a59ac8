"""Rows of injections, or of samples and pulses, over many sessions: a column for each metric and unit that one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from devicelog.driver import ReportKind
from devicelog.export.csv.observation_rows import DEVICE_LOG, LIVE, MEMORY, ORIGINS, TYPED, Context
from devicelog.export.csv.syringes import Source, Syringes
from devicelog.export.csv.table import ENTRY, LINK, Field, Type, moment, num, required, text
from devicelog.export.csv.value import Key, is_numbered, key_of
from devicelog.export.flat.session_columns import Value, Veil, session_cells
from devicelog.export.session import ExportedSession
from devicelog.ledger import Entry, Kind, Line, Verdict
from devicelog.ledger.amendment import held
from devicelog.numbers import is_writable, number, seconds
from devicelog.observation.layout import Column, Layout

#: What stands between the columns of the session and the values.
HEAD: tuple[Field, ...] = (
    ENTRY,
    *map(required, moment("", "when the host received the report")),
    required(LINK),
    text("driver", "driver that read the device"),
    text("device model", "as the device said"),
    text("device serial", "as the device said; empty: it had not said it yet"),
    text("zone", "zone in use"),
    text("zone code", "its code on the body map"),
    text("products", "what was in the syringe in use; several are joined by a semicolon"),
    text("lots", "the lot of each of these"),
)
TAIL: tuple[Field, ...] = (
    text("verdict", "held against the treatment protocol; empty: nothing to hold it against", Verdict.WORDS),
    text("limits breached", "names of the limits that it breached"),
    text("unresolved", "values whose unit is not known, as sent"),
    required(text("origin", "live, typed, memory or device_log", ORIGINS)),
    num("happened", "s", "when it was made, since the beginning, as the device's own clock tells; not if live"),
)
_FIXED = {field.name for field in (*HEAD, *TAIL)} | {"session", "subject", "date", "state", "simulated", "typed"}


def layouts_in(lines: Iterable[Line]) -> Iterator[Layout]:
    """The layouts of a session, those of its amendments among them, without reading what was observed."""
    for line in lines:
        if line.kind == Kind.LAYOUT:
            yield Layout.from_content(line.entry().content)
        elif line.kind == Kind.AMENDED:
            entry = held(line.entry().content)
            if entry.kind == Kind.LAYOUT:
                yield Layout.from_content(entry.content)


class ReportColumns:
    """The columns of values of reports of these kinds, gathered from session to session."""

    def __init__(self, kinds: Sequence[ReportKind]) -> None:
        self._kinds = kinds
        self._fields: dict[Key, Field] = {}

    def add(self, layouts: Iterable[Layout]) -> None:
        """Have columns for these."""
        for layout in layouts:
            for column in layout.columns if layout.kind in self._kinds else ():
                if column.fault is None:
                    self._fields.setdefault(key_of(column), _field(column))

    @property
    def fields(self) -> list[Field]:
        """The columns as they were gathered."""
        return list(self._fields.values())

    def rows(self, session: ExportedSession, veil: Veil) -> Iterator[Sequence[Value]]:
        """The reports of a session that count, in the order of its ledger."""
        return _Rows(session, list(self._fields), self._kinds, veil).rows()


class _Rows:
    """Makes the rows of one session."""

    def __init__(self, session: ExportedSession, keys: Sequence[Key], kinds: Sequence[ReportKind], veil: Veil) -> None:
        self._session = session
        self._veil = veil
        self._keys = {key: place for place, key in enumerate(keys)}
        self._layouts = {n: one for n, one in session.record.layouts.items() if one.kind in kinds}
        self._makes = {n: [_resolver(column) for column in one.columns] for n, one in self._layouts.items()}
        self._context = Context(session, Syringes.of(session.record))
        self._head = session_cells(session, veil)
        self._devices: dict[int, dict[str, Any]] = {}

    def rows(self) -> Iterator[Sequence[Value]]:
        context = self._context
        for entry in self._session.counting():
            content = entry.content
            match entry.kind:
                case Kind.OBSERVATION if content[0] in self._layouts:
                    number_, _, values, verdict, breached = content
                    layout = self._layouts[number_]
                    origin = TYPED if self._session.record.devices[layout.link].typed else LIVE
                    place = (context.zone, context.source)
                    yield self._row(entry, layout, place, values, (verdict, breached), (origin, None))
                case Kind.FROM_MEMORY if content["layout"] in self._layouts and ("gap" in content or "log" in content):
                    yield self._remembered(entry)
                case Kind.ZONE:
                    context.zone = content["zone"]
                case Kind.SYRINGE_IN_USE:
                    context.source = context.syringes.source(content["syringe"])
                case Kind.DEVICE_BOUND | Kind.DEVICE_CHANGED:
                    self._devices[content["link"]] = content

    def _remembered(self, entry: Entry) -> Sequence[Value]:
        content, happened = entry.content, entry.content["happened"]
        source = self._context.syringes.at(happened, self._context.uncertain_us(content.get("log")))
        origin = DEVICE_LOG if "log" in content else MEMORY, seconds(happened) if happened is not None else None
        judged = (content["verdict"], content["breached"])
        layout = self._layouts[content["layout"]]
        return self._row(entry, layout, (content["zone"], source), content["values"], judged, origin)

    def _row(
        self,
        entry: Entry,
        layout: Layout,
        place: tuple[str | None, Source],
        values: Sequence[Any],
        judged: tuple[int | None, Sequence[int]],
        origin: tuple[str, Value],
    ) -> Sequence[Value]:
        record, (zone, source), (verdict, breached) = self._session.record, place, judged
        who = self._devices.get(layout.link, {})
        cells, unresolved = self._values(layout, values)
        own: list[Value] = [
            layout.link,
            record.devices[layout.link].plan["driver"],
            who.get("model"),
            who.get("serial"),
        ]
        own += [zone, record.places.get(zone) if zone is not None else None, *source[1:]]
        limits = "; ".join(self._session.limits.get(limit, f"limit {limit}") for limit in breached) or None
        told = [self._veil(self._session, field.name, cell) for field, cell in zip(HEAD[3:], own, strict=True)]
        return [
            *self._head,
            *(entry.number, record.wall(entry.t_us), seconds(entry.t_us)),
            *told,
            *cells,
            Verdict.WORDS[verdict] if verdict is not None else None,
            limits,
            unresolved,
            *origin,
        ]

    def _values(self, layout: Layout, values: Sequence[Any]) -> tuple[list[Value], str | None]:
        cells: list[Value] = [None] * len(self._keys)
        unresolved = []
        for column, make, value in zip(layout.columns, self._makes[layout.number], values, strict=True):
            resolved = make(value) if value is not None else None
            if resolved is not None:
                cells[self._keys[key_of(column)]] = resolved
            elif value is not None:
                unresolved.append(f"{column.metric} {value} {column.token}".rstrip())
        return cells, "; ".join(unresolved) or None


def _resolver(column: Column) -> Callable[[Any], Value]:
    """What gives a value in the record's unit, to the billionth as everywhere; None for what is no such number."""
    if column.fault is not None:
        return lambda _: None
    factor = column.factor if column.factor is not None else Decimal(1)
    if column.factor is None and not is_numbered(column):
        return str

    def make(value: Any) -> Value:
        try:
            resolved = Decimal(value) * factor
        except InvalidOperation:
            return None
        return Decimal(number(resolved)) if is_writable(resolved) else None

    return make


def _field(column: Column) -> Field:
    metric, unit = key_of(column)
    name = f"{metric} of the device" if metric in _FIXED else metric
    meaning = f"{metric.replace('_', ' ')}, as a device reported it"
    return Field(name, meaning, Type.NUMBER if unit else Type.TEXT, unit, category=column.category.value)
