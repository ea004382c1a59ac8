"""One device in the live view: who it is and how its link stands, its figures, and the bars of its doses."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.driver import ReportKind
from devicelog.layout import NANO
from devicelog.ledger import Kind
from devicelog.record.caveats import dose
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.terminal.state import LinkState
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.caveats import Dose
    from devicelog.record.views import DeviceView
    from devicelog.terminal.digits import Pixel
    from devicelog.terminal.meters import Meter
    from devicelog.terminal.state import LiveState

#: What stands where there is no value.
NONE = "–"
#: Shape and style of each state of a link.
_STATES = {
    LinkState.WAITING: ("○", "bold yellow"),
    LinkState.CONNECTED: ("●", "bold green"),
    LinkState.LOST: ("✖", "bold white on red"),
    LinkState.SILENT: ("■", "bold black on yellow"),
    LinkState.ENDED: ("○", "bold"),
    LinkState.TYPED: ("●", "bold cyan"),
}
_VERDICTS = {"within": ("green", ""), "warning": ("yellow", "● WARNING"), "exceeded": ("red", "▲ OVER")}

#: A figure's head and its number.
Figure = tuple[str, str]


def device_line(state: LiveState, device: DeviceView, width: int) -> Text:
    """Who the device is, and how its link stands at the other end of the line."""
    link, since = state.link_state(device)
    shape, style = _STATES[link]
    lasting = f" for {amounts.since_start(state.now_us - since)}" if since is not None else ""
    right = Text(f" {shape} {link.value}{lasting} ", style=style)
    left = Text(f"── {_identity(device)} ", style="bold")
    left.truncate(max(0, width - right.cell_len - 1), overflow="ellipsis")
    return left + Text("─" * max(0, width - left.cell_len - right.cell_len), style="dim") + right


def _identity(device: DeviceView) -> str:
    typed = ", TYPED" if device.typed else ""
    if not device.identities:
        return clean(
            f"{device.plan['driver']}, {'nobody has typed' if device.typed else 'has not said'} who it is{typed}"
        )
    identity = device.identities[-1]
    simulated = ", SIMULATED" if identity["simulated"] else ""
    said = (identity[key] for key in ("model", "serial", "firmware") if identity[key])
    return clean(f"{' '.join(said)}{simulated}{typed}")


# -- figures ---------------------------------------------------------------------------------------------------


def figures(state: LiveState, device: DeviceView, pixel: Pixel | None, width: int) -> list[Text] | None:
    """The device's figures side by side; None if they are too wide for pixels of this size."""
    shown = _figures(state, device)
    if pixel is None:
        return [Text(" " + "   ".join(f"{head} {number}" for head, number in shown), style="bold")]
    column = (width - 1) // 3
    if any(pixel.measure(number) >= column for _, number in shown):
        return None
    heads = Text("".join(f" {head[: column - 1]}".ljust(column) for head, _ in shown))
    drawn = [pixel.draw(number) for _, number in shown]
    styles = ["dim" if number == NONE else "bold" for _, number in shown]
    lines = [
        Text.assemble(*((f" {rows[y]}".ljust(column), style) for rows, style in zip(drawn, styles, strict=True)))
        for y in range(pixel.rows)
    ]
    return [heads, *lines]


def _figures(state: LiveState, device: DeviceView) -> list[Figure]:
    if device.plan.get("first", device.link) != device.link:
        return [(f"{device.plan['direction'].upper()}'S LINE", NONE)]
    match state.kind(device.link):
        case ReportKind.INJECTION:
            return _injection_figures(state, device)
        case ReportKind.INTERVAL:
            return _interval_figures(state, device)
        case ReportKind.SAMPLE | ReportKind.PULSE if _shows_level(state, device):
            return _level_figures(state, device)
        case ReportKind.SAMPLE | ReportKind.PULSE:
            return _current_figures(state, device)
    return [("NO TREATMENT YET", NONE)]


def _injection_figures(state: LiveState, device: DeviceView) -> list[Figure]:
    record = state.record
    injections, volume = dose(record, None, "injections"), dose(record, None, "volume")
    return [
        (_head("INJECTIONS", injections), str(injections.value)),
        (_head("VOLUME mL", volume), _three_digits(volume.value)),
        ("LAST DEPTH mm", _three_digits(state.value(device.link, "depth"))),
    ]


