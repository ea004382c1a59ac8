"""The chart of one session: what was injected and what flowed over time, under its limits, with zones, alarms and gaps.

Every figure is the record's: a sum is made of what each entry added to its totals, drawn where that happened. Where
only counts and sums are known (typed, polled) they stand at the moment by which they were known; none is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from devicelog.bodymap.names import name_of
from devicelog.chart import drawing
from devicelog.chart.model import Axis, Band, Chart, Mark, Zone
from devicelog.chart.stretch import stretch
from devicelog.chart.treatment import Scene
from devicelog.driver import ReportKind
from devicelog.export.chart.panels import flow_panels, injection_panels
from devicelog.export.chart.words import described, noted, titled
from devicelog.export.session import ExportedSession
from devicelog.record.accounting import State
from devicelog.record.caveats import CURRENT, INJECTED, gaps_of
from devicelog.record.record import Record
from devicelog.record.trace import Trace, trace

#: A port that is heard later than this is said, as a stretch without data (microseconds).
_LATE_US = 1_000_000


def svg(session: ExportedSession, width: int = 900) -> str:
    """The chart as the text of an SVG file, so many px wide; the same session gives the same text."""
    return drawing.svg(replace(session.once(chart), width=width))


def chart(session: ExportedSession) -> Chart:
    """What is drawn; without a panel if nothing was given, and then the note says so."""
    return chart_of(session.record, trace(session.counting()))


def chart_of(record: Record, traced: Trace, part: tuple[float, float] | None = None) -> Chart:
    """The chart of a record; of a part of it alone, from when to when (s), as finely as that can be drawn."""
    until = record.last_us / 1e6
    given = injection_panels(record, traced, Scene(until, list(_gaps(record, *INJECTED)), part))
    flowed = flow_panels(record, traced, Scene(until, [*_gaps(record, *CURRENT), *_lost(traced)], part))
    panels = [*given, *flowed]
    drawn = Chart(
        title=titled(record, traced),
        description=described(record, traced),
        axis=Axis.ELAPSED,
        first=0.0,
        last=until,
        panels=panels,
        zones=list(_zones(record, traced)),
        marks=[Mark(alarm.began_us / 1e6, alarm.priority, alarm.number) for alarm in record.alarms.values()],
        note=noted(record, traced),
    )
    return drawn if part is None else stretch(drawn, *part)


def _gaps(record: Record, *kinds: ReportKind) -> Iterator[Band]:
    """The gaps of the devices that give such reports, and the time before one was heard at all."""
    for gap in gaps_of(record, *kinds):
        back = "" if not gap.filled else ", read back" if gap.missing == 0 else ", read back in part"
        until_us = gap.until_us if gap.until_us is not None else record.last_us
        yield Band(gap.since_us / 1e6, until_us / 1e6, f"{gap.cause}{back}")
    links = {layout.link for layout in record.layouts.values() if layout.kind in kinds}
    for link in sorted(links & record.devices.keys()):
        for piece in record.devices[link].account.pieces(record.last_us):
            if piece.state is State.GAP and piece.gap is None and piece.lasted_us > _LATE_US:
                yield Band(piece.since_us / 1e6, piece.until_us / 1e6, str(piece.cause))


def _lost(traced: Trace) -> Iterator[Band]:
    """The stretches without contact."""
    for samples in traced.samples.values():
        yield from (Band(since / 1e6, until / 1e6, words) for since, until, words in samples.lost)


def _zones(record: Record, traced: Trace) -> Iterator[Zone]:
    """The zones one behind the other, by their names; one that was chosen again at once is one stretch."""
    ends = [at for at, _ in traced.zones[1:]] + [record.last_us]
    last: Zone | None = None
    for (since, zone), until in zip(traced.zones, ends, strict=True) if traced.zones else ():
        name = name_of(zone, record.places.get(zone)) if zone is not None else None
        if last is not None and last.name == name and last.until == since / 1e6:
            last = replace(last, until=until / 1e6)
            continue
        if last is not None:
            yield last
        last = Zone(since / 1e6, until / 1e6, name) if name is not None else None
    if last is not None:
        yield last
