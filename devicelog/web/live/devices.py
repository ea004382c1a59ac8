"""The devices of the session in progress: who they are, how their links stand, and their figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.live.device import identity
from devicelog.live.figures import Shown, shown
from devicelog.live.state import LinkState
from devicelog.record import amounts
from devicelog.record.caveats import dose
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.live.state import LiveState
    from devicelog.record.views import DeviceView
    from devicelog.web.live.seen import Seen

#: The shape of each state of a link, and the end of the name of its text.
_LOOKS = {
    LinkState.WAITING: ("○", "waiting"),
    LinkState.CONNECTED: ("●", "connected"),
    LinkState.LOST: ("✕", "lost"),
    LinkState.SILENT: ("◌", "silent"),
    LinkState.ENDED: ("■", "ended"),
    LinkState.TYPED: ("✎", "typed"),
}
_ILL = {LinkState.LOST, LinkState.SILENT}
#: What stands small beside the first figure of a device: metrics and their units.
_SMALL = {
    "current": (("voltage", "V"), ("impedance", "ohm")),
    "pulses": (("field_strength", "V/cm"), ("total_load", "ohm"), ("time_constant", "us")),
}
#: A reading is said to be so old from then on (us).
_OLD_US = 3_000_000


@dataclass(frozen=True, slots=True)
class Device:
    """`state` ends the name of a text; `lasted` is for how long the link has not been well ("" if it is).

    `ago` is how long ago the last reading or typed line was ("" if that is now, or there was none).
    """

    link: int
    name: str
    shape: str
    state: str
    lasted: str
    ago: str
    is_ill: bool
    figures: tuple[Shown, ...]
    small: tuple[Shown, ...]


def devices(seen: Seen) -> tuple[Device, ...]:
    """All of them, in the order of their links."""
    return tuple(_device(seen.state, device) for device in seen.record.devices.values())


def _device(state: LiveState, device: DeviceView) -> Device:
    link, since = state.link_state(device)
    shape, name = _LOOKS[link]
    lasted = amounts.since_start(max(0, state.now_us - since)) if since is not None else ""
    figures = tuple(shown(state, device))
    small = tuple(_small(state, device, _SMALL.get(figures[0].what, ())))
    return Device(device.link, identity(device), shape, name, lasted, _ago(state, device), link in _ILL, figures, small)


def _ago(state: LiveState, device: DeviceView) -> str:
    silent = state.silent_us(device.link)
    return amounts.since_start(silent) if silent is not None and silent >= _OLD_US else ""


def _small(state: LiveState, device: DeviceView, wanted: Sequence[tuple[str, str]]) -> list[Shown]:
    """What a device says beside its figures, where it says it."""
    found = [(name, state.value(device.link, name), unit) for name, unit in wanted]
    return [
        Shown(name, amounts.number(value, unit), amounts.unit_text(unit))
        for name, value, unit in found
        if value is not None
    ]


def given_here(seen: Seen) -> tuple[Shown, ...]:
    """What was given in the zone in use."""
    record, zone = seen.record, seen.record.tally.zone
    if zone is None or zone not in record.tally.zones:
        return ()
    kinds = {one.what for device in record.devices.values() for one in shown(seen.state, device)}
    found = []
    for what, unit in (("injections", ""), ("volume", "mL"), ("charge", "mA·min")):
        if what in kinds:
            one = dose(record, zone, what)  # type: ignore[arg-type]
            if one.value is not None:
                number = plain(one.value) if not unit else amounts.number(one.value, "mL" if unit == "mL" else "mA*min")
                found.append(Shown(what, number, unit, one.at_least, one.why))
    return tuple(found)
