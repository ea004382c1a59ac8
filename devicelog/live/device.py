"""One device of a live view in words: who it is, how its link stands, where it treats and with which syringe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.driver import ReportKind
from devicelog.ledger import Kind
from devicelog.live.figures import NONE
from devicelog.record import amounts

if TYPE_CHECKING:
    from devicelog.live.state import LiveState
    from devicelog.record.views import DeviceView


def identity(device: DeviceView) -> str:
    """Model, serial number and firmware as the device said them last, and whether it is simulated or typed."""
    typed = ", TYPED" if device.typed else ""
    if not device.identities:
        return f"{device.plan['driver']}, {'nobody has typed' if device.typed else 'has not said'} who it is{typed}"
    said = device.identities[-1]
    simulated = ", SIMULATED" if said["simulated"] else ""
    return f"{' '.join(said[key] for key in ('model', 'serial', 'firmware') if said[key])}{simulated}{typed}"


def link_text(state: LiveState, device: DeviceView) -> str:
    """How the link stands, and for how long if it is not well: "connected", "LOST for 00:04"."""
    link, since = state.link_state(device)
    return f"{link.value} for {amounts.since_start(state.now_us - since)}" if since is not None else link.value


@dataclass(frozen=True, slots=True)
class Place:
    """The zone in use, what was given there, and the syringe in use ("" where none was stated)."""

    zone: str
    given: str
    syringe: str


def place(state: LiveState, device: DeviceView) -> Place | None:
    """Where a device treats; of a current for how long, and its smaller figures. None while it has not treated."""
    tally = state.record.tally
    zone = f"zone {amounts.place(tally.zone)}" if tally.zone is not None else "no zone"
    match state.kind(device.link):
        case ReportKind.INJECTION | ReportKind.INTERVAL:
            return Place(zone, amounts.injections(state.record, tally.zone), _syringe(state))
        case ReportKind.SAMPLE | ReportKind.PULSE:
            time = amounts.since_start(state.treated_ms(device.link) * 1000)
            return Place(zone, f"time {time}{_electrical(state, device)}", "")
    return None


def _syringe(state: LiveState) -> str:
    number = state.record.doses.in_use
    if number is None:
        return ""
    made = (one.content for one in state.record.statements.of(Kind.SYRINGE) if one.content["syringe"] == number)
    label = next((f" {content['label']}" for content in made), "")
    return f"syringe {number}{label}"


def _electrical(state: LiveState, device: DeviceView) -> str:
    shown = [(state.value(device.link, metric), unit) for metric, unit in (("voltage", "V"), ("impedance", "ohm"))]
    frequency = state.value(device.link, "frequency")
    shown += [(frequency, "Hz")] if frequency else []
    return "".join(f" · {NONE if value is None else amounts.number(value, unit)} {unit}" for value, unit in shown)
