"""The alarms of the session in progress in their order: the one on the line, and the others.

The most urgent comes first; of these what nobody has acknowledged, then what lasts, then the newest. An alarm that was
acknowledged stays as long as its cause does; one that latches stays when its cause is over, until it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.bodymap.names import name_of
from devicelog.ledger import Kind
from devicelog.record import amounts
from devicelog.record.alarm_text import PRIORITIES, alarm_text, cited_text

if TYPE_CHECKING:
    from devicelog.record.views import AlarmView
    from devicelog.web.live.seen import Seen

#: A shape for each priority, beside its colour and its word.
SHAPES = {"high": "▲", "medium": "◆", "low": "●"}


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm as a page says it; `number` is 0 for one that stands in no entry yet, and cannot be acknowledged.

    `about_person`: it came of what was stated of the person treated, or says where nobody may be treated. `unnamed` is
    its text without the name of a zone, for a locked tablet. `since` and `seen_at` are times of the session.
    """

    number: int
    priority: str
    text: str
    unnamed: str
    since: str
    lasts: bool
    seen_by: str | None
    seen_at: str
    about_person: bool

    @property
    def shape(self) -> str:
        return SHAPES[self.priority]

    @property
    def is_seen(self) -> bool:
        """Whether somebody has acknowledged it."""
        return self.seen_by is not None


def alarms(seen: Seen) -> tuple[Told, ...]:
    """All that are to be shown, in their order."""
    state = seen.state
    stated = {made.t_us for made in seen.record.statements if made.kind != Kind.ALARM_ACKNOWLEDGED}
    found = [_told(seen, alarm, stated) for alarm in (*state.open_alarms(), *state.held_alarms())]
    cry = seen.running.hub.standstill
    if cry is not None:
        since = amounts.since_start(state.moment(cry.boot_ns))
        found.append(Told(0, "high", cry.sentence, cry.sentence, since, True, None, "", about_person=False))
    return tuple(sorted(found, key=_order))


def _order(one: Told) -> tuple[int, bool, bool, int]:
    return PRIORITIES.index(one.priority), one.is_seen, not one.lasts, -one.number


def _told(seen: Seen, alarm: AlarmView, stated: set[int]) -> Told:
    first = next(iter(alarm.acknowledged), None)
    text, cited = alarm_text(alarm, seen.record.places), cited_text(alarm)
    unnamed = _unnamed(alarm, text, seen.record.places)
    return Told(
        alarm.number,
        alarm.priority,
        text + cited,
        unnamed + cited if unnamed is not None else "",
        amounts.since_start(alarm.began_us),
        alarm.ended_us is None,
        (first.by or "–") if first is not None else None,
        amounts.since_start(first.t_us) if first is not None else "",
        about_person=unnamed is None or (alarm.number > 0 and alarm.began_us in stated),
    )


def _unnamed(alarm: AlarmView, text: str, places: Mapping[str, str | None]) -> str | None:
    """The text without the name of its zone; None for one that is about nothing but a zone."""
    if alarm.zone is None:
        return text
    if alarm.limit is None:
        return None
    name = name_of(alarm.zone, places.get(alarm.zone))
    return text.removeprefix(f"{name}: ").replace(name, "a zone")
