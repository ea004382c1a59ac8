"""The time of one link's treatment, and the current that flows along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.treatment.totals import Totals

#: A device's clock that goes back by more than this has wrapped at 2^32 ms.
_WRAPPED = -(1 << 31)


@dataclass(slots=True)
class Edge:
    """The first sample behind a stretch that is missing, once it has come; `missing_ms` then went to `totals`."""

    uptime: int | None = None
    boot: int | None = None
    host_us: int = 0
    current: int | None = None
    missing_ms: int = 0
    longest_ms: int = 0
    totals: tuple[Totals, ...] = ()


class Timeline:
    """The time of one link's treatment in ms, by the device's own clock where it has one, else by the host's.

    The device's clock counts between two readings of the same boot, and may wrap once. `elapsed_ms` runs from the
    session's first treatment; `current` is that of the sample before, None where no line may be drawn from it;
    `interrupted` says that reports are missing since then, and `edge` waits for the first sample behind them.
    """

    def __init__(self, elapsed_ms: int) -> None:
        self.elapsed_ms = elapsed_ms
        self.current: int | None = None
        self.interrupted = False
        self.edge: Edge | None = None
        self._pause_ms: int | None = None
        self._last_uptime: int | None = None
        self._last_boot: int | None = None
        self._last_us: int | None = None

    def step(self, uptime: int | None, boot: int | None, host_us: int, *, treating: bool) -> int:
        """Milliseconds since the reading before (0 for the first).

        `elapsed_ms` runs from the first reading in which the device treats to the last; pauses between them count.
        """
        last_uptime, last_us = self._last_uptime, self._last_us
        same_boot = boot == self._last_boot
        self._last_uptime, self._last_boot, self._last_us = uptime, boot, host_us
        if last_us is None:
            self._elapse(0, treating=treating)
            return 0
        delta = -1
        if same_boot and uptime is not None and last_uptime is not None:
            delta = uptime - last_uptime
            if delta < _WRAPPED:
                delta += 1 << 32
        if delta < 0:
            delta = max(0, (host_us - last_us) // 1000)
        if treating and self._pause_ms == 0:
            self.elapsed_ms += delta
        else:
            self._elapse(delta, treating=treating)
        return delta

    def span(self, uptimes: Sequence[int], boots: Sequence[Any] | None) -> int | None:
        """Milliseconds that a run of treating readings takes by the device's clock; None if that is not plain."""
        last = self._last_uptime
        if last is None or self._pause_ms != 0 or uptimes[0] < last or list(uptimes) != sorted(uptimes):
            return None
        same_boot = self._last_boot is None if boots is None else boots.count(self._last_boot) == len(boots)
        return uptimes[-1] - last if same_boot else None

    def pass_over(self, span_ms: int, host_us: int) -> None:
        """A run of that span has passed."""
        assert self._last_uptime is not None
        self._last_uptime += span_ms
        self._last_us = host_us
        self.elapsed_ms += span_ms

    def _elapse(self, delta: int, *, treating: bool) -> None:
        if self._pause_ms is None:  # nothing was given yet
            self._pause_ms = 0 if treating else None
        elif treating:
            self.elapsed_ms += self._pause_ms + delta
            self._pause_ms = 0
        else:
            self._pause_ms += delta

    def interrupt(self) -> None:
        """Something is missing here: no line is drawn over it."""
        self.current = None
        self.interrupted = True

    def resume(self, totals: tuple[Totals, ...], missing_ms: int, longest_ms: int) -> None:
        """The first sample behind what is missing has been added."""
        self.interrupted = False
        edge, self.edge = self.edge, None
        if edge is not None:
            edge.uptime, edge.boot, edge.host_us = self._last_uptime, self._last_boot, self._last_us or 0
            edge.current, edge.missing_ms, edge.longest_ms, edge.totals = self.current, missing_ms, longest_ms, totals

    @property
    def mark(self) -> tuple[int | None, ...]:
        """Changes with every reading."""
        return self._last_uptime, self._last_boot, self._last_us

    def go_on_from(self, other: Timeline) -> None:
        """Stand where another line ends."""
        edge = self.edge
        self.__dict__.update(other.__dict__)
        self.edge = edge

    def forget_device(self) -> None:
        """The clock of another device says nothing about this one's."""
        self._last_uptime = None
