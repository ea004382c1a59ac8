"""One device in the live view: who it is and how its link stands, its figures, and the bars of its doses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.live.device import identity, link_text, place
from devicelog.live.figures import NONE
from devicelog.live.figures import figures as figures_of
from devicelog.live.state import LinkState
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.live.meters import Meter
    from devicelog.live.state import LiveState
    from devicelog.record.views import DeviceView
    from devicelog.terminal.digits import Pixel

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


def device_line(state: LiveState, device: DeviceView, width: int) -> Text:
    """Who the device is, and how its link stands at the other end of the line."""
    shape, style = _STATES[state.link_state(device)[0]]
    right = Text(f" {shape} {link_text(state, device)} ", style=style)
    left = Text(f"── {clean(identity(device))} ", style="bold")
    left.truncate(max(0, width - right.cell_len - 1), overflow="ellipsis")
    return left + Text("─" * max(0, width - left.cell_len - right.cell_len), style="dim") + right


# -- figures ---------------------------------------------------------------------------------------------------


def figures(state: LiveState, device: DeviceView, pixel: Pixel | None, width: int) -> list[Text] | None:
    """The device's figures side by side; None if they are too wide for pixels of this size."""
    shown = figures_of(state, device)
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


# -- below the figures -----------------------------------------------------------------------------------------


def place_line(state: LiveState, device: DeviceView) -> Text | None:
    """The zone in use, what was given there with which syringe, and the smaller figures of a current."""
    found = place(state, device)
    if found is None:
        return None
    syringe = Text(" · ") + Text(clean(found.syringe), style="bold") if found.syringe else Text()
    return Text(" ") + Text(clean(found.zone), style="bold") + Text(f": {found.given}") + syringe


def bar(meter: Meter, width: int) -> Text:
    """A dose beside its limits: where the mark stands it warns, at the end it alarms."""
    name = f" {meter.name:<21}"
    value = meter.dose.value
    if value is None:
        return Text(f"{name}{NONE} {meter.text}", style="bold yellow")
    colour, word = _VERDICTS[meter.verdict]
    said = f" {meter.text} {word}"
    room = max(4, width - len(name) - max(len(said), 24) - 1)
    filled = min(room, int(value / meter.top * room))
    cells = list("█" * filled + "░" * (room - filled))
    if meter.soft is not None and meter.soft < meter.top:
        cells[min(room - 1, int(meter.soft / meter.top * room))] = "┃"
    return Text(name) + Text("".join(cells), style=colour) + Text(said, style=f"bold {colour}" if word else "")
