"""How an alarm is told: a shape and a word for its priority beside the colour, and the zone that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.numbers import some
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.treatment.citation import in_words

if TYPE_CHECKING:
    from devicelog.record.views import AlarmView

SHAPES = {"high": "▲ HIGH", "medium": "■ MEDIUM", "low": "● LOW"}
#: The colour of a priority, on a band as wide as the screen and in a line of text.
BANDS = {"high": "bold white on red", "medium": "bold black on yellow", "low": "bold black on cyan"}
INKS = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan"}


def alarm_text(alarm: AlarmView) -> str:
    """What an alarm says; its zone goes first where the sentence does not name it."""
    text = amounts.sentence(alarm.text)
    if alarm.zone is None or amounts.words(alarm.zone) in text:
        return clean(text)
    return clean(f"{amounts.place(alarm.zone)}: {text}")


def cited_text(alarm: AlarmView) -> str:
    """Whose number was breached, where the alarm says it: its sentence has the value already."""
    if alarm.citation is None or alarm.protocol is None:
        return ""
    source = in_words(alarm.citation) or ""
    return clean(f"; {source} of {in_words(alarm.protocol)}") if source not in alarm.text else ""


def peak_text(alarm: AlarmView) -> str:
    """The worst moment of an alarm about a limit, and how many readings were beyond it."""
    if alarm.peak is None or not alarm.readings:
        return ""
    peak = amounts.sentence(f"{alarm.peak} {alarm.unit or ''}").strip()
    return f"; peak {peak} in {some(alarm.readings, 'reading')}"
