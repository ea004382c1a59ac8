"""Where the counters and amounts of a polled device stand, and what each answer means for what was given: by rule.

An answer that is no less than the last one believed, and no more than the device can give in the time, is a step. One
that is less has wrapped if the step over the end could have been given in the time. One that goes back below the last
step alone shows that this step was wrong: it is taken back. Any other is doubted, and the next answer decides: if it
goes on from the last one believed, the doubted one was wrong, and if it goes on from the doubted one, that was right.
So one wrong digit gives nothing that lasts, and what is known is a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from devicelog.driver import Category, Metric
from devicelog.observation.counters import Change, most_in
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.treatment.intervals import Interval


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer said of a metric: `amount` in billionths of the record's unit, one as sent is `scale` of these.

    `asked` is how many queries had left the host. `since_us` is where the interval that it ended began.
    """

    amount: int
    scale: int
    at_us: int
    asked: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer means: how much was given since a time (None: nobody knows), and why that is not exact."""

    since_us: int
    given: int | None
    change: Change | None = None


class Mark:
    """Where one metric stands: the last answer believed, the one before its step, and one that is doubted."""

    def __init__(self, metric: Metric, first: Answer) -> None:
        self._metric = metric
        self._last = self._before = first
        self._doubted: Answer | None = None

    @property
    def at_us(self) -> int:
        """When the last answer that was believed came."""
        return self._last.at_us

    def see(self, now: Answer, *, restarted: bool) -> Found:
        """Take one more answer; `restarted`: the device says that it began again."""
        if restarted:
            return self._begin_again(now)
        for known in (self._last, self._doubted):
            if known is not None and (given := self._rise(known, now)) is not None:
                return self._go_on(known, now, given)
        if self._before.amount <= now.amount < self._last.amount:
            return self._take_back(now)
        return self._doubt(now)

    def _begin_again(self, now: Answer) -> Found:
        """What was given since the restart: at least what it shows, or what it shows more than before."""
        since_us, counts_on = _begin(self._last, now), now.amount >= self._last.amount and not self._metric.zeroed
        given = now.amount - self._last.amount if counts_on else now.amount
        most = self._most(self._last, now)
        self._believe(replace(now, since_us=since_us))
        if most is not None and given > most:
            return Found(since_us, None, Change.ANOMALY)
        exact = counts_on and self._metric.category is Category.COUNTER
        return Found(since_us, given, None if exact else Change.RESET)

    def _go_on(self, known: Answer, now: Answer, given: int) -> Found:
        """It goes on from an answer that is known."""
        since_us = _begin(known, now)
        self._believe(replace(now, since_us=since_us), before=known)
        return Found(since_us, given)

    def _take_back(self, now: Answer) -> Found:
        """It goes back below the last step, and not below what was before: the step was wrong."""
        wrong = self._last
        self._believe(replace(now, since_us=wrong.since_us), before=self._before)
        return Found(wrong.since_us, now.amount - wrong.amount, Change.ANOMALY)

    def _doubt(self, now: Answer) -> Found:
        """No step leads there. Zero is where a device begins again; below what was believed, that is in doubt, too."""
        since_us = _begin(self._last, now)
        self._doubted = replace(now, since_us=since_us)
        if now.amount == 0:
            return Found(since_us, 0, Change.RESET)
        if now.amount > self._last.amount:
            return Found(since_us, None, Change.ANOMALY)
        since_us, given = self._last.since_us, self._before.amount - self._last.amount
        self._last = self._before
        return Found(since_us, given or None, Change.ANOMALY)

    def _believe(self, answer: Answer, before: Answer | None = None) -> None:
        self._last, self._before, self._doubted = answer, before or answer, None

    def _rise(self, known: Answer, now: Answer) -> int | None:
        """How much more it is than a known answer, over its end if it has one; None if no step leads there."""
        delta, most = now.amount - known.amount, self._most(known, now)
        if delta < 0:
            if most is None or self._metric.modulus is None:
                return None
            delta %= int(self._metric.modulus * self._per(now))
        elif _only_unit_grew(known, now):
            return None
        return delta if most is None or delta <= most else None

    def _most(self, known: Answer, now: Answer) -> int | None:
        return most_in(self._metric, now.at_us - _begin(known, now), self._per(now))

    def _per(self, now: Answer) -> int:
        """In what the metric's own figures are: those of a counter as sent, those of an amount in the record's unit."""
        return now.scale if self._metric.category is Category.COUNTER else NANO


def _begin(known: Answer, now: Answer) -> int:
    """Where the interval from a known answer begins.

    Two answers that come behind two queries at once, because the first one was late, are of no moments that anybody
    knows: the second interval begins where the first one did.
    """
    at_once = known.at_us == now.at_us or 0 < known.asked == now.asked
    return known.since_us if at_once else known.at_us


def _only_unit_grew(known: Answer, now: Answer) -> bool:
    """Whether the unit token is of a greater unit, and the number did not become less for it."""
    return now.scale > known.scale and 0 < known.amount * now.scale <= now.amount * known.scale


class Marks:
    """The marks of one polled device."""

    def __init__(self) -> None:
        self._marks: dict[str, Mark] = {}
        self._epochs: dict[str, Any] = {}
        self._asked = 0
        self._lost: set[str] = set()

    @property
    def known(self) -> bool:
        """Whether there is an answer that the next one can be held against: whatever was missed is in between."""
        return bool(self._marks)

    def asked(self) -> None:
        """A query left the host."""
        self._asked += 1

    def lose(self, metrics: Iterable[str]) -> None:
        """The device was made to clear these, and what it said then is missing: the next interval is a lower bound."""
        self._lost.update(self._marks.keys() & metrics)

    def missing(self, metrics: Iterable[str], now_us: int) -> Interval:
        """The interval since the last answer, of which nothing will be known."""
        since_us = min((self._marks[metric].at_us for metric in metrics if metric in self._marks), default=now_us)
        return Interval(since_us, now_us, odd=dict.fromkeys(sorted(metrics), Change.LOST))

    def see(self, layout: Layout, metrics: Sequence[Metric], values: Sequence[Any], now_us: int) -> Interval | None:
        """What was given since the answer before; None for nothing. The first answer only says where it begins."""
        given: dict[str, int] = {}
        odd: dict[str, Change] = {}
        since_us = now_us
        restarted = self._restarted(layout, values)
        for column, metric, value in zip(layout.columns, metrics, values, strict=True):
            if column.category not in (Category.COUNTER, Category.AMOUNT) or value is None or column.factor is None:
                continue
            answer = Answer(nano(value, column.scale), column.scale, now_us, self._asked, now_us)
            mark = self._marks.get(column.metric)
            if mark is None:
                self._marks[column.metric] = Mark(metric, answer)
                continue
            found = mark.see(answer, restarted=restarted)
            if found.change is None and column.metric in self._lost:
                found = replace(found, change=Change.LOST)
            self._lost.discard(column.metric)
            if not found.given and found.change is None:
                continue
            since_us = min(since_us, found.since_us)
            if found.given is not None:
                given[column.metric] = found.given
            if found.change is not None:
                odd[column.metric] = found.change
        return Interval(since_us, now_us, given, odd) if given or odd else None

    def _restarted(self, layout: Layout, values: Sequence[Any]) -> bool:
        """Whether the device says that it restarted since its last answer of this kind."""
        place = layout.category(Category.EPOCH)
        if place is None:
            return False
        before, self._epochs[layout.report] = self._epochs.get(layout.report, values[place]), values[place]
        return bool(before != values[place])
