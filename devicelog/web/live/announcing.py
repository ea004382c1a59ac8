"""What a screen reader is told of alarms: each once, when it begins; never again because a number beside it changed.

The line on the screen follows every change. Read aloud at every change it would shout: an alarm that is announced is
followed at once by a more urgent one, and by others only after a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devicelog.record.alarm_text import PRIORITIES

if TYPE_CHECKING:
    from devicelog.web.live.alarms import Told

#: An alarm that is no more urgent than the one before is announced so many seconds after it.
PAUSE = 5
#: These interrupt what is being read.
_URGENT = ("high", "medium")


@dataclass(frozen=True, slots=True)
class Announced:
    """What is announced: an alarm (None: there is none any more); equal to another of the same alarm."""

    number: int
    priority: str
    sentence: str
    alarm: Told | None = field(compare=False)

    @property
    def interrupts(self) -> bool:
        return self.priority in _URGENT


_ALL_OVER = Announced(-1, "", "", None)


class Announcer:
    """Of one session; told of its alarms in their order again and again, with the second of the session."""

    def __init__(self) -> None:
        self._last: Announced | None = None
        self._at = -PAUSE

    def now(self, alarms: Sequence[Told], second: int) -> Announced | None:
        """What was announced last, or is from now on; None before the first alarm."""
        first = next((one for one in alarms if not one.is_seen), None)
        if first is None:
            if not alarms and self._last is not None:
                self._last = _ALL_OVER
            return self._last
        found = Announced(first.number, first.priority, "" if first.number else first.text, first)
        if found == self._last:
            return self._last
        if self._is_more_urgent(found) or second - self._at >= PAUSE:
            self._last, self._at = found, second
        return self._last

    def _is_more_urgent(self, found: Announced) -> bool:
        last = self._last
        return last is None or not last.priority or PRIORITIES.index(found.priority) < PRIORITIES.index(last.priority)
