"""Counts over time: sessions, alarms by treatment protocol, drift of devices, gaps; from digests alone.

Rates are decimals; a mean of what was measured is held against what was set only where one value was set throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from devicelog.search.digest import Counted


class By(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"

    def begin(self, day: date) -> date:
        """The first day of the period that holds a day."""
        if self is By.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is By.MONTH else day

    def following(self, begin: date) -> date:
        """The first day of the next period."""
        if self is By.MONTH:
            return (begin.replace(day=28) + timedelta(days=4)).replace(day=1)
        return begin + timedelta(days=7 if self is By.WEEK else 1)


@dataclass(slots=True)
class Stretch:
    """Gaps together; `missing` are reports, `unknown` gaps for which their number is not known."""

    count: int = 0
    seconds: Decimal = Decimal(0)
    missing: int = 0
    unknown: int = 0
    sessions: int = 0


@dataclass(slots=True)
class Period:
    """A day, a week or a month; `refused` are those that were stopped before a device was read, and no sessions."""

    begin: date
    sessions: int = 0
    refused: int = 0
    interrupted: int = 0
    untreated: int = 0
    alarms: dict[str, int] = field(default_factory=dict)
    gaps: Stretch = field(default_factory=Stretch)


@dataclass(slots=True)
class AlarmCount:
    """Alarms of one limit, or with one text, under one protocol; `sessions` had at least one."""

    protocol: str | None
    name: str
    priority: str
    count: int = 0
    sessions: int = 0
    of_sessions: int = 0

    @property
    def per_hundred(self) -> Decimal:
        """Alarms in a hundred sessions under the protocol."""
        return Decimal(self.count * 100) / self.of_sessions


@dataclass(slots=True)
class Against:
    """What a device measured against what was set: sums over its reports."""

    measured: Decimal = Decimal(0)
    set: Decimal = Decimal(0)
    sessions: int = 0

    def add(self, count: int, mean: str, given: str) -> None:
        self.measured += count * Decimal(mean)
        self.set += count * Decimal(given)
        self.sessions += 1

    @property
    def relative(self) -> Decimal | None:
        """How much more was measured than set, as a part of it; None if nothing was set."""
        return (self.measured - self.set) / self.set if self.set else None


@dataclass(slots=True)
class Drift:
    """A metric of a device: against its setting, in all and by period."""

    serial: str
    metric: str
    whole: Against = field(default_factory=Against)
    periods: dict[date, Against] = field(default_factory=dict)


@dataclass(slots=True)
class Counter:
    """A total that a device counts itself, against what was recorded: how often they differ, and how far."""

    serial: str
    metric: str
    compared: int = 0
    differ: int = 0
    greatest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it; the periods follow each other without a hole, and nothing but `refused` counts what was refused."""

    by: By
    sessions: int
    refused: int
    periods: list[Period]
    alarms: list[AlarmCount]
    drifts: list[Drift]
    counters: list[Counter]
    gaps: dict[str, Stretch]


def statistics(digests: Sequence[Counted], by: By) -> Statistics:
    """What the sessions add up to."""
    days = {digest.number: by.begin(_day(digest)) for digest in digests}
    periods = {period.begin: period for period in _periods(days.values(), by)}
    held = [digest for digest in digests if not digest.refused]
    for digest in held:
        _count(periods[days[digest.number]], digest)
    for digest in digests:
        periods[days[digest.number]].refused += digest.refused
    return Statistics(
        by=by,
        sessions=len(held),
        refused=len(digests) - len(held),
        periods=list(periods.values()),
        alarms=_alarms(held),
        drifts=_drifts(held, days),
        counters=_counters(held),
        gaps=_gaps(held),
    )


def _day(digest: Counted) -> date:
    """The day on which a session began, where it was recorded."""
    return (datetime.fromisoformat(digest.started) + _shift(digest.zone or "+00:00")).date()


@lru_cache
def _shift(zone: str) -> timedelta:
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -shift if zone[0] == "-" else shift


def _periods(begins: Iterable[date], by: By) -> Iterator[Period]:
    found = sorted(set(begins))
    begin = found[0] if found else None
    while begin is not None and begin <= found[-1]:
        yield Period(begin)
        begin = by.following(begin)


def _count(period: Period, digest: Counted) -> None:
    period.sessions += 1
    period.interrupted += digest.state == "interrupted"
    period.untreated += not digest.treated
    for alarm in digest.alarms:
        period.alarms[alarm.priority] = period.alarms.get(alarm.priority, 0) + alarm.count
    _add_gaps(digest, dict.fromkeys((gap.cause for gap in digest.gaps), period.gaps))
    period.gaps.sessions += bool(digest.gaps)


def _gaps(digests: Sequence[Counted]) -> dict[str, Stretch]:
    found: dict[str, Stretch] = {}
    for digest in digests:
        for gap in digest.gaps:
            found.setdefault(gap.cause, Stretch()).sessions += 1
        _add_gaps(digest, found)
    return dict(sorted(found.items(), key=lambda item: -item[1].count))


def _add_gaps(digest: Counted, to: dict[str, Stretch]) -> None:
    for gap in digest.gaps:
        stretch = to[gap.cause]
        stretch.count += gap.count
        stretch.seconds += Decimal(gap.seconds)
        stretch.missing += gap.missing or 0
        stretch.unknown += gap.count if gap.missing is None else 0


def _alarms(digests: Sequence[Counted]) -> list[AlarmCount]:
    under: dict[str | None, int] = {}
    found: dict[tuple[str | None, str, str], AlarmCount] = {}
    for digest in digests:
        under[digest.protocol] = under.get(digest.protocol, 0) + 1
        for alarm in digest.alarms:
            key = (digest.protocol, alarm.name, alarm.priority)
            counted = found.setdefault(key, AlarmCount(*key))
            counted.count += alarm.count
            counted.sessions += 1
    for counted in found.values():
        counted.of_sessions = under[counted.protocol]
    return sorted(found.values(), key=lambda one: (one.protocol or "", -one.count, one.name, one.priority))


def _drifts(digests: Sequence[Counted], begins: dict[int, date]) -> list[Drift]:
    found: dict[tuple[str, str], Drift] = {}
    for digest in digests:
        for mean in digest.means:
            if mean.serial is None or mean.set is None:
                continue
            drift = found.setdefault((mean.serial, mean.metric), Drift(mean.serial, mean.metric))
            drift.whole.add(mean.count, mean.mean, mean.set)
            drift.periods.setdefault(begins[digest.number], Against()).add(mean.count, mean.mean, mean.set)
    return [found[key] for key in sorted(found)]


def _counters(digests: Sequence[Counted]) -> list[Counter]:
    found: dict[tuple[str, str], Counter] = {}
    for digest in digests:
        for figure in digest.differences:
            serial = figure.serial or "unknown"
            counter = found.setdefault((serial, figure.metric), Counter(serial, figure.metric))
            counter.compared += 1
            counter.differ += not figure.agrees
            if figure.relative is not None and not figure.agrees:
                relative = Decimal(figure.relative)
                counter.greatest = max(counter.greatest or relative, relative, key=abs)
    return [found[key] for key in sorted(found)]
