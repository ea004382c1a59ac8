"""What a station counts while it records: fed by the hub with what became durable, read by whoever asks for metrics.

Counting costs a glance at the beginning of each line. Numbers grow from the start of the process on and are read
without a lock: they may be of slightly different moments.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import suppress

from devicelog import clock
from devicelog.ledger import LEDGER_ERRORS, Kind, Line

#: The upper bounds of the buckets of latencies (s).
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

#: Kinds that are counted by themselves.
_COUNTED = frozenset({Kind.BAD_FRAME, Kind.GAP, Kind.ALARM, Kind.LINK_LOST})
_UP = frozenset({Kind.LINK_OPENED, Kind.LINK_RESTORED})

#: Gives the moment of the boot-time clock (ns) at which a moment of the session was (us).
AtBoot = Callable[[int], int]


class Counts:
    """Written on the thread that records; `latencies` has a count for each bound and one for what is above them.

    A latency is the time from the arrival of the newest bytes in a commit until that commit was durable;
    `latency_sum` is the sum of all (s).
    """

    def __init__(self) -> None:
        self.entries = 0
        self.latencies = [0] * (len(BOUNDS) + 1)
        self.latency_sum = 0.0
        self.kinds: dict[str, int] = {kind.value: 0 for kind in sorted(_COUNTED)}
        self.links_up: frozenset[int] = frozenset()

    def begin(self) -> None:
        """A session begins, or goes on: its links are opened."""
        self.links_up = frozenset()

    def take(self, lines: Sequence[Line], at_boot: AtBoot) -> None:
        """What has become durable just now; never raises."""
        self.entries += len(lines)
        with suppress(*LEDGER_ERRORS):
            for line in lines:
                kind = line.kind
                if kind in _COUNTED:
                    self.kinds[kind] += 1
                if kind in _UP or kind == Kind.LINK_LOST:
                    self._link(line, is_up=kind in _UP)
            seconds = max(0, clock.boot_ns() - at_boot(_moment(lines[-1]))) / 1e9
            self.latencies[bisect_left(BOUNDS, seconds)] += 1
            self.latency_sum += seconds

    def _link(self, line: Line, *, is_up: bool) -> None:
        link = frozenset({line.entry().content["link"]})
        self.links_up = self.links_up | link if is_up else self.links_up - link


def _moment(line: Line) -> int:
    """The moment of an entry (us), seen without reading the rest of it."""
    return int(line.body[:64].split(b",", 2)[1])
