"""What an alarm says to people: its sentence with its zone, its peak, and whose number was breached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.bodymap.names import name_of, with_name
from devicelog.numbers import some
from devicelog.record import amounts
from devicelog.treatment.citation import in_words
from devicelog.treatment.protocol import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devicelog.record.record import Record
    from devicelog.record.views import AlarmView

#: From the most urgent to the least.
PRIORITIES = ("high", "medium", "low")


def alarm_text(alarm: AlarmView, places: Mapping[str, str | None] | None = None) -> str:
    """What an alarm says; its zone goes first where the sentence does not name it.

    With the codes of the record's zones (`places`) zones have their names on the body map.
    """
    text = amounts.sentence(alarm.text)
    if places is not None and alarm.zone is not None:
        code = places.get(alarm.zone)
        text, name = with_name(text, alarm.zone, code), name_of(alarm.zone, code)
        return text if name in text else f"{name}: {text}"
    if alarm.zone is None or amounts.words(alarm.zone) in text:
        return text
    return f"{amounts.place(alarm.zone)}: {text}"


def cited_text(alarm: AlarmView) -> str:
    """Whose number was breached, where the alarm says it: its sentence has the value already (`sources`)."""
    if alarm.citation is None or alarm.protocol is None:
        return ""
    source = in_words(alarm.citation) or ""
    return f" {source}" if source not in alarm.text else ""


def sources(record: Record, alarms: Iterable[AlarmView]) -> list[str]:
    """What stands in brackets behind alarms, each source once: its title, and in words how good it is."""
    known = (record.protocol or {}).get("sources", {})
    said = {}
    for alarm in alarms:
        if alarm.citation is not None and alarm.protocol is not None:
            key, grade = alarm.citation["key"], alarm.citation["grade"]
            words = f"grade {grade}: {Grade(grade).name.replace('_', ' ').lower()}"
            title = known.get(key, {}).get("title", "") if grade != Grade.ENGINEERING_CHOICE else ""
            of = f"limit of {in_words(alarm.protocol)}"
            said[in_words(alarm.citation), of] = f"{of}; {words}; {title}" if title else f"{of}; {words}"
    return [f"{source}: {what}" for (source, _), what in said.items()]


def seen_text(alarm: AlarmView) -> str:
    """Who acknowledged an alarm, and when, each who did; empty if nobody did."""
    seen = [f"at {amounts.since_start(one.t_us)}{f' by {one.by}' if one.by else ''}" for one in alarm.acknowledged]
    return f"; acknowledged {', '.join(seen)}" if seen else ""


def peak_text(alarm: AlarmView) -> str:
    """The worst moment of an alarm about a limit, and how many readings were beyond it."""
    if alarm.peak is None or not alarm.readings:
        return ""
    peak = amounts.sentence(f"{alarm.peak} {alarm.unit or ''}").strip()
    return f"; peak {peak} in {some(alarm.readings, 'reading')}"
