"""Whether an injection that carries no sequence number is a new one: by the count of triggers that it carries itself.

A count that did not step is a repeat, one that went back is late, unless the device restarted or it began again near
zero. What is no new injection is kept and counted no second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from devicelog.driver import Category, Report, ReportKind
from devicelog.observation.counters import is_about_zero
from devicelog.recorder.continuity import Place

#: The counts of triggers that a report may carry; one that never begins again says more.
_COUNTS = ("triggers_total", "triggers_session")


@dataclass(frozen=True, slots=True)
class Carried:
    """Where an injection carries its own count, and its device's epoch and clock."""

    count: int
    modulus: int
    epoch: int | None
    uptime: int | None

    @classmethod
    def of(cls, report: Report) -> Self | None:
        """Where those of a report stand; None if it is no injection, is numbered, or carries no count."""
        if report.kind is not ReportKind.INJECTION or report.position(Category.SEQUENCE) is not None:
            return None
        places = {metric.name: i for i, metric in enumerate(report.metrics) if metric.category is Category.COUNTER}
        count = next((places[name] for name in _COUNTS if name in places), None)
        if count is None:
            return None
        modulus = int(report.metrics[count].modulus or 1 << 62)
        return cls(count, modulus, report.position(Category.EPOCH), report.position(Category.UPTIME))


class OwnCount:
    """The count in the injections of one device on one link. `value` is that of the newest, None before the first."""

    def __init__(self) -> None:
        self.value: int | None = None
        self._newest: tuple[str, Sequence[Any]] = "", ()

    def place(self, carried: Carried, report: str, values: Sequence[Any]) -> Place:
        """Where this injection stands: next, a repeat, a conflict, late, or the first after a restart."""
        now, before = values[carried.count], self.value
        if not isinstance(now, int):
            return Place.NEXT
        if before is None:
            place = Place.NEXT
        elif report == self._newest[0] and self._restarted(carried, values):
            place = Place.RESTARTED
        elif now == before:
            return Place.REPEAT if (report, values) == self._newest else Place.CONFLICT
        elif now > before or is_about_zero(before, now) or (now - before) % carried.modulus < carried.modulus // 2:
            place = Place.NEXT
        else:
            return Place.LATE
        self.value, self._newest = now, (report, values)
        return place

    def _restarted(self, carried: Carried, values: Sequence[Any]) -> bool:
        """Whether the device says that it restarted since the newest: by its epoch, or a clock that begins again."""
        newest = self._newest[1]
        if carried.epoch is not None:
            return bool(values[carried.epoch] != newest[carried.epoch])
        if carried.uptime is None:
            return False
        before, now = newest[carried.uptime], values[carried.uptime]
        return isinstance(before, int) and isinstance(now, int) and is_about_zero(before, now)

    def continues_with(self, counts: Sequence[Any]) -> bool:
        """Whether these are plain steps of one."""
        return self.value is not None and tuple(counts) == tuple(range(self.value + 1, self.value + 1 + len(counts)))

    def continue_with(self, steps: int, report: str, values: Sequence[Any]) -> None:
        """Take so many plain steps, of which these are the values of the last."""
        self.value, self._newest = (self.value or 0) + steps, (report, values)
