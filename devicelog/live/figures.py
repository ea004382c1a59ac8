"""The figures of a device in a live view: what each is of and its number; what has no value is a dash, never a 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.driver import Category, ReportKind
from devicelog.observation.layout import NANO
from devicelog.record import amounts
from devicelog.record.caveats import CURRENT, INJECTED, dose, layouts, reports_missing
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from devicelog.live.state import LiveState
    from devicelog.record.caveats import Dose
    from devicelog.record.views import DeviceView

#: What stands where there is no value.
NONE = "–"

#: A figure's head and its number.
Figure = tuple[str, str]

#: The heads of figures, in capitals.
_HEADS = {
    "injections": "INJECTIONS",
    "volume": "VOLUME mL",
    "depth": "LAST DEPTH mm",
    "depth_stated": "DEPTH mm, stated",
    "current": "CURRENT mA",
    "current_set": "SET mA",
    "charge": "CHARGE mA·min",
    "depth_set": "DEPTH SET mm",
    "level": "LEVEL",
    "pulses": "PULSES",
    "pulse_voltage": "LAST PULSE V",
    "pulse_voltage_set": "SET V",
    "time_left": "TIME LEFT",
    "none": "NO TREATMENT YET",
}
#: A figure that no view has a name of its own for.
_OTHER = "other"
#: By which a recorder keeps its books, and nobody treats.
_BOOKKEEPING = {Category.SEQUENCE, Category.UPTIME, Category.EPOCH, Category.STATE, Category.SETTING}


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure: what it is of, a number short enough to be drawn large or a dash, its unit ("" for a count).

    `at_least`: it is a lower bound, and `why` says why. The second line of a device has its direction in `of`.
    `is_of_all`: several devices give it, and it is what all of them gave together.
    """

    what: str
    number: str
    unit: str = ""
    at_least: bool = False
    why: str | None = None
    of: str = ""
    is_of_all: bool = False


def figures(state: LiveState, device: DeviceView) -> list[Figure]:
    """The figures as a terminal draws them; a lower bound says "at least" in its head."""
    return [(_head(one), one.number) for one in shown(state, device)]


def _head(one: Shown) -> str:
    if one.of:
        words = f"{one.of.upper()} {one.unit}".rstrip() if one.what == _OTHER else f"{one.of.upper()}'S LINE"
    else:
        words = _HEADS[one.what]
    words = f"{words}, all devices" if one.is_of_all else words
    return f"{words}, at least" if one.at_least else words


def shown(state: LiveState, device: DeviceView) -> list[Shown]:
    """Three at most, the most telling first."""
    if device.plan.get("first", device.link) != device.link:
        return [Shown("none", NONE, of=str(device.plan["direction"]))]
    return _made_for(state, device)(state, device)


def _made_for(state: LiveState, device: DeviceView) -> Callable[[LiveState, DeviceView], list[Shown]]:
    """What makes the figures of a device of its kind."""
    made: Callable[[LiveState, DeviceView], list[Shown]] = _of_anything
    match state.kind(device.link):
        case _ if device.typed:
            made = _of_typed
        case ReportKind.INJECTION:
            made = _of_injections
        case ReportKind.INTERVAL:
            made = _of_intervals
        case ReportKind.SAMPLE | ReportKind.PULSE if shows_level(state, device):
            made = _of_level
        case ReportKind.SAMPLE | ReportKind.PULSE if state.may_say(device.link, "current_measured", "current_set"):
            made = _of_current
        case ReportKind.PULSE:
            made = _of_pulses
    return made


def _of_injections(state: LiveState, device: DeviceView) -> list[Shown]:
    counted = dose(state.record, None, "injections")
    found = [_given(state, "injections", counted, str(counted.value), ""), _volume(state)]
    if state.may_say(device.link, "depth"):
        found.append(Shown("depth", _three_digits(state.value(device.link, "depth")), "mm"))
    return found


def _of_intervals(state: LiveState, device: DeviceView) -> list[Shown]:
    injections = dose(state.record, None, "injections")
    counted = [] if injections.value is None else [_given(state, "injections", injections, str(injections.value), "")]
    return [*counted, _volume(state), *_stated(state, device, "depth_set")]


def _of_typed(state: LiveState, device: DeviceView) -> list[Shown]:
    """What was typed: of what nobody typed nothing is known, and no figure is shown but a dash."""
    totals = state.record.tally.links.get(device.link)
    is_given = totals is not None and bool(totals.triggers or totals.volume)
    given = _of_intervals(state, device) if is_given else []
    flows = [_current_now(state, device)] if state.has_said(device.link, "current_measured") else []
    held = _stated(state, device, "level", "current_set") + ([] if is_given else _stated(state, device, "depth_set"))
    return [*given, *flows, *held][:3] or [Shown("none", NONE)]


#: Settings that have a figure: what it is called, and its unit; stated by a person, a depth is called otherwise.
_SETTINGS = {"depth_set": "mm", "current_set": "mA", "level": ""}


