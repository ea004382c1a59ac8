"""How an alarm is told: a shape and a word for its priority beside the colour, and the zone that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.record import alarm_text as told
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devicelog.record.record import Record
    from devicelog.record.views import AlarmView

SHAPES = {"high": "▲ HIGH", "medium": "■ MEDIUM", "low": "● LOW"}
#: The colour of a priority, on a band as wide as the screen and in a line of text.
BANDS = {"high": "bold white on red", "medium": "bold black on yellow", "low": "bold black on cyan"}
INKS = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan"}


def alarm_text(alarm: AlarmView, places: Mapping[str, str | None] | None = None) -> str:
    """What an alarm says, as a terminal takes it."""
    return clean(told.alarm_text(alarm, places))


def cited_text(alarm: AlarmView) -> str:
    """Whose number was breached, where the alarm says it."""
    return clean(told.cited_text(alarm))


def source_lines(record: Record, alarms: Iterable[AlarmView]) -> Iterator[Text]:
    """What stands in brackets behind alarms, each source once."""
    for source in told.sources(record, alarms):
        yield Text(clean(source), style="dim")


def seen_text(alarm: AlarmView) -> str:
    """Who acknowledged it, and when."""
    return clean(told.seen_text(alarm))


def peak_text(alarm: AlarmView) -> str:
    """The worst moment of an alarm about a limit, and how many readings were beyond it."""
    return told.peak_text(alarm)
