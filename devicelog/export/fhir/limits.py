"""What the treatment protocol allows, beside a figure: referenceRange, and whether the figure was beyond it.

What single reports breached, their own verdicts say, zone by zone: a verdict minds tolerance, the needles of a head and
the basis of a current, which a lowest or highest value does not. A total is held against its limit here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from devicelog.export.fhir.elements import Json, hl7, measure, own
from devicelog.export.fhir.resources import Resources
from devicelog.export.session import ExportedSession, protocol_limits
from devicelog.ledger import Kind, Verdict
from devicelog.treatment.citation import bracketed
from devicelog.treatment.protocol import Channel, Citation, Direction, Limit, Scope, Severity

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
_EXCEEDED, _NOT_EVALUABLE = (Verdict.WORDS.index(word) for word in ("exceeded", "not evaluable"))
#: Verdicts by zone and limit.
Verdicts = Mapping[tuple[str | None, int | None], set[int]]
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
        for limit in found.session.once(protocol_limits)
        if limit.channel is channel and (limit.scope is total or limit.scope not in _TOTALS)
    ]


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
    single = any(limit.scope not in _TOTALS for limit in held)
    if at_least or (single and _NOT_EVALUABLE in found.session.once(verdicts).get((zone, None), ())):
        return [own("not-evaluable")]
    return [hl7("v3-ObservationInterpretation", "N", "Normal")]


def _beyond(found: Resources, limit: Limit, zone: str | None, value: Decimal, unit: str) -> Severity | None:
    if limit.scope not in _TOTALS:
        given = found.session.once(verdicts).get((zone, limit.number), ())
        raised = [alarm.severity for alarm in found.record.alarms.values() if alarm.limit == limit.number]
        if _EXCEEDED in given and Severity.HARD in raised:
            return Severity.HARD
        return Severity.SOFT if given else None
    for severity, stated, _ in reversed(_bounds(limit)):
        bound = _in(stated, limit.unit, unit)
        slack = _in(limit.tolerance, limit.unit, unit)
        if bound is None or slack is None:
            continue
        if value > bound + slack if limit.direction is Direction.MAX else value < bound - slack:
            return severity
    return None


def verdicts(session: ExportedSession) -> Verdicts:
    """The verdicts on single reports, by zone (None: in the whole session) and breached limit (None: on any)."""
    found: dict[tuple[str | None, int | None], set[int]] = {}
    zone: str | None = None
    for entry in session.counting():
        if entry.kind == Kind.ZONE:
            zone = entry.content["zone"]
            continue
        if entry.kind == Kind.OBSERVATION:
            where, (verdict, breached) = zone, entry.content[3:5]
        elif entry.kind == Kind.FROM_MEMORY and ("gap" in entry.content or "log" in entry.content):
            where, verdict, breached = (entry.content[name] for name in ("zone", "verdict", "breached"))
        else:
            continue
        if verdict is not None:
            for key in ((place, limit) for place in {None, where} for limit in (None, *breached)):
                found.setdefault(key, set()).add(verdict)
    return found


def _bounds(limit: Limit) -> list[tuple[Severity, Decimal, Citation | None]]:
    both = ((Severity.SOFT, limit.soft, limit.soft_source), (Severity.HARD, limit.hard, limit.hard_source))
    return [(severity, value, source) for severity, value, source in both if value is not None]


def _in(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A limit's value in the unit of a figure; None if there is no way."""
    factor = Decimal(1) if unit == wanted else _FACTORS.get((unit, wanted))
    return (value * factor).normalize() + 0 if factor is not None else None
