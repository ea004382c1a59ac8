"""Limits of the treatment protocol that were reached, or the word "None"; and all other alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from devicelog.export.pdf.block import Block, Lines, Section, Table, cut
from devicelog.numbers import some
from devicelog.record import amounts, facts
from devicelog.record.alarm_text import PRIORITIES, alarm_text, cited_text, peak_text, seen_text, sources
from devicelog.record.record import Record
from devicelog.record.views import AlarmView

#: So many alarms of each section are shown, the most urgent first.
_MOST = 12


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
    ordered = _ordered(alarms)
    shown, more = cut(ordered, len(ordered), _MOST, "alarms.csv")
    table = Table(
        "alarms, the most urgent first",
        ["no.", "priority", "from–to (min:s)", "what"],
        [_row(record, alarm) for alarm in shown],
        wide=(3,),
        loud=[place for place, alarm in enumerate(shown) if alarm.priority == "high"],
    )
    cited = sources(record, shown)
    counted = [_counted(alarms)] if more else []
    return [table, *more, *([Lines([*counted, *cited])] if counted or cited else [])]


def _ordered(alarms: Sequence[AlarmView]) -> list[AlarmView]:
    """The most urgent first; of one priority the first of each kind before those that only say the same again."""
    seen: Counter[tuple[object, ...]] = Counter()
    ranked = []
    for alarm in sorted(alarms, key=lambda alarm: alarm.number):
        kind = (alarm.limit, alarm.severity, alarm.zone) if alarm.limit is not None else (alarm.text,)
        ranked.append((PRIORITIES.index(alarm.priority), seen[kind], alarm.number, alarm))
        seen[kind] += 1
    return [alarm for *_, alarm in sorted(ranked, key=lambda one: one[:3])]


def _counted(alarms: Sequence[AlarmView]) -> str:
    """How many alarms there were in all, by what they are about."""
    kinds = Counter(alarm.limit_name or alarm.text for alarm in alarms)
    said = [f"{amounts.sentence(kind)}: {count}" for kind, count in kinds.most_common(_MOST)]
    rest = f"; and {some(len(kinds) - _MOST, 'other kind')}" if len(kinds) > _MOST else ""
    return f"In all {some(len(alarms), 'alarm')}, of {'; '.join(said)}{rest}."


def _row(record: Record, alarm: AlarmView) -> tuple[str, ...]:
    said = alarm_text(alarm, record.places) + peak_text(alarm) + cited_text(alarm) + seen_text(alarm)
    return str(alarm.number), alarm.priority.upper(), facts.period(alarm.began_us, alarm.ended_us), said
