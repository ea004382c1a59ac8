"""The last look at the logs that devices keep by themselves: after the end was asked for, and for a bounded time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from devicelog.recorder.source import Source

#: The card is listed again so often (ns).
_AGAIN_NS = 1_000_000_000


class Closing:
    """What is still to be asked of the devices of a session that is about to end; times in ns of the boot-time clock.

    A device is done with when its card was listed whole since then and gave a new log, or when its patience is over.
    Nobody can say whether a log is still to come: where none was new, all of that time is waited.
    """

    def __init__(self, sources: Mapping[int, Source], now_ns: int) -> None:
        self._began_ns = now_ns
        self._asked_ns: int | None = None
        self._waiting = {number: source for number, source in sources.items() if source.shelf is not None}
        self._before = {number: _state(source) for number, source in self._waiting.items()}

    @property
    def is_needed(self) -> bool:
        """Whether there is any such device."""
        return bool(self._waiting)

    def is_over(self, now_ns: int) -> bool:
        """Whether nothing more is waited for."""
        self._waiting = {
            number: source for number, source in self._waiting.items() if not self._is_done(number, source, now_ns)
        }
        return not self._waiting

    def requests(self, now_ns: int) -> Iterator[tuple[int, bytes]]:
        """What is to be sent now: link number and query. The clock is asked once."""
        if self._asked_ns is not None and now_ns - self._asked_ns < _AGAIN_NS:
            return
        first, self._asked_ns = self._asked_ns is None, now_ns
        for number, source in self._waiting.items():
            logbook, clock = source.driver.logbook, source.driver.clock
            if clock is not None and first:
                yield number, clock.request
            if logbook is not None and source.shelf is not None and not source.shelf.awaited:
                yield number, logbook.listing_of(logbook.root)

    def _is_done(self, number: int, source: Source, now_ns: int) -> bool:
        logbook, shelf = source.driver.logbook, source.shelf
        if logbook is None or shelf is None or not source.opened:
            return True
        if now_ns - self._began_ns >= logbook.patience * 1e9:
            return True
        rounds, logs = self._before[number]
        return shelf.is_settled and shelf.rounds > rounds and shelf.taken > logs and not shelf.unfinished


def _state(source: Source) -> tuple[int, int]:
    """How often the card was listed, and how many new logs came."""
    return (source.shelf.rounds, source.shelf.taken) if source.shelf is not None else (0, 0)
