"""The panels of a session's chart: what its devices reported of it, under the limits of its treatment protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from devicelog.chart.model import Band, Limit, Panel, Point, Style
from devicelog.chart.treatment import Curve, Scene, Sum, dots, flow, summed
from devicelog.driver import ReportKind
from devicelog.export.ucum import UCUM
from devicelog.record.caveats import CURRENT, INJECTED, Quantity, basis, dose, gaps_of
from devicelog.treatment.protocol import Channel, Direction, Scope, Severity
from devicelog.treatment.protocol_file import limits_kept
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.trace import Added, Samples, Trace
    from devicelog.treatment import protocol


def injection_panels(record: Record, traced: Trace, scene: Scene) -> Iterator[Panel]:
    """Depth and volume of each injection, and the sum of the volumes; of the counts where no volume is known."""
    depths = [(one.at_us / 1e6, one.depth) for one in traced.injections if one.depth is not None]
    volumes = [(one.at_us / 1e6, one.volume) for one in traced.injections if one.volume is not None]
    if depths:
        yield dots(scene, _with_basis(record, "depth"), "mm", depths, limits(record, Channel.DEPTH, Scope.INJECTION))
    if volumes:
        held = limits(record, Channel.VOLUME, Scope.INJECTION)
        yield dots(scene, _with_basis(record, "volume", "volume of an injection"), "mL", volumes, held)
    if any(one.volume for one in traced.added):
        total = _sum(record, "volume", [(one, one.volume) for one in traced.added], INJECTED)
        held = limits(record, Channel.VOLUME_TOTAL, Scope.SESSION)
        yield summed(scene, "volume so far", "mL", total, held, Style.STEPS)
    elif any(one.injections for one in traced.added):
        total = _sum(record, "injections", [(one, float(one.injections)) for one in traced.added], INJECTED)
        held = limits(record, Channel.INJECTION_COUNT, Scope.SESSION)
        yield summed(scene, "injections so far", "", total, held, Style.STEPS)


def flow_panels(record: Record, traced: Trace, scene: Scene) -> Iterator[Panel]:
    """Current, or voltage where no current is measured, set and measured; and the dose so far where it is known."""
    for unit, quantity, metric, channel in (
        ("mA", "current", "current_measured", Channel.CURRENT),
        ("V", "voltage", "voltage", Channel.VOLTAGE),
    ):
        found = [samples for samples in traced.samples.values() if samples.unit == unit]
        if found:
            curves = [_curve(record, samples, named=len(found) > 1) for samples in found]
            held = limits(record, channel, Scope.SAMPLE, of=basis(record, metric))
            yield flow(scene, _with_basis(record, metric, quantity), unit, curves, held)
    if any(one.charge for one in traced.added) and dose(record, None, "charge").value is not None:
        total = _sum(record, "charge", [(one, one.charge) for one in traced.added], CURRENT)
        held = limits(record, Channel.CHARGE_DOSE, Scope.SESSION)
        yield summed(scene, "dose so far", "mA·min", total, held, Style.CURVE)


def _with_basis(record: Record, metric: str, quantity: str | None = None) -> str:
    """A quantity with what its figures stand for: "depth (extension)"."""
    said = basis(record, metric)
    return f"{quantity or metric} ({said})" if said is not None else quantity or metric


def _curve(record: Record, samples: Samples, *, named: bool) -> Curve:
    """The samples of one device; its line is broken where two of them are too far apart, or a gap lies between."""
    gaps = sorted(gap.since_us for gap in record.gaps.values() if gap.link == samples.link and gap.missing != 0)
    measured: list[Point] = []
    set_to: list[Point] = []
    last_us: int | None = None
    for at_us, value, wanted in samples.points:
        passed = bool(gaps) and gaps[0] < at_us
        while gaps and gaps[0] < at_us:
            gaps.pop(0)
        apart = last_us is not None and samples.longest_us is not None and at_us - last_us > samples.longest_us
        if last_us is not None and (passed or apart):
            measured.append((last_us / 1e6, None))
            set_to.append((last_us / 1e6, None))
        measured.append((at_us / 1e6, value))
        set_to.append((at_us / 1e6, wanted))
        last_us = at_us
    name = record.devices[samples.link].serial if named else ""
    return Curve(name, measured, set_to, apart=samples.longest_us is None)


def _sum(record: Record, of: Quantity, added: Iterable[tuple[Added, float]], kinds: Iterable[ReportKind]) -> Sum:
    """What adds up, and from when on it is a lower bound; it is one in the end exactly if the record says so."""
    parts = list(added)
    lacking = [gap for gap in gaps_of(record, *kinds) if gap.missing != 0]
    ends = [(gap.since_us, gap.until_us if gap.until_us is not None else record.last_us) for gap in lacking]
    doubts = [since + 1 for since, _ in ends]
    if of == "charge":
        doubts += [one.at_us for one, _ in parts if one.unsampled_ms > 0]
    else:
        doubts += [one.at_us for one, _ in parts if one.doubt]
    if of == "volume":
        doubts += [one.at_us for one, volume in parts if one.injections > 0 and not volume]
    missing = [Band(since / 1e6, until / 1e6, "") for since, until in ends]
    doubted = min(doubts, default=0) / 1e6 if dose(record, None, of).at_least else None
    return Sum([(one.at_us / 1e6, amount) for one, amount in parts], missing, doubted)


# -- limits ----------------------------------------------------------------------------------------------------


def limits(record: Record, channel: Channel, scope: Scope, of: str | None = None) -> list[Limit]:
    """The limits of a treatment protocol on one quantity, hard and soft; one name for both where they are equal.

    A limit on a mean, rms or peak is drawn only where that is what the device states (`of`), or direct current.
    """
    return [
        each
        for limit in limits_kept(record.protocol)
        if limit.channel is channel and limit.scope is scope and not limit.documented
        if limit.statistic is None or scope is not Scope.SAMPLE or of in ("dc", limit.statistic.value)
        for each in _drawn(limit)
    ]


def _drawn(limit: protocol.Limit) -> Iterator[Limit]:
    least = "least, " if limit.direction is Direction.MIN else ""
    shown = UCUM[limit.unit].shown
    if limit.hard is not None and limit.hard == limit.soft:
        yield Limit(f"soft and hard limit {least}{plain(limit.hard)} {shown}".rstrip(), float(limit.hard), hard=True)
        return
    for severity, value in ((Severity.HARD, limit.hard), (Severity.SOFT, limit.soft)):
        if value is not None:
            name = f"{severity.value} limit {least}{plain(value)} {shown}".rstrip()
            yield Limit(name, float(value), hard=severity is Severity.HARD)
