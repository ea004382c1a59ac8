"""Quantities as they were sampled: an Observation with SampledData for each, where the samples are regular in time.

SampledData of R4 has one interval for all of its values. Samples are placed by the device's own clock, or by the
host's where the device has none; a place without a sample, and a sample without a value, is `E`, never a number that
nobody measured. What is not regular, or too long for a FHIR string, stands in the tables alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from devicelog.driver import Category, ReportKind
from devicelog.export.fhir import devices
from devicelog.export.fhir.elements import Json, annotation, concept, measure, own_or_text, period
from devicelog.export.fhir.limits import limits_of, ranges
from devicelog.export.fhir.observations import about
from devicelog.export.fhir.resources import Resources
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.numbers import are, is_writable, number, rfc3339
from devicelog.observation.layout import Column, Layout
from devicelog.record.caveats import basis

#: A FHIR string is at most 1 MB (hl7.org/fhir/R4/datatypes.html#string).
LONGEST = 1_000_000
#: A sample may be this part of an interval away from its place.
_SLACK = Decimal("0.1")
#: Where so many samples are missing in a row, another trace begins.
_HOLE = 1_000
_MISSING = "E"


@dataclass(slots=True)
class Run:
    """Samples of one layout while the device's clock ran on: moments in ms and in microseconds of the session."""

    layout: Layout
    boot: Any
    samples: list[tuple[Decimal, int, Sequence[Any]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """Regular places in time: the interval in ms, and the place of each sample."""

    interval: Decimal
    places: tuple[int, ...]
    off_ms: Decimal


def traces(found: Resources, procedure: Json) -> list[Json]:
    """A trace of each measured quantity of each run that is regular."""
    made = []
    for number_, run in enumerate(found.session.once(runs), start=1):
        grid = regular(tuple(moment for moment, _, _ in run.samples))
        if grid is None:
            continue
        for place, column in enumerate(run.layout.columns):
            if column.category is Category.MEASUREMENT and column.unit is not None:
                data = values(grid, [row[place] for _, _, row in run.samples], column)
                if len(data) <= LONGEST:
                    made.append(_trace(found, procedure, run, number_, column, grid, data))
    return made


def runs(session: ExportedSession) -> list[Run]:
    """The samples of a session, split where a device restarted or where too many are missing."""
    open_: dict[int, Run] = {}
    found: list[Run] = []
    for layout, moment_us, values_ in _samples(session):
        boot, clock = _clock(layout, moment_us, values_)
        run = open_.get(layout.number)
        if run is None or run.boot != boot:
            run = open_[layout.number] = Run(layout, boot)
            found.append(run)
        if clock is not None:
            run.samples.append((clock, moment_us, values_))
    return [part for run in found for part in _parts(run)]


def _samples(session: ExportedSession) -> Iterator[tuple[Layout, int, Sequence[Any]]]:
    devices_ = session.record.devices
    sampled = {
        number: one
        for number, one in session.record.layouts.items()
        if one.kind is ReportKind.SAMPLE and not devices_[one.link].typed  # nobody types at regular moments
    }
    if not sampled:
        return
    for entry in session.counting():
        if entry.kind == Kind.OBSERVATION:
            if entry.content[0] in sampled:
                yield sampled[entry.content[0]], entry.t_us, entry.content[2]
        elif entry.kind == Kind.FROM_MEMORY and "gap" in entry.content and entry.content["layout"] in sampled:
            yield sampled[entry.content["layout"]], entry.content["happened"], entry.content["values"]


def _clock(layout: Layout, moment_us: int, values_: Sequence[Any]) -> tuple[Any, Decimal | None]:
    """The boot of a sample, and its moment in ms; None if the device's clock said nothing."""
    epoch, uptime = layout.category(Category.EPOCH), layout.category(Category.UPTIME)
    boot = values_[epoch] if epoch is not None else None
    if uptime is None:
        return boot, Decimal(moment_us) / 1000
    column, value = layout.columns[uptime], values_[uptime]
    return boot, Decimal(value) * (column.factor or 1) if isinstance(value, int) else None


def _parts(run: Run) -> Iterator[Run]:
    """A run in the order of its clock, split at long holes."""
    ordered = sorted(run.samples, key=lambda sample: sample[0])
    step = _step([moment for moment, _, _ in ordered])
    part = Run(run.layout, run.boot)
    for sample in ordered:
        if part.samples and step is not None and sample[0] - part.samples[-1][0] > step * _HOLE:
            yield part
            part = Run(run.layout, run.boot)
        part.samples.append(sample)
    if part.samples:
        yield part


def _step(moments: Sequence[Decimal]) -> Decimal | None:
    """The time between two samples that comes most often; of several the shortest."""
    counts = Counter(after - before for before, after in pairwise(moments) if after > before)
    return min(counts, key=lambda step: (-counts[step], step)) if counts else None


def regular(moments: Sequence[Decimal]) -> Grid | None:
    """The regular places that these moments in ms are at; None if they are at none, or if two are at the same."""
    step = _step(moments)
    if step is None:
        return None
    places = [0]
    for before, after in pairwise(moments):
        places.append(places[-1] + int(((after - before) / step).to_integral_value()))
    if len(set(places)) < len(places):
        return None
    interval = ((moments[-1] - moments[0]) / places[-1]).quantize(Decimal("0.000001"))
    off = max(abs(moment - moments[0] - place * interval) for moment, place in zip(moments, places, strict=True))
    return Grid(interval, tuple(places), off) if off <= interval * _SLACK else None


def values(grid: Grid, sent: Iterable[Any], column: Column) -> str:
    """The values of a trace as SampledData has them: decimals or `E`, a blank between them."""
    told: dict[Any, str] = {}
    data = [_MISSING] * (grid.places[-1] + 1)
    for place, value in zip(grid.places, sent, strict=True):
        if value not in told:
            told[value] = _value(value, column)
        data[place] = told[value]
    return " ".join(data)


def _value(value: Any, column: Column) -> str:
    if value is None or column.factor is None:
        return _MISSING
    try:
        resolved = Decimal(value) * column.factor
    except (InvalidOperation, TypeError):
        return _MISSING
    return number(resolved) if is_writable(resolved) else _MISSING


def _trace(found: Resources, procedure: Json, run: Run, number_: int, column: Column, grid: Grid, data: str) -> Json:
    words = column.metric.replace("_", " ")
    of = basis(found.record, column.metric)
    missing = data.split(" ").count(_MISSING)
    clock = "the device's clock" if run.layout.category(Category.UPTIME) is not None else "the host's clock"
    told = f"{words}, every {number(grid.interval)} ms by {clock}"
    notes = [
        f"{told}; no sample is more than {number(grid.off_ms)} ms from its place",
        f"{are(missing, 'value')} missing",
    ]
    unit = measure(0, column.unit or "1")
    moments = [moment for _, moment, _ in run.samples]
    body = {
        **about(found, procedure),
        "effectivePeriod": period(*(rfc3339(found.record.wall(moment)) for moment in (min(moments), max(moments)))),
        "code": own_or_text(column.metric, words),
        "method": concept(f"basis: {of}") if of is not None else None,
        "device": devices.metric(found, run.layout.link, column),
        "valueSampledData": {
            "origin": unit,
            "period": Decimal(number(grid.interval)),
            "dimensions": 1,
            "data": data,
        },
        "referenceRange": ranges(limits_of(found, column.metric, None), column.unit or "1"),
        "note": [annotation(note) for note in notes],
    }
    return found.add("Observation", found.id("trace", number_, column.metric), told, body)
