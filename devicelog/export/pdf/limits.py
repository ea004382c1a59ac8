"""Limits of the treatment protocol that were reached, or the word "None"; and all other alarms."""

from __future__ import annotations

from collections.abc import Sequence

from devicelog.export.pdf.block import Block, Lines, Section, Table, cut
from devicelog.record import facts
from devicelog.record.alarm_text import PRIORITIES, alarm_text, cited_text, peak_text, sources
from devicelog.record.record import Record
from devicelog.record.views import AlarmView

#: So many alarms of each section are shown, the most urgent first.
_MOST = 8
_SHAPES = {"high": "▲ HIGH", "medium": "■ MEDIUM", "low": "● LOW"}


def limits_reached(record: Record) -> Section:
    """The alarms about limits; without a treatment protocol nothing was checked, which is not the same as None."""
    found = [alarm for alarm in record.alarms.values() if alarm.limit is not None]
    if record.protocol is None:
        return Section("Limits reached", _alarms(record, found), "" if found else "Not checked: no treatment protocol")
    counted = ", ".join(f"{count} {word}" for word, count in record.verdicts.items())
    verdicts = Lines([f"Reports held against the limits: {counted}."])
    return Section("Limits reached", [*_alarms(record, found), verdicts], "" if found else "None")


def other_alarms(record: Record) -> Section:
    """The alarms that are about no limit."""
    found = [alarm for alarm in record.alarms.values() if alarm.limit is None]
    return Section("Other alarms", _alarms(record, found), "" if found else "None")


def _alarms(record: Record, alarms: Sequence[AlarmView]) -> list[Block]:
    if not alarms:
        return []
    urgent = sorted(alarms, key=lambda alarm: PRIORITIES.index(alarm.priority))
    shown, more = cut(urgent, len(urgent), _MOST, "alarms.csv")
    table = Table(
        "alarms, the most urgent first",
        ["no.", "priority", "from–to (min:s)", "what", "peak"],
        [_row(record, alarm) for alarm in shown],
        wide=(3,),
        loud=[place for place, alarm in enumerate(shown) if alarm.priority == "high"],
    )
    cited = sources(record, shown)
    return [table, *more, *([Lines(cited)] if cited else [])]


def _row(record: Record, alarm: AlarmView) -> tuple[str, ...]:
    peak = peak_text(alarm).removeprefix("; peak ")
    said = alarm_text(alarm, record.places) + cited_text(alarm)
    return str(alarm.number), _SHAPES[alarm.priority], facts.period(alarm.began_us, alarm.ended_us), said, peak
