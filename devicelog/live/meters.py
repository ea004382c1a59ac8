"""What was given so far beside the limits of the treatment protocol, for the bars of the live view."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.driver import ReportKind
from devicelog.record import amounts
from devicelog.record.caveats import INJECTED, Dose, Quantity, dose, is_typed
from devicelog.treatment.protocol import Channel, Limit, Scope
from devicelog.treatment.totals import TYPED_CURRENT
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.live.state import LiveState
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
#: Of what a person types it is known when it was typed.
_TYPED_TIME = "nobody knows when what was typed began and ended"
_NAMES = {
    Channel.VOLUME_TOTAL: "volume",
    Channel.INJECTION_COUNT: "injections",
    Channel.CHARGE_DOSE: "charge",
    Channel.DURATION: "time",
}


@dataclass(frozen=True, slots=True)
class Meter:
    """A total against its limit, in `unit`, breached when it is more than `tolerance` above it.

    At least one of soft and hard is there. `zone` is None of the whole session.
    """

    channel: Channel
    zone: str | None
    dose: Dose
    soft: Decimal | None
    hard: Decimal | None
    unit: str
    tolerance: Decimal = Decimal(0)

    @property
    def name(self) -> str:
        """What is held against what: "volume, session"."""
        return f"{_NAMES[self.channel]}, {'session' if self.zone is None else 'this zone'}"

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

    @property
    def text(self) -> str:
        """The dose beside its limit, "≥ 0.5 of 2 mL", or why nobody can tell."""
        if self.dose.value is None:
            return f"cannot be evaluated: {self.dose.why}"
        return f"{amounts.bound(self.dose, self.unit)} of {plain(self.top)} {amounts.unit_text(self.unit)}".rstrip()


def session_limits(record: Record) -> tuple[Limit, ...]:
    """The limits on totals that the session's own copy of its treatment protocol has; none if it cannot be read."""
    from devicelog.treatment.protocol_file import limits_kept

    limits = limits_kept(record.protocol)
    return tuple(limit for limit in limits if limit.channel in _NAMES and not limit.documented)


def meters(state: LiveState, limits: Sequence[Limit], kind: ReportKind) -> list[Meter]:
    """The totals of the session and of its present zone that limits exist for, the most telling first."""
    return _meters(state, limits, _CHANNELS.get(kind, ()))


def unjudged(state: LiveState, limits: Sequence[Limit]) -> list[Meter]:
    """Totals that limits exist for, and that no device of the session is about: nobody can tell, and that is said."""
    judged = {channel for kind in _kinds(state) for channel in _CHANNELS.get(kind, ())}
    return _meters(state, limits, [channel for channel in _NAMES if channel not in judged])


def _meters(state: LiveState, limits: Sequence[Limit], channels: Sequence[Channel]) -> list[Meter]:
    found = []
    for channel in channels:
        for scope in (Scope.SESSION, Scope.ZONE):
            found += [_meter(state, limit) for limit in limits if (limit.channel, limit.scope) == (channel, scope)]
    return [meter for meter in found if meter is not None]


def _meter(state: LiveState, limit: Limit) -> Meter | None:
    record, zone = state.record, limit.scope is Scope.ZONE
    if zone and record.tally.zone is None:
        return None
    place = record.tally.zone if zone else None
    why = _not_reported(state, limit.channel)
    given = _given(record, place, limit.channel) if why is None else Dose(None, why=why)
    return Meter(limit.channel, place, given, limit.soft, limit.hard, limit.unit, limit.tolerance)


def _not_reported(state: LiveState, channel: Channel) -> str | None:
    """Why nothing can be known of a total, as far as the devices of the session tell from the beginning."""
    kinds = _kinds(state)
    if channel is Channel.DURATION:
        return None if kinds else "no device of this session says when it treats"
    if channel is Channel.CHARGE_DOSE:
        return _no_charge(state)
    what = "a volume" if channel is Channel.VOLUME_TOTAL else "injections"
    return None if not kinds.isdisjoint(INJECTED) else f"no device of this session reports {what}"


def _no_charge(state: LiveState) -> str | None:
    told = [device for device in state.record.devices.values() if state.may_say(device.link, "current_measured")]
    if not told:
        return "no device of this session reports a current"
    return TYPED_CURRENT if all(device.typed for device in told) else None


def _kinds(state: LiveState) -> set[ReportKind]:
    return {kind for link in state.record.devices for kind in state.kinds(link)}


def _given(record: Record, zone: str | None, channel: Channel) -> Dose:
    if channel is Channel.DURATION:
        totals = record.tally.session if zone is None else record.tally.zones[zone]
        return Dose.bound(Decimal(totals.elapsed_ms) / 60_000, _TYPED_TIME if is_typed(record) else None)
    return dose(record, zone, _DOSES[channel])
