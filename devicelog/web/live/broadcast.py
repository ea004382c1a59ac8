"""What tablets see of the session in progress: fragments, made once a language and view and sent to all who look on.

    hub (fed by the desk) ─wakes─▶ event loop: drain, render what changed ─▶ a small queue for each tablet

A tablet that is slow loses what it did not take and is sent the whole anew; nothing waits for it. One task does it all;
when it fails it says so in the log and is silent, and what is on a screen is then visibly old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from devicelog import clock
from devicelog.ledger import Kind
from devicelog.live.state import LiveState
from devicelog.store.reader import Reader
from devicelog.web.live import messages
from devicelog.web.live.access import SHOWN, View
from devicelog.web.live.fragments import When
from devicelog.web.live.pace import Pace
from devicelog.web.live.shown import ShownSession
from devicelog.web.live.tablet import Tablet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devicelog.ledger import Line
    from devicelog.station.running import Running
    from devicelog.station.station import Station
    from devicelog.web.render import Renderer

#: Tablets hear from the station at least so often (s).
BEAT = 0.4
#: So many lines are taken in before the event loop does other work.
_PIECE = 500
#: What is known of a session is made again of its entries no more often than this (ns): that is dear.
_AGAIN_NS = 30_000_000_000
#: After a fault it is silent for so long (s).
_SILENT = 2.0

_log = structlog.get_logger()


class Broadcasts:
    """The streams of all tablets. `open` and `close` belong to the event loop, as everything else does."""

    def __init__(self, station: Station, renderer: Renderer) -> None:
        self._station = station
        self._renderer = renderer
        self._tablets: set[Tablet] = set()
        self._session: ShownSession | None = None
        self._news = asyncio.Event()
        self._pace = Pace()
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self._beaten_ns = 0
        self._again_ns = 0
        self._is_well = True
        self._is_announced = False
        self._is_ill: tuple[object, ...] = ()
        self.failure: str | None = None
        """Why the last session ended, if it did so by a failure."""

    async def open(self) -> None:
        """Begin to follow the station's sessions, and the one that is in progress."""
        loop = asyncio.get_running_loop()

        def begun(running: Running) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._follow, running)

        self._station.on_begin(begun)
        if self._station.current is not None:
            self._follow(self._station.current)
        self._task = asyncio.create_task(self._run())

    def close(self) -> None:
        """End all streams in order: what the browsers show becomes old, and they ask again until somebody answers."""
        self._is_closed = True
        for tablet in tuple(self._tablets):
            tablet.end()
        if self._task is not None:
            self._task.cancel()

    @property
    def looking(self) -> int:
        """How many tablets look on."""
        return len(self._tablets)

    @contextmanager
    def tablet(self, language: str, view: View, after: Callable[[str], str]) -> Iterator[Tablet]:
        """One more that looks on, for as long as the block lasts; `after` is where it goes from a session's id."""
        audience = (language, view)
        made = Tablet(audience, lambda: self._whole(made), after)
        self._tablets.add(made)
        if self._is_closed:
            made.end()
        try:
            yield made
        finally:
            self._tablets.discard(made)
            if self._session is not None and all(one.audience != audience for one in self._tablets):
                self._session.forget(audience)

    def session(self, running: Running) -> ShownSession | None:
        """What is seen of a session that is followed; None if it is not, any more or yet."""
        found = self._session
        return found if found is not None and found.running is running else None

    # -- following ---------------------------------------------------------------------------------------------

    def _follow(self, running: Running) -> None:
        """A session has begun."""
        if self._session is not None:
            if self._session.running is running:
                return
            self._leave(self._session)
        self.failure = None
        self._session, self._is_announced = ShownSession(running, self._renderer), False
        loop, news = asyncio.get_running_loop(), self._news

        def wake() -> None:
            if not news.is_set():  # what is new is drained after it was cleared
                loop.call_soon_threadsafe(news.set)

        running.hub.woken(wake)
        self._news.set()

    def _announce(self) -> None:
        """There is something to be seen: whoever waits for it is led there."""
        self._is_announced = True
        for tablet in tuple(self._tablets):
            if tablet.audience[1] not in SHOWN:
                tablet.end(messages.leave("/live"))

    def _leave(self, session: ShownSession) -> None:
        """A session is over: whoever saw it goes to its record, whoever saw that there is one to the empty page."""
        self._session = None
        self.failure = session.running.failure
        for tablet in tuple(self._tablets):
            view = tablet.audience[1]
            if view in (View.ACTING, View.WATCHING):
                tablet.end(messages.leave(tablet.after(session.running.session)))
            elif view is not View.NONE:
                tablet.end(messages.leave("/live"))

    # -- the one task ------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while not self._is_closed:
            try:
                await self._wait()
                await self._turn()
                self._is_well = self._session is None or self._session.running.hub.is_whole
            except Exception as error:
                self._is_well = False
                _log.error("the live page failed", cause=type(error).__name__)
                for tablet in tuple(self._tablets):
                    tablet.end()
                await asyncio.sleep(_SILENT)

    async def _wait(self) -> None:
        """Until something is new, but no longer than a beat; and until the next frame is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT):
                await self._news.wait()
        wait_ns = self._pace.wait_ns(clock.boot_ns())
        if wait_ns:
            await asyncio.sleep(wait_ns / 1e9)
        self._news.clear()

    async def _turn(self) -> None:
        """Take in what is new, and send what changed by it."""
        began_ns, session = clock.boot_ns(), self._session
        if session is None:
            self._beat(began_ns, session)
            return
        hub = session.running.hub
        if not hub.is_whole and not await self._make_again(session, began_ns):
            return
        happened = _is_more_than_readings(hub.drain(_PIECE))
        while hub.is_waiting:  # much has come while nobody looked
            await asyncio.sleep(0)
            began_ns = clock.boot_ns()
            happened |= _is_more_than_readings(hub.drain(_PIECE))
        is_ill = (hub.standstill, hub.state.trouble, session.running.is_ending)
        happened |= is_ill != self._is_ill
        self._is_ill = is_ill
        if hub.is_over and not hub.is_waiting:
            self._leave(session)
            return
        if session.record_has_begun:
            if not self._is_announced:
                self._announce()
            self._send(session, When.HAPPENED if happened else When.READING)
        self._beat(began_ns, session)
        self._pace.took(began_ns, clock.boot_ns() - began_ns)

    async def _make_again(self, session: ShownSession, now_ns: int) -> bool:
        """Make what is known of the session again of what is durable; False if that was tried a moment ago."""
        hub, running = session.running.hub, session.running
        hub.forget()
        if now_ns - self._again_ns < _AGAIN_NS:
            return False
        self._again_ns = now_ns
        made = await asyncio.to_thread(_from_store, self._station.store, running.session)
        hub.renew(*made)
        return True

    def _send(self, session: ShownSession, when: When) -> None:
        audiences = {tablet.audience for tablet in self._tablets if tablet.audience[1] in SHOWN}
        if not audiences:
            return
        session.look(when)
        for audience in audiences:
            changed = session.changed(audience)
            if changed:
                message = messages.swap(changed)
                for tablet in self._tablets:
                    if tablet.audience == audience:
                        tablet.put(message)

    def _beat(self, now_ns: int, session: ShownSession | None) -> None:
        """Say that the station lives, if that was said a while ago."""
        if now_ns - self._beaten_ns < BEAT * 0.9e9:
            return
        self._beaten_ns = now_ns
        message = messages.beat(session.seen.clock if session is not None else "")
        for tablet in self._tablets:
            tablet.put(message)

    def _whole(self, tablet: Tablet) -> bytes:
        session = self._session
        if not self._is_well:
            return messages.nothing()
        clock_ = session.seen.clock if session is not None else ""
        if session is None or tablet.audience[1] not in SHOWN or not session.record_has_begun:
            return messages.beat(clock_)
        return messages.swap(session.whole(tablet.audience)) + messages.beat(clock_)


def _is_more_than_readings(lines: Sequence[Line]) -> bool:
    return any(line.kind != Kind.OBSERVATION for line in lines)


def _from_store(store: Path, session: str) -> tuple[LiveState, int]:
    """What is known of a session by its entries on disk, and the number of the last one of them."""
    state, last = LiveState(), 0
    with Reader.open(store) as reader:
        for line in reader.lines(reader.session(session).number):
            state.take([line])
            last = line.number
    return state, last
