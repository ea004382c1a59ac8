"""What was given so far beside the limits of the treatment protocol, for the bars of the live view."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.driver import ReportKind
from devicelog.record.caveats import Dose, Quantity, dose
from devicelog.treatment.protocol import Channel, Limit, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.record.record import Record

_DOSES: dict[Channel, Quantity] = {
    Channel.VOLUME_TOTAL: "volume",
    Channel.INJECTION_COUNT: "injections",
    Channel.CHARGE_DOSE: "charge",
}

#: Which totals a device of a kind is about, the most telling first.
_CHANNELS = {
    ReportKind.INJECTION: (Channel.VOLUME_TOTAL, Channel.INJECTION_COUNT, Channel.DURATION),
    ReportKind.INTERVAL: (Channel.VOLUME_TOTAL, Channel.INJECTION_COUNT, Channel.DURATION),
    ReportKind.SAMPLE: (Channel.CHARGE_DOSE, Channel.DURATION),
    ReportKind.PULSE: (Channel.DURATION,),
}
_NAMES = {
    Channel.VOLUME_TOTAL: "volume",
    Channel.INJECTION_COUNT: "injections",
    Channel.CHARGE_DOSE: "charge",
    Channel.DURATION: "time",
}


@dataclass(frozen=True, slots=True)
class Meter:
    """A total against its limit, in `unit`, breached when it is more than `tolerance` above it.

    At least one of soft and hard is there.
    """

    name: str
    dose: Dose
    soft: Decimal | None
    hard: Decimal | None
    unit: str
    tolerance: Decimal = Decimal(0)

    @property
    def top(self) -> Decimal:
        """The limit at which the bar is full."""
        top = self.hard if self.hard is not None else self.soft
        assert top is not None
        return top

    @property
    def verdict(self) -> str:
        """Within, warning, exceeded or not evaluable."""
        value = self.dose.value
        if value is None:
            return "not evaluable"
        if self.hard is not None and value > self.hard + self.tolerance:
            return "exceeded"
        return "warning" if self.soft is not None and value > self.soft + self.tolerance else "within"


def session_limits(record: Record) -> tuple[Limit, ...]:
    """The limits on totals that the session's own copy of its treatment protocol has; none if it cannot be read."""
    from devicelog.treatment.protocol_file import limits_kept

    limits = limits_kept(record.protocol)
    return tuple(limit for limit in limits if limit.channel in _NAMES and not limit.documented)


def meters(record: Record, limits: Sequence[Limit], kind: ReportKind) -> list[Meter]:
    """The totals of the session and of its present zone that limits exist for, the most telling first."""
    found = []
    for channel in _CHANNELS.get(kind, ()):
        for scope in (Scope.SESSION, Scope.ZONE):
            found += [_meter(record, limit) for limit in limits if (limit.channel, limit.scope) == (channel, scope)]
    return [meter for meter in found if meter is not None]


def _meter(record: Record, limit: Limit) -> Meter | None:
    zone = limit.scope is Scope.ZONE
    if zone and record.tally.zone is None:
        return None
    name = f"{_NAMES[limit.channel]}, {'this zone' if zone else 'session'}"
    given = _given(record, record.tally.zone if zone else None, limit.channel)
    return Meter(name, given, limit.soft, limit.hard, limit.unit, limit.tolerance)


def _given(record: Record, zone: str | None, channel: Channel) -> Dose:
    if channel is Channel.DURATION:
        totals = record.tally.session if zone is None else record.tally.zones[zone]
        return Dose(Decimal(totals.elapsed_ms) / 60_000)
    return dose(record, zone, _DOSES[channel])
