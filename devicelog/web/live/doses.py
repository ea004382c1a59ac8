"""What was given beside its limits, as bars: lengths are parts of 1000, for the attributes of a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.live.meters import Meter, meters, unjudged
from devicelog.record import amounts
from devicelog.treatment.protocol import Channel
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.web.live.seen import Seen

#: A bar is so long; the uppermost limit stands before its end, so that what is beyond it is seen.
LONG = 1000
_BEYOND = Decimal("1.2")
_MINUTE_US = 60_000_000
_SHAPES = {"within": "✓", "warning": "◆", "exceeded": "▲", "not evaluable": "?"}


@dataclass(frozen=True, slots=True)
class Bar:
    """`soft` and `hard` are places of marks, None where there is no such limit; `why`: it is not exact, or not known.

    `verdict` ends the name of a text; `given` is None where nobody can tell.
    """

    channel: str
    in_zone: bool
    verdict: str
    shape: str
    given: str | None
    at_least: bool
    why: str | None
    top: str
    unit: str
    filled: int
    soft: int | None
    hard: int | None


def bars(seen: Seen) -> tuple[Bar, ...]:
    """The totals that limits exist for, of all devices, the most telling first; each once."""
    found: dict[tuple[str, str | None, str], Bar] = {}
    for device in seen.record.devices.values():
        for meter in (one for kind in seen.state.kinds(device.link) for one in meters(seen.state, seen.limits, kind)):
            found.setdefault((meter.channel.value, meter.zone, plain(meter.top)), _bar(meter))
    for meter in unjudged(seen.state, seen.limits):
        found.setdefault((meter.channel.value, meter.zone, plain(meter.top)), _bar(meter))
    return tuple(found.values())


def _bar(meter: Meter) -> Bar:
    dose, verdict = meter.dose, meter.verdict
    given = _given(meter, dose.value) if dose.value is not None else None
    return Bar(
        meter.channel.value,
        meter.zone is not None,
        verdict.replace(" ", "-"),
        _SHAPES[verdict],
        given,
        dose.at_least,
        dose.why,
        plain(meter.top),
        amounts.unit_text(meter.unit),
        _place(meter, dose.value) or 0,
        _place(meter, meter.soft) if meter.soft != meter.hard else None,
        _place(meter, meter.hard),
    )


def _given(meter: Meter, value: Decimal) -> str:
    """A number in the unit of its limit; a time as clocks show it."""
    if meter.channel is Channel.DURATION:
        return amounts.since_start(int(value * _MINUTE_US))
    return amounts.number(value, meter.unit)


def _place(meter: Meter, value: Decimal | None) -> int | None:
    if value is None:
        return None
    if not meter.top:
        return LONG if value > 0 else 0
    return max(0, min(LONG, int(value / (meter.top * _BEYOND) * LONG)))
