"""What a device that is polled gave between two of its answers: counts and amounts with an interval, never a moment.

At nine triggers a second and one answer a second nobody knows when each trigger was. An answer holds running counters;
what was given is their difference to the answer before, and it lies somewhere in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from devicelog.counters import Change, classify
from devicelog.driver import Category, Metric
from devicelog.layout import NANO, Layout, nano
from devicelog.units import plain

_WORDS = {Change.RESET: "began again at zero", Change.ANOMALY: "jumped"}


@dataclass(frozen=True, slots=True)
class Interval:
    """What was given, by metric in billionths of the record's unit: a lower bound for those that `odd` names.

    Times are microseconds of the session. A metric that jumped is not in `given`: nobody knows.
    """

    since_us: int
    until_us: int
    given: Mapping[str, int] = field(default_factory=dict)
    odd: Mapping[str, Change] = field(default_factory=dict)

    @classmethod
    def nothing(cls, now_us: int) -> Self:
        """Nothing was given up to this moment."""
        return cls(now_us, now_us)

    def oddness(self) -> str:
        """What is not plain about it, in words."""
        return ", ".join(f"{metric} {_WORDS[change]}" for metric, change in self.odd.items())

    def content(self, layout: Layout) -> dict[str, Any]:
        """The interval as its entry holds it, amounts in the record's units."""
        given = {metric: plain(Decimal(amount) / NANO) for metric, amount in self.given.items()}
        odd = {"odd": {metric: change.value for metric, change in self.odd.items()}} if self.odd else {}
        named = {"layout": layout.number, "link": layout.link}
        return {**named, "since": self.since_us, "until": self.until_us, "given": given, **odd}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """The interval that an entry holds."""
        given = {metric: int(Decimal(amount) * NANO) for metric, amount in content["given"].items()}
        odd = {metric: Change(change) for metric, change in content.get("odd", {}).items()}
        return cls(content["since"], content["until"], given, odd)


class Marks:
    """Where the counters and amounts of one polled device stood in its last answer, and when."""

    def __init__(self) -> None:
        self._marks: dict[str, tuple[int, int]] = {}
        self._epochs: dict[str, Any] = {}

    @property
    def known(self) -> bool:
        """Whether there is an answer that the next one can be held against: whatever was missed is in between."""
        return bool(self._marks)

    def see(self, layout: Layout, metrics: Sequence[Metric], values: Sequence[Any], now_us: int) -> Interval | None:
        """What was given since the answer before; None for nothing. The first answer only says where it begins."""
        given: dict[str, int] = {}
        odd: dict[str, Change] = {}
        since_us = now_us
        restarted = self._restarted(layout, values)
        for column, metric, value in zip(layout.columns, metrics, values, strict=True):
            if column.category not in (Category.COUNTER, Category.AMOUNT) or value is None or column.factor is None:
                continue
            now = nano(value, column.scale)
            before, at_us = self._marks.get(column.metric, (None, now_us))
            self._marks[column.metric] = now, now_us
            if before is None or (before == now and not restarted):
                continue
            since_us = min(since_us, at_us)
            delta, change = _difference(metric, before, now, column.scale, now_us - at_us, restarted=restarted)
            if delta is not None:
                given[column.metric] = delta
            if change is not None:
                odd[column.metric] = change
        return Interval(since_us, now_us, given, odd) if given or odd else None

    def _restarted(self, layout: Layout, values: Sequence[Any]) -> bool:
        """Whether the device says that it restarted since its last answer of this kind."""
        place = layout.category(Category.EPOCH)
        if place is None:
            return False
        before, self._epochs[layout.report] = self._epochs.get(layout.report, values[place]), values[place]
        return bool(before != values[place])


def _difference(
    metric: Metric, before: int, now: int, scale: int, elapsed_us: int, *, restarted: bool
) -> tuple[int | None, Change | None]:
    """How much more was counted, and why that is not exact: by rule, never guessed.

    Whole counters are classified as everywhere. An amount that is back at zero, or back after a restart, was reset, and
    what is counted since then is a lower bound. Anything else that goes back is a fault of which nothing is known.
    """
    if metric.category is Category.COUNTER:
        found = classify(before // scale, now // scale, metric, elapsed_us=elapsed_us, restarted=restarted)
        if found.delta is not None:
            return found.delta * scale, None if found.exact else found.change
    elif restarted:
        return (now if now < before else now - before), Change.RESET
    elif now >= before:
        return now - before, None
    return (0, Change.RESET) if now == 0 else (None, Change.ANOMALY)
