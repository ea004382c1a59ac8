"""Wakes whoever waits for entries: the hub tells it that something became durable, and the store says what.

    hub (desk's thread) ─wakes, never waits─▶ event loop: a count that grows ─▶ streams and long polls read on

Nothing is queued for anybody: who is slow reads later, from the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from devicelog.web.api.problem import ProblemError

if TYPE_CHECKING:
    from devicelog.station.running import Running
    from devicelog.station.station import Station

#: So many may wait at a time.
MOST = 32


class Feed:
    """Belongs to the event loop, but for `_wake`."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._is_told = False
        self.count = 0
        self.waiting = 0
        self.is_closed = False

    def open(self) -> None:
        """Begin to follow the station's sessions, and the one that is in progress."""
        self._loop = asyncio.get_running_loop()
        self._station.on_begin(self._begun)
        if self._station.current is not None:
            self._begun(self._station.current)

    def close(self) -> None:
        """Let everybody who waits go."""
        self.is_closed = True
        self._tell()

    def _begun(self, running: Running) -> None:
        running.hub.woken(self._wake)
        self._wake()

    def _wake(self) -> None:
        """On any thread; costs next to nothing while the event loop has not seen the last call yet."""
        if not self._is_told and self._loop is not None:
            self._is_told = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._is_told = False
        self.count += 1
        self._news.set()
        self._news = asyncio.Event()

    def must_have_room(self) -> None:
        """A problem if too many wait."""
        if self.waiting >= MOST:
            said = f"{MOST} programs wait for entries already; end one of them, or try again."
            raise ProblemError(429, said, headers={"retry-after": "30"})

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """One more who waits; a problem if too many do."""
        self.must_have_room()
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def news(self, count: int, seconds: float) -> None:
        """Until something is new since `count`, at most so long."""
        if self.count == count and not self.is_closed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