def _stated(state: LiveState, device: DeviceView, *metrics: str) -> list[Shown]:
    """Settings that hold now; none that may have changed unseen, and none that were never told."""
    if not device.typed and not state.is_heard(device):
        return []
    settings = state.record.tally.certain_settings(device.link)
    found = []
    for metric in metrics:
        value = settings.get(metric)
        if value is None:
            continue
        number = Decimal(value) / NANO if _has_unit(state, device, metric) else Decimal(value)
        what = "depth_stated" if metric == "depth_set" and device.typed else metric
        text = plain(number) if metric == "level" else _three_digits(number)
        found.append(Shown(what, text, _SETTINGS[metric]))
    return found


def _has_unit(state: LiveState, device: DeviceView, metric: str) -> bool:
    """Whether a setting is kept in its unit; else it is kept as it was sent."""
    layouts_ = (layout for layout in state.record.layouts.values() if layout.link == device.link)
    columns = (layout.columns[place] for layout in layouts_ if (place := layout.position(metric)) is not None)
    return any(column.unit is not None for column in columns)


def _of_pulses(state: LiveState, device: DeviceView) -> list[Shown]:
    """Pulses of which no current is told: how many, and what the last one was."""
    made = {layout.report for layout in layouts(state.record, ReportKind.PULSE) if layout.link == device.link}
    pulses = sum(state.record.observations.get(report, 0) for report in made)
    missing = reports_missing(state.record, ReportKind.PULSE)
    counted = Shown("pulses", str(pulses), at_least=missing is not None, why=missing)
    measured = Shown("pulse_voltage", _three_digits(state.value(device.link, "voltage_measured")), "V")
    wanted = Shown("pulse_voltage_set", _three_digits(state.value(device.link, "voltage_set")), "V")
    return [counted, measured, wanted] if state.may_say(device.link, "voltage_measured", "voltage_set") else [counted]


def _of_anything(state: LiveState, device: DeviceView) -> list[Shown]:
    """The newest numbers of a device that no treatment is known of, such as one that only counts."""
    found: dict[str, Shown] = {}
    for latest in state.newest(device.link):
        for column, value in zip(latest.layout.columns, latest.values, strict=True):
            if column.category in _BOOKKEEPING or value is None or column.factor is None:
                continue
            is_past = column.category is Category.MEASUREMENT and state.is_old(latest)
            made = None if is_past else column.resolve(value)
            number = amounts.number(made, column.unit or "") if isinstance(made, Decimal) else NONE
            unit = amounts.unit_text(column.unit) if column.unit not in (None, "count") else ""
            found.setdefault(column.metric, Shown(_OTHER, number, unit, of=amounts.words(column.metric)))
    return list(found.values())[:3] or [Shown("none", NONE)]


def _of_current(state: LiveState, device: DeviceView) -> list[Shown]:
    charge = dose(state.record, None, "charge")
    found = [_current_now(state, device)]
    if state.may_say(device.link, "current_set"):
        found.append(Shown("current_set", _three_digits(state.value(device.link, "current_set")), "mA"))
    return [*found, _given(state, "charge", charge, _three_digits(charge.value), "mA·min")]


def _current_now(state: LiveState, device: DeviceView) -> Shown:
    return Shown("current", _three_digits(state.value(device.link, "current_measured")), "mA")


def shows_level(state: LiveState, device: DeviceView) -> bool:
    """Whether a device shows a level, and nobody knows how much flows."""
    return state.may_say(device.link, "level") and not state.may_say(device.link, "current_measured")


def _of_level(state: LiveState, device: DeviceView) -> list[Shown]:
    level = _stated(state, device, "level") or [Shown("level", NONE)]
    if not state.may_say(device.link, "time_remaining"):
        return level
    left = state.value(device.link, "time_remaining")
    return [*level, Shown("time_left", NONE if left is None else amounts.since_start(int(left * 1_000_000)))]


def _volume(state: LiveState) -> Shown:
    volume = dose(state.record, None, "volume")
    return _given(state, "volume", volume, _three_digits(volume.value), "mL")


def _given(state: LiveState, what: str, given: Dose, number: str, unit: str) -> Shown:
    text = NONE if given.value is None else number
    is_of_all = _is_of_all(state, CURRENT if what == "charge" else INJECTED)
    return Shown(what, text, unit, given.at_least, given.why, is_of_all=is_of_all)


def _is_of_all(state: LiveState, kinds: tuple[ReportKind, ...]) -> bool:
    """Whether several devices may give what is counted together."""
    devices = (one.link for one in state.record.devices.values() if one.plan.get("first", one.link) == one.link)
    return sum(not set(kinds).isdisjoint(state.kinds(link)) for link in devices) > 1


def _three_digits(value: Decimal | None) -> str:
    """A number short enough to be drawn large: 0.05, 12.5, 143."""
    if value is None:
        return NONE
    size = abs(value)
    return f"{value:.{2 if size < 10 else 1 if size < 100 else 0}f}"
