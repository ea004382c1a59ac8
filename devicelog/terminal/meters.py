"""What was given so far beside the limits of the treatment protocol, for the bars of the live view."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.driver import ReportKind
from devicelog.treatment.protocol import Channel, Limit, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devicelog.record import Record
    from devicelog.treatment.totals import Totals

_TOTAL_OF: dict[Channel, Callable[[Totals], Decimal]] = {
    Channel.VOLUME_TOTAL: lambda totals: totals.volume_ml,
    Channel.INJECTION_COUNT: lambda totals: Decimal(totals.injections),
    Channel.CHARGE_DOSE: lambda totals: totals.charge_ma_min,
    Channel.DURATION: lambda totals: Decimal(totals.elapsed_ms) / 60_000,
}

#: Which totals a device of a kind is about, the most telling first.
_CHANNELS = {
    ReportKind.INJECTION: (Channel.VOLUME_TOTAL, Channel.INJECTION_COUNT, Channel.DURATION),
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

    channel: Channel
    name: str
    value: Decimal
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
        """Within, warning or exceeded."""
        if self.hard is not None and self.value > self.hard + self.tolerance:
            return "exceeded"
        return "warning" if self.soft is not None and self.value > self.soft + self.tolerance else "within"


def session_limits(record: Record) -> tuple[Limit, ...]:
    """The limits on totals that the session's own copy of its treatment protocol has; none if it cannot be read."""
    from devicelog.treatment.protocol_file import limits_kept

    limits = limits_kept(record.protocol)
    return tuple(limit for limit in limits if limit.channel in _TOTAL_OF and not limit.documented)


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
    totals = record.tally.in_zone if zone else record.tally.session
    name = f"{_NAMES[limit.channel]}, {'this zone' if zone else 'session'}"
    value = _TOTAL_OF[limit.channel](totals)
    return Meter(limit.channel, name, value, limit.soft, limit.hard, limit.unit, limit.tolerance)
