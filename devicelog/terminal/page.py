"""The live view as lines of text: composed for the size of the terminal, the largest look that fits.

From top to bottom: time and marks, each device with its figures and bars, one alarm band, what is missing. Every state
has a word and a shape beside its colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.live.marks import live_marks
from devicelog.live.meters import meters
from devicelog.numbers import some
from devicelog.record.caveats import reports_missing
from devicelog.record.steps import is_paused
from devicelog.terminal import amounts
from devicelog.terminal.alarms import BANDS, INKS, SHAPES, alarm_text
from devicelog.terminal.device import bar, device_line, figures, place_line
from devicelog.terminal.digits import Pixel
from devicelog.terminal.screen import clean
from devicelog.treatment.kept import named as protocol_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.live.state import LiveState
    from devicelog.record.views import AlarmView
    from devicelog.treatment.protocol import Limit


@dataclass(frozen=True, slots=True)
class Look:
    """How much room the parts take; a None pixel is plain text."""

    pixel: Pixel | None
    clock: Pixel | None
    band: int
    bars: int
    airy: bool

    def least(self, devices: int) -> int:
        """Rows that this look takes for so many devices, whatever they show."""
        return self.band + 3 + devices * (2 + (self.pixel.rows if self.pixel is not None else 1))


_BIG, _BOLD, _SLIM, _HALF = Pixel(3, 2), Pixel(2), Pixel(1), Pixel(1, half=True)
LOOKS = (
    Look(_BIG, _BOLD, band=3, bars=4, airy=True),
    Look(_BIG, None, band=3, bars=2, airy=True),
    Look(_BOLD, _BOLD, band=3, bars=4, airy=True),
    Look(_BOLD, None, band=3, bars=2, airy=True),
    Look(_SLIM, None, band=3, bars=2, airy=True),
    Look(_BOLD, None, band=2, bars=2, airy=False),
    Look(_BOLD, None, band=2, bars=1, airy=False),
    Look(_BOLD, None, band=1, bars=1, airy=False),
    Look(_SLIM, None, band=1, bars=1, airy=False),
    Look(_HALF, None, band=1, bars=1, airy=False),
    Look(None, None, band=1, bars=1, airy=False),
    Look(None, None, band=1, bars=0, airy=False),
)


def page(state: LiveState, limits: Sequence[Limit], width: int, height: int, *, ascii_only: bool) -> list[Text]:
    """At most `height` lines of at most `width` cells."""
    lines = [Text("opening the session …")]
    if state.record.started:
        lines = _largest(state, limits, width, height, ascii_only=ascii_only)
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _largest(state: LiveState, limits: Sequence[Limit], width: int, height: int, *, ascii_only: bool) -> list[Text]:
    """The first look that fits; of the smallest one, what of the devices has room between its head and its foot."""
    lines: list[Text] = []
    devices = len(state.record.devices)
    for look in LOOKS:
        if look is not LOOKS[-1] and (look.least(devices) > height or (ascii_only and look.pixel is _HALF)):
            continue
        fitting = _compose(state, limits, look, width)
        if fitting is None:
            continue
        head, body, foot = fitting
        lines = [*head, *body[: max(0, height - len(head) - len(foot))], *foot]
        if len(head) + len(body) + len(foot) <= height:
            break
    return lines[:height]


def _compose(
    state: LiveState, limits: Sequence[Limit], look: Look, width: int
) -> tuple[list[Text], list[Text], list[Text]] | None:
    """Head, body and foot in this look; None if a figure is too wide for it."""
    blank = [Text()] if look.airy else []
    body: list[Text] = []
    for device in state.record.devices.values():
        drawn = figures(state, device, look.pixel, width)
        if drawn is None:
            return None
        body += [device_line(state, device, width), *blank, *drawn, *blank]
        place = place_line(state, device)
        body += [place] if place is not None else []
        kind = state.kind(device.link)
        shown = meters(state, limits, kind)[: look.bars] if kind is not None else []
        body += [*blank, *(bar(meter, width) for meter in shown)] if shown else []
        body += blank
    head = [*_head(state, look, width), *blank]
    return head, body, [*_alarms(state, look, width), _foot(state)]


def _head(state: LiveState, look: Look, width: int) -> list[Text]:
    record = state.record
    marks = Text(" ").join(Text(f" {mark} ", style="bold black on magenta") for mark in live_marks(record))
    protocol = record.protocol
    named = protocol_name(protocol) if protocol is not None else "no treatment protocol"
    below = _spread(Text(f" {clean(named)}"), Text(f"session {record.session} ", style="dim"), width)
    while_paused = state.while_paused.said(record.tally.session)
    told = [Text(f" ▲ GIVEN WHILE PAUSED: {while_paused} ", style="bold black on yellow")] if while_paused else []
    now, recording = amounts.since_start(state.now_us), " ● RECORDING"
    if is_paused(record):
        recording = " ■ PAUSED, recording"
    if look.clock is not None:
        time = [Text(f"   {row}", style="bold") for row in look.clock.draw(now)]
        return [_spread(Text(recording, style="bold"), marks, width), Text(), *time, Text(), below, *told]
    line = Text(f"{recording}  {now} ", style="bold")
    if line.cell_len + marks.cell_len <= width:
        return [_spread(line, marks, width), below, *told]
    return [line, marks, below, *told]


def _spread(left: Text, right: Text, width: int) -> Text:
    """One line, its two parts at its two ends; the right one goes first when there is no room."""
    room = width - left.cell_len - right.cell_len
    return left + Text(" " * room) + right if room >= 1 else left


# -- alarms ----------------------------------------------------------------------------------------------------


def _alarms(state: LiveState, look: Look, width: int) -> list[Text]:
    """The band of the most urgent alarm, and a line about the others; they always take the same room."""
    open_alarms = state.open_alarms()
    others = _other_alarms(state, open_alarms[1:])
    rows = look.band + (0 if others else 1)
    if not open_alarms:
        return [Text(" ✓ no alarm", style="green"), *[Text()] * (rows - 1), *others]
    first = open_alarms[0]
    told = _fitted(f"{SHAPES[first.priority]}  {alarm_text(first)}", width - 2, rows)
    return [*(Text(f" {line}".ljust(width), style=BANDS[first.priority]) for line in told), *others]


def _fitted(text: str, width: int, rows: int) -> list[str]:
    """A text in exactly so many rows, in the middle of them."""
    lines = wrap(text, width, max_lines=rows, placeholder=" …")
    above = (rows - len(lines)) // 2
    return [""] * above + lines + [""] * (rows - above - len(lines))


def _other_alarms(state: LiveState, others: Sequence[AlarmView]) -> list[Text]:
    """How many more are open, and the worst of those that are over but must not be forgotten."""
    line = Text(" ")
    if others:
        line.append(f"and {some(len(others), 'more alarm')} open", style=INKS[others[0].priority])
        line.append(f" ({_counted(others)}) ")
    held = state.held_alarms()
    if held:
        first = held[0]
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        line.append(f"over{more}: {SHAPES[first.priority]}", style=INKS[first.priority])
        line.append(f" at {amounts.since_start(first.began_us)} {alarm_text(first)}")
    return [line] if others or held else []


def _counted(alarms: Sequence[AlarmView]) -> str:
    counts = {priority: sum(alarm.priority == priority for alarm in alarms) for priority in SHAPES}
    return ", ".join(f"{count} {priority}" for priority, count in counts.items() if count)


def _foot(state: LiveState) -> Text:
    """What is missing, what was unreadable, and how much is safe."""
    record = state.record
    line = Text(" ")
    if record.gaps:
        open_now = len(state.open_gaps())
        line.append(some(len(record.gaps), "gap"), style="bold yellow")
        line.append(f", {open_now} open now" if open_now else f": {reports_missing(record) or 'nothing is missing'}")
    else:
        line.append("no gaps")
    bad = sum(device.bad_frames for device in record.devices.values())
    line.append(f" · {some(bad, 'bad frame')}" if bad else "")
    line.append(f" · {record.entries:,} entries safe on disk".replace(",", " "), style="dim")
    return line
