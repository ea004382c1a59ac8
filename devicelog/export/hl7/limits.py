"""How a figure lies to the limits of the treatment protocol: OBX-7, its range, and OBX-8, the abnormal flag.

The flag is what the record's alarms say, so that a message never judges anew: HH or LL beyond a hard value, H or L
beyond a soft one (table 0078). N is said only of what is known exactly and raised no alarm, not even one that it could
not be held against the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from devicelog.export.session import ExportedSession, protocol_limits
from devicelog.numbers import number
from devicelog.record.views import AlarmView
from devicelog.treatment.protocol import Channel, Direction, Limit, Scope, Severity


@dataclass(frozen=True, slots=True)
class Judged:
    """A range and a flag; None where there is no such limit, or nothing can be said."""

    range: str | None = None
    flag: str | None = None


def judged(
    session: ExportedSession, scope: Scope, channel: Channel, zone: str | None, value: Decimal | None, *, exact: bool
) -> Judged:
    """How a value, the worst in a zone, lies to the limit of this scope and channel; `zone` None: of the session."""
    record = session.record
    limit = next(_held(session, scope, channel), None)
    if limit is None:
        return Judged()
    alarms = [alarm for alarm in record.alarms.values() if alarm.limit == limit.number]
    found = [alarm.severity for alarm in alarms if _is_about(alarm, limit, zone, value)]
    letter = "H" if limit.direction is Direction.MAX else "L"
    if Severity.HARD in found:
        return Judged(_range(limit), letter * 2)
    if Severity.SOFT in found:
        return Judged(_range(limit), letter)
    return Judged(_range(limit), "N" if exact and not found else None)


def _is_about(alarm: AlarmView, limit: Limit, zone: str | None, value: Decimal | None) -> bool:
    """Whether an alarm of the limit is about this zone; one that names none is, if the zone's value is as bad."""
    if zone is None or alarm.zone is not None:
        return zone is None or alarm.zone == zone
    if alarm.bound is None or value is None:
        return True
    bound = Decimal(alarm.bound)
    return value > bound if limit.direction is Direction.MAX else value < bound


def flag(session: ExportedSession, alarm: AlarmView) -> str | None:
    """The flag of an alarm: A or AA if it is about a limit whose direction is not known; None if it is about none."""
    if alarm.severity is None:
        return None
    limit = next((one for one in session.once(protocol_limits) if one.number == alarm.limit), None)
    letter = "A" if limit is None else "H" if limit.direction is Direction.MAX else "L"
    return letter * (2 if alarm.severity == Severity.HARD else 1)


def _held(session: ExportedSession, scope: Scope, channel: Channel) -> Iterator[Limit]:
    for limit in session.once(protocol_limits):
        if (limit.scope, limit.channel) == (scope, channel) and not limit.documented:
            yield limit


def _range(limit: Limit) -> str | None:
    """The range in which nothing warns: a value exactly at a limit is within."""
    bound = limit.soft if limit.soft is not None else limit.hard
    if bound is None:
        return None
    return f"0-{number(bound)}" if limit.direction is Direction.MAX else f">={number(bound)}"