def _interval_figures(state: LiveState, device: DeviceView) -> list[Figure]:
    volume, injections = dose(state.record, None, "volume"), dose(state.record, None, "injections")
    counted = [] if injections.value is None else [(_head("INJECTIONS", injections), str(injections.value))]
    found = [*counted, (_head("VOLUME mL", volume), _three_digits(volume.value))]
    depth = state.record.tally.settings(device.link).get("depth_set") if device.typed else None
    return [*found, ("DEPTH mm, stated", _three_digits(Decimal(depth) / NANO))] if depth is not None else found


def _current_figures(state: LiveState, device: DeviceView) -> list[Figure]:
    charge = dose(state.record, None, "charge")
    return [
        ("CURRENT mA", _three_digits(state.value(device.link, "current_measured"))),
        ("SET mA", _three_digits(state.value(device.link, "current_set"))),
        (_head("CHARGE mA·min", charge), _three_digits(charge.value)),
    ]


def _shows_level(state: LiveState, device: DeviceView) -> bool:
    layouts = (layout for layout in state.record.layouts.values() if layout.link == device.link)
    return any(layout.position("level") is not None for layout in layouts)


def _level_figures(state: LiveState, device: DeviceView) -> list[Figure]:
    """A device that shows a level shows no current: nobody knows how much flows."""
    level = state.record.tally.settings(device.link).get("level")
    left = state.value(device.link, "time_remaining")
    return [
        ("LEVEL", NONE if level is None else plain(Decimal(level) / NANO)),
        ("TIME LEFT", NONE if left is None else amounts.since_start(int(left * 1_000_000))),
    ]


def _head(words: str, given: Dose) -> str:
    return f"{words}, at least" if given.at_least else words


def _three_digits(value: Decimal | None) -> str:
    """A number short enough to be drawn large: 0.05, 12.5, 143."""
    if value is None:
        return NONE
    size = abs(value)
    return f"{value:.{2 if size < 10 else 1 if size < 100 else 0}f}"


# -- below the figures -----------------------------------------------------------------------------------------


def place_line(state: LiveState, device: DeviceView) -> Text | None:
    """The zone in use and what was given there, and the smaller figures of a current."""
    tally = state.record.tally
    zone = f"zone {clean(amounts.place(tally.zone))}" if tally.zone is not None else "no zone"
    match state.kind(device.link):
        case ReportKind.INJECTION | ReportKind.INTERVAL:
            given = amounts.injections(state.record, tally.zone)
        case ReportKind.SAMPLE | ReportKind.PULSE:
            given = f"time {amounts.since_start(state.treated_ms(device.link) * 1000)}{_electrical(state, device)}"
        case _:
            return None
    return Text(" ") + Text(zone, style="bold") + Text(f": {given}") + _syringe(state, device)


def _syringe(state: LiveState, device: DeviceView) -> Text:
    """The syringe that is in use; nothing where none was stated, and of a current none is."""
    number = state.record.doses.in_use
    if number is None or state.kind(device.link) not in (ReportKind.INJECTION, ReportKind.INTERVAL):
        return Text()
    made = (one.content for one in state.record.statements.of(Kind.SYRINGE) if one.content["syringe"] == number)
    label = next((f" {clean(content['label'])}" for content in made), "")
    return Text(" · ") + Text(f"syringe {number}{label}", style="bold")


def _electrical(state: LiveState, device: DeviceView) -> str:
    shown = [(state.value(device.link, metric), unit) for metric, unit in (("voltage", "V"), ("impedance", "ohm"))]
    frequency = state.value(device.link, "frequency")
    shown += [(frequency, "Hz")] if frequency else []
    return "".join(f" · {NONE if value is None else amounts.number(value, unit)} {unit}" for value, unit in shown)


def bar(meter: Meter, width: int) -> Text:
    """A dose beside its limits: where the mark stands it warns, at the end it alarms."""
    name = f" {meter.name:<21}"
    value = meter.dose.value
    if value is None:
        return Text(f"{name}{NONE} cannot be evaluated: {meter.dose.why}", style="bold yellow")
    colour, word = _VERDICTS[meter.verdict]
    said = f" {amounts.bound(meter.dose, meter.unit)} of {plain(meter.top)} {amounts.unit_text(meter.unit)} {word}"
    room = max(4, width - len(name) - max(len(said), 24) - 1)
    filled = min(room, int(value / meter.top * room))
    cells = list("█" * filled + "░" * (room - filled))
    if meter.soft is not None and meter.soft < meter.top:
        cells[min(room - 1, int(meter.soft / meter.top * room))] = "┃"
    return Text(name) + Text("".join(cells), style=colour) + Text(said, style=f"bold {colour}" if word else "")
