"""What a session's figures are made of, each where it happened: injections, samples, and what every entry added.

A sum over them is the record's own, because each part is what the record's totals grew by with one entry. What was read
back of a gap stands in the gap, what lies between two answers at the later one; what has no known moment is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from devicelog.driver import ReportKind
from devicelog.ledger import Entry, Kind
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.record.adders import Adders
from devicelog.record.record import Record
from devicelog.treatment.totals import CHARGE_SCALE, Totals, longest_step_ms

#: Kinds of entry that may add to totals.
_ADDING = frozenset({Kind.OBSERVATION, Kind.INTERVAL, Kind.FROM_MEMORY, Kind.GAP_FILLED})
#: Where a sample says what flowed, the first that a device has; and what was set there.
_CURRENT, _CURRENT_SET = "current_measured", "current_set"
_LOST = "no contact: neither current nor impedance"
_VOLTAGES, _VOLTAGES_SET = ("voltage_measured", "voltage"), "voltage_set"


# Structs, because one of each is made per entry: six times faster than a frozen dataclass.
class Injected(msgspec.Struct, frozen=True, gc=False):
    """One injection: when (microseconds), how deep (mm), how much (mL); None: it was not reported."""

    at_us: int
    depth: float | None
    volume: float | None


class Added(msgspec.Struct, frozen=True, gc=False):
    """What the totals of the session grew by at a moment: mL, mA·min, and ms that have no samples.

    `doubt`: from here on the sums are lower bounds, for a cause that is no gap.
    """

    at_us: int
    injections: int
    volume: float
    charge: float
    unsampled_ms: int
    doubt: bool


@dataclass(slots=True)
class Samples:
    """The samples of one link: moment, measured, set; None where a value is missing or no current could flow.

    `longest_us` is the longest time between two of them that is no gap, None where a person typed them. `lost` are the
    stretches without contact, each with its words.
    """

    link: int
    longest_us: int | None
    unit: str
    points: list[tuple[int, float | None, float | None]] = field(default_factory=list)
    lost: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """All of it as it happened. `zones`: from when on which; `unplaced`: reports that have no known moment."""

    injections: list[Injected] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    samples: dict[int, Samples] = field(default_factory=dict)
    zones: list[tuple[int, str | None]] = field(default_factory=list)
    unplaced: int = 0


def trace(entries: Iterable[Entry]) -> Trace:
    """What these entries, those that count, hold of each moment; LEDGER_ERRORS for a ledger that cannot be read."""
    tracer = _Tracer()
    for entry in entries:
        tracer.take(entry)
    found = tracer.trace
    found.injections.sort(key=lambda one: one.at_us)
    found.added.sort(key=lambda one: one.at_us)
    for samples in found.samples.values():
        samples.points.sort(key=lambda point: point[0])
    return found


class _Totals(Record):
    """A record without the spreads, which cost as much as all else and are of no moment."""

    def _new_adders(self) -> Adders:
        return Adders(self.tally, None, self.devices)


class _Tracer:
    """Folds the record anew, and looks after each entry what it made of the totals."""

    def __init__(self) -> None:
        self.trace = Trace()
        self._record: Record = _Totals()
        self._readers: dict[int, _Injections | _Samples | None] = {}

    def take(self, entry: Entry) -> None:
        """One more entry."""
        record = self._record
        if entry.kind not in _ADDING:
            record.apply(entry)
            self._hear(entry)
            return
        totals = record.tally.session
        before = totals.injections, totals.volume, totals.charge, totals.missing_ms
        record.apply(entry)
        at_us, layout, values = self._what(entry)
        if layout is not None:
            reader = self._reader(layout)
            if reader is not None:
                reader.take(at_us, values)
        if before != (totals.injections, totals.volume, totals.charge, totals.missing_ms):
            self._add(at_us, before, totals, doubt=_doubts(entry))
        elif _doubts(entry):
            self.trace.added.append(Added(at_us, 0, 0.0, 0.0, 0, True))

    def _hear(self, entry: Entry) -> None:
        if entry.kind == Kind.ZONE:
            self.trace.zones.append((entry.t_us, entry.content["zone"]))
        elif entry.kind == Kind.LAYOUT:
            self._readers.pop(entry.content["layout"], None)
        elif entry.kind == Kind.ALARM and "state" in entry.content:
            for reader in self._readers.values():
                if isinstance(reader, _Samples):
                    reader.explain(entry.content)

    def _what(self, entry: Entry) -> tuple[int, Layout | None, Any]:
        """When something happened, and the report that says so if one does."""
        content, layouts = entry.content, self._record.layouts
        if entry.kind == Kind.OBSERVATION:
            return entry.t_us, layouts[content[0]], content[2]
        if entry.kind == Kind.INTERVAL:
            return content["until"], None, None
        if entry.kind == Kind.GAP_FILLED:
            return self._record.gaps[content["gap"]].until_us or entry.t_us, None, None
        if "gap" not in content and "log" not in content:
            return entry.t_us, None, None
        layout = layouts[content["layout"]]
        if content["happened"] is None:
            self.trace.unplaced += layout.kind.treats
            return entry.t_us, None, None
        return content["happened"], layout, content["values"]

    def _add(self, at_us: int, before: tuple[int, int, int, int], now: Totals, *, doubt: bool) -> None:
        injections, volume, charge, missing_ms = before
        self.trace.added.append(
            Added(
                at_us,
                now.injections - injections,
                (now.volume - volume) / NANO,
                (now.charge - charge) / CHARGE_SCALE,
                now.missing_ms - missing_ms,
                doubt,
            )
        )

    def _reader(self, layout: Layout) -> _Injections | _Samples | None:
        if layout.number not in self._readers:
            self._readers[layout.number] = self._new_reader(layout)
        return self._readers[layout.number]

    def _new_reader(self, layout: Layout) -> _Injections | _Samples | None:
        if layout.kind is ReportKind.INJECTION:
            return _Injections(self.trace, layout)
        if layout.kind not in (ReportKind.SAMPLE, ReportKind.PULSE):
            return None
        metric = next((name for name in (_CURRENT, *_VOLTAGES) if _scale(layout, name)), None)
        if metric is None:
            return None
        samples = self.trace.samples.get(layout.link)
        if samples is None:
            device = self._record.devices[layout.link]
            longest_ms = longest_step_ms(device.plan.get("expected_interval_ms"))
            apart = device.typed or layout.kind is ReportKind.PULSE
            unit = "mA" if metric == _CURRENT else "V"
            samples = self.trace.samples[layout.link] = Samples(layout.link, None if apart else longest_ms * 1000, unit)
        return _Samples(samples, layout, metric, self._record)


class _Injections:
    """Reads the injections of one layout."""

    def __init__(self, found: Trace, layout: Layout) -> None:
        self._found = found.injections
        self._depth, self._volume = _Value(layout, "depth"), _Value(layout, "volume")

    def take(self, at_us: int, values: Any) -> None:
        self._found.append(Injected(at_us, self._depth.of(values), self._volume.of(values)))


class _Samples:
    """Reads the samples of one layout.

    Without current and without an impedance, where the device reports one, the circuit was open: that is no measured 0.
    """

    def __init__(self, found: Samples, layout: Layout, metric: str, record: Record) -> None:
        self._found, self._record, self._link = found, record, layout.link
        set_ = _CURRENT_SET if metric == _CURRENT else _VOLTAGES_SET
        self._measured, self._set, self._set_name = _Value(layout, metric), _Value(layout, set_), set_
        self._impedance = layout.position("impedance")
        self._is_lost = False

    def take(self, at_us: int, values: Any) -> None:
        measured = self._measured.of(values)
        set_to = self._set.of(values) if self._set.is_there else self._stated()
        lost = not measured and set_to != 0 and self._impedance is not None and values[self._impedance] is None
        self._found.points.append((at_us, None if lost else measured, set_to))
        if lost and not self._is_lost:
            self._found.lost.append((at_us, at_us, _LOST))
        elif lost or self._is_lost:
            since, _, words = self._found.lost[-1]
            self._found.lost[-1] = since, at_us, words
        self._is_lost = lost

    def explain(self, content: Any) -> None:
        """What the device says of the contact that it has just lost."""
        if self._is_lost and content.get("link") == self._link:
            since, until, _ = self._found.lost[-1]
            self._found.lost[-1] = since, until, str(content["text"])

    def _stated(self) -> float | None:
        stated = self._record.tally.settings(self._link).get(self._set_name)
        return stated / NANO if isinstance(stated, int) else None


class _Value:
    """One value of a layout, as a number in the record's unit for a drawing; None without a value or a unit."""

    def __init__(self, layout: Layout, metric: str) -> None:
        self._position = layout.position(metric)
        self._scale = _scale(layout, metric)
        self.is_there = self._scale != 0

    def of(self, values: Any) -> float | None:
        if self._position is None or not self._scale:
            return None
        value = values[self._position]
        return None if value is None else nano(value, self._scale) / NANO


def _scale(layout: Layout, metric: str) -> int:
    position = layout.position(metric)
    return layout.columns[position].scale if position is not None else 0


def _doubts(entry: Entry) -> bool:
    """Whether what an entry adds is a lower bound."""
    return entry.kind == Kind.INTERVAL and bool(entry.content.get("odd") or entry.content.get("without_volume", 0) > 0)
