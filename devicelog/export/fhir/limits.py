"""What the treatment protocol allows, beside a figure: referenceRange, and whether the figure was beyond it.

What single reports were held against while it was recorded is told by the alarms of that limit, because a verdict
minds tolerance, delay, the needles of a head and the basis of a current. A total is held against its limit here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from devicelog.export.fhir.elements import Json, hl7, measure, own
from devicelog.export.fhir.resources import Resources
from devicelog.export.session import ExportedSession
from devicelog.treatment.citation import bracketed
from devicelog.treatment.protocol import Channel, Citation, Direction, Limit, Scope, Severity
from devicelog.treatment.protocol_file import limits_kept

#: What of a figure is limited: the channel of a single report, or of a total.
CHANNELS = {
    "depth": Channel.DEPTH,
    "volume": Channel.VOLUME,
    "current_measured": Channel.CURRENT,
    "voltage": Channel.VOLTAGE,
    "volume_total": Channel.VOLUME_TOTAL,
    "injections": Channel.INJECTION_COUNT,
    "elapsed": Channel.DURATION,
    "charge": Channel.CHARGE_DOSE,
}
_TOTALS = (Scope.ZONE, Scope.SESSION)
#: Units that differ between a figure and its limit, and the factor between them.
_FACTORS = {("min", "s"): Decimal(60)}
_BEYOND = {
    (Direction.MAX, Severity.SOFT): ("H", "High"),
    (Direction.MAX, Severity.HARD): ("HH", "Critical high"),
    (Direction.MIN, Severity.SOFT): ("L", "Low"),
    (Direction.MIN, Severity.HARD): ("LL", "Critical low"),
}


def limits_of(found: Resources, figure: str, zone: str | None) -> list[Limit]:
    """The limits on a figure of a zone (None: of the session)."""
    total = Scope.ZONE if zone is not None else Scope.SESSION
    channel = CHANNELS.get(figure)
    return [
        limit
        for limit in found.session.once(_kept)
        if limit.channel is channel and (limit.scope is total or limit.scope not in _TOTALS)
    ]


def _kept(session: ExportedSession) -> tuple[Limit, ...]:
    return limits_kept(session.record.protocol)


def ranges(limits: Sequence[Limit], unit: str) -> list[Json]:
    """The limits as reference ranges, each with its source in words."""
    return [
        {
            "low" if limit.direction is Direction.MIN else "high": measure(bound, unit),
            "text": f"{severity} limit, {limit.name} {bracketed(source)}",
        }
        for limit in limits
        for severity, value, source in _bounds(limit)
        for bound in [_in(value, limit.unit, unit)]
        if bound is not None
    ]


def interpretation(
    found: Resources, limits: Sequence[Limit], zone: str | None, value: Decimal, unit: str, *, at_least: bool
) -> list[Json]:
    """Whether a figure was beyond its limits; nothing where there is none."""
    held = [limit for limit in limits if not limit.documented]
    worst = [_beyond(found, limit, zone, value, unit) for limit in held]
    for severity in (Severity.HARD, Severity.SOFT):
        for limit, beyond in zip(held, worst, strict=True):
            if beyond is severity:
                return [hl7("v3-ObservationInterpretation", *_BEYOND[limit.direction, severity])]
    if not held:
        return []
    if at_least or (found.record.verdicts["not evaluable"] and any(one.scope not in _TOTALS for one in held)):
        return [own("not-evaluable")]
    if any(_elsewhere(found, limit, zone) for limit in held):
        return []
    return [hl7("v3-ObservationInterpretation", "N", "Normal")]


def _beyond(found: Resources, limit: Limit, zone: str | None, value: Decimal, unit: str) -> Severity | None:
    if limit.scope not in _TOTALS:
        raised = [
            alarm.severity
            for alarm in found.record.alarms.values()
            if alarm.limit == limit.number and zone in (None, alarm.zone)
        ]
        return Severity.HARD if "hard" in raised else Severity.SOFT if "soft" in raised else None
    for severity, stated, _ in reversed(_bounds(limit)):
        bound = _in(stated, limit.unit, unit)
        slack = _in(limit.tolerance, limit.unit, unit)
        if bound is None or slack is None:
            continue
        if value > bound + slack if limit.direction is Direction.MAX else value < bound - slack:
            return severity
    return None


def _elsewhere(found: Resources, limit: Limit, zone: str | None) -> bool:
    """Whether the limit of a single report was breached in another zone: such an alarm may last into this one."""
    alarms = found.record.alarms.values()
    return zone is not None and limit.scope not in _TOTALS and any(one.limit == limit.number for one in alarms)


def _bounds(limit: Limit) -> list[tuple[Severity, Decimal, Citation | None]]:
    both = ((Severity.SOFT, limit.soft, limit.soft_source), (Severity.HARD, limit.hard, limit.hard_source))
    return [(severity, value, source) for severity, value, source in both if value is not None]


def _in(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A limit's value in the unit of a figure; None if there is no way."""
    factor = Decimal(1) if unit == wanted else _FACTORS.get((unit, wanted))
    return (value * factor).normalize() + 0 if factor is not None else None
