"""What one device has to be asked for again, and how: pages, time-outs, and what it says that it no longer holds.

Pure: it is told what came and when, and says what is to be sent. A report is named by epoch and sequence, never by
time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from devicelog.driver import Memory, Reading, Recalled

#: So many reports that were read back are kept, to tell a repeat from one that contradicts.
_KEPT = 20_000
#: Why there is nothing more to be asked for, where all is well.
FILLED = "all of it was read back"
#: (epoch, sequence), and report with values.
Name = tuple[Any, int]
Said = tuple[str, Sequence[Any]]


@dataclass(slots=True)
class Hole:
    """Reports of one epoch that a gap lacks: `count` of them from `first` on (None: nobody knows how many yet).

    `lacking` are those that did not come yet, `wanted` those of them still to be asked for, as ranges of distances from
    `first`, both ends in. `newest` is the greatest distance of one that came. `held` came and had no turn yet, `turn`
    is the distance of the next one in device order.
    """

    gap: int
    epoch: int | None
    first: int
    modulus: int
    count: int | None
    lacking: list[tuple[int, int]] = field(default_factory=list)
    wanted: list[tuple[int, int]] = field(default_factory=list)
    filled: int = 0
    newest: int = -1
    held: list[tuple[int, Reading]] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        last = (self.modulus // 2 if self.count is None else self.count) - 1
        self.lacking = [(0, last)] if last >= 0 else []
        self.wanted = list(self.lacking)

    @property
    def missing(self) -> int | None:
        """How many are still not there."""
        return None if self.count is None else self.count - self.filled

    def distance(self, epoch: int | None, sequence: int) -> int | None:
        """How far behind the first one a report stands; None if that is not in this hole."""
        if epoch != self.epoch or sequence >= self.modulus:
            return None
        distance = (sequence - self.first) % self.modulus
        return distance if distance < (self.modulus // 2 if self.count is None else self.count) else None

    def lacks(self, distance: int) -> bool:
        """Whether the report at that distance did not come yet."""
        return any(low <= distance <= high for low, high in self.lacking)

    def fill(self, distance: int, reading: Reading) -> None:
        """The report at that distance is there."""
        heappush(self.held, (distance, reading))
        self.filled += 1
        self.newest = max(self.newest, distance)
        self.lacking = _without(self.lacking, distance, distance)
        self.skip(distance, distance)

    def skip(self, low: int, high: int) -> None:
        """Ask no more for these distances."""
        self.wanted = _without(self.wanted, low, high)

    def due(self) -> Iterator[tuple[Reading, bool]]:
        """The reports whose turn it is: none before them is still to come. With each, whether some before it are not
        there."""
        while self.held and (not self.wanted or self.held[0][0] < self.wanted[0][0]):
            distance, reading = heappop(self.held)
            skips, self.turn = distance != self.turn, distance + 1
            yield reading, skips


def _without(spans: list[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    """The ranges less one."""
    left = [(begin, min(end, low - 1)) for begin, end in spans]
    right = [(max(begin, high + 1), end) for begin, end in spans]
    return sorted({span for span in (*left, *right) if span[0] <= span[1]})


@dataclass(slots=True)
class _Page:
    """What was asked last: distances `low` to `high` of a hole; `came` is what has come of it."""

    hole: Hole
    low: int
    high: int
    until_us: int
    came: set[int] = field(default_factory=set)

    @property
    def first(self) -> int:
        return (self.hole.first + self.low) % self.hole.modulus

    @property
    def last(self) -> int:
        return (self.hole.first + self.high) % self.hole.modulus

    @property
    def is_whole(self) -> bool:
        return len(self.came) > self.high - self.low


class Recall:
    """The holes of one device, oldest first. `finished` collects those that are done with, each with why."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._timeout_us = round(memory.timeout * 1e6)
        self.holes: list[Hole] = []
        self.finished: list[tuple[Hole, str]] = []
        self._page: _Page | None = None
        self._tries = 0
        self._kept: OrderedDict[Name, Said] = OrderedDict()

    def want(self, hole: Hole) -> None:
        """There is something more to be asked for."""
        self.holes.append(hole)

    def known(self, name: Name) -> Said | None:
        """What was read back under that name."""
        return self._kept.get(name)

    def hole_of(self, epoch: int | None, sequence: int) -> tuple[Hole, int] | None:
        """The hole in which a report is missing, and its distance there; None if it is not missing."""
        for hole in self.holes:
            distance = hole.distance(epoch, sequence)
            if distance is not None and hole.lacks(distance):
                return hole, distance
        return None

    def came(self, sequence: int, epoch: int | None, now_us: int) -> None:
        """A report came from the memory, whatever it is good for: the device is answering."""
        page = self._page
        if page is None:
            return
        page.until_us = now_us + self._timeout_us
        distance = page.hole.distance(epoch, sequence)
        if distance is not None and page.low <= distance <= page.high:
            page.came.add(distance)
            self._tries = 0

    def fill(self, hole: Hole, distance: int, name: Name, reading: Reading) -> None:
        """A missing report is there."""
        self._kept[name] = reading.report, reading.values
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        hole.fill(distance, reading)
        if hole.missing == 0:
            self._finish(hole, FILLED)
        elif self._page is not None and self._page.is_whole:
            self._page = None
            self._finish_exhausted()

    def answered(self, end: Recalled) -> None:
        """The device says that its answer is over, and what it still holds."""
        page = self._page
        if page is None or end.epoch not in (page.hole.epoch, None) or end.first != page.first:
            return  # the answer to an earlier query
        hole, self._page = page.hole, None
        if end.oldest is None:
            self._finish(hole, "the device holds none of it")
            return
        oldest = (end.oldest - hole.first) % hole.modulus
        oldest = oldest if oldest < hole.modulus // 2 else 0
        hole.skip(0, oldest - 1)
        if end.sent > len(page.came):  # some were lost on the line
            self._tries += 1
            if self._tries <= self._memory.retries:
                return
            self._tries = 0
        hole.skip(page.low, page.high)
        if hole.count is None and hole.newest < page.high and oldest <= page.high:
            hole.count, hole.wanted = hole.newest + 1, []  # the answer ended with the newest of that epoch
        self._finish_exhausted()

    def _finish_exhausted(self) -> None:
        """Be done with holes of which nothing can be asked for any more."""
        while self.holes and not self.holes[0].wanted:
            hole = self.holes[0]
            self._finish(hole, FILLED if hole.missing == 0 else "the device does not hold the rest")

    def expire(self, now_us: int) -> None:
        """Time has passed: a query that was not answered is sent again, or it is given up."""
        page = self._page
        if page is None or now_us < page.until_us:
            return
        self._page = None
        self._tries += 1
        if self._tries > self._memory.retries:
            self._finish(page.hole, "the device did not answer")

    def request(self, now_us: int) -> bytes | None:
        """What is to be sent now, if anything."""
        if self._page is not None or not self.holes:
            return None
        hole = self.holes[0]
        low, high = hole.wanted[0]
        high = min(high, low + self._memory.page - 1)
        page = self._page = _Page(hole, low, high, now_us + self._timeout_us)
        return self._memory.request(page.first, page.last, high - low + 1, hole.epoch)

    def pause(self) -> None:
        """The line is gone: what was asked is not answered any more, and nobody is to blame."""
        self._page, self._tries = None, 0

    def give_up(self, why: str) -> None:
        """Ask no more for anything."""
        for hole in list(self.holes):
            self._finish(hole, why)

    def _finish(self, hole: Hole, why: str) -> None:
        if self._page is not None and self._page.hole is hole:
            self._page = None
        self._tries, hole.wanted = 0, []
        self.holes.remove(hole)
        self.finished.append((hole, why))
