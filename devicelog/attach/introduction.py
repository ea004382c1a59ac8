"""Who a device is, asked before anything is recorded: only by queries without effect, and those that were allowed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue

from devicelog import clock
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import BadFrame, Driver, Effect, Event, Identity, Reading
from devicelog.errors import BadInputError, NotNowError, StrangerError
from devicelog.link.link import Link
from devicelog.numbers import some
from devicelog.patience import Limited, Patience

#: A device is listened to for so long until it has said who it is (s).
PATIENCE = 10.0
#: It is asked again after this time (s).
ASK_AGAIN = 1.0
#: Between two looks at the time (s).
_LOOK = 0.1


class Introduction:
    """What one device says until it has said who it is. Raises what the driver raises, and DriverHungError.

    `heard` counts its bytes, `readings` what of them could be read, `bad` frames that could not.
    """

    def __init__(self, driver: Driver, patience: Patience) -> None:
        self.identity: Identity | None = None
        self.heard = self.readings = self.bad = 0
        self._patience = patience
        self._decoder = patience.call(driver.decoder)

    def take(self, chunk: Chunk) -> None:
        """What came from the line, or was sent."""
        match chunk.kind:
            case ChunkKind.RECEIVED:
                self.heard += len(chunk.data)
                self._note(self._patience.call(lambda: self._decoder.feed(chunk.data)))
            case ChunkKind.SENT:
                sent = getattr(self._decoder, "sent", None)
                if sent is not None:
                    self._patience.call(lambda: sent(chunk.data))
            case ChunkKind.LOST:
                self._note(self._patience.call(self._decoder.end))

    def _note(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Identity):
                self.identity = self.identity or event
            self.readings += isinstance(event, Reading)
            self.bad += isinstance(event, BadFrame)


def asking(driver: Driver, allowed: frozenset[Effect]) -> Driver:
    """The driver with no other queries than may be sent to ask who a device is.

    Those that are sent on opening, if one of them may go; else all that may. Raises BadInputError if the device has to
    be asked and each query has an effect on it that nobody allowed.
    """
    by_itself = [query for query in driver.queries if query.on_open or query.every is not None]
    may_go = [query for query in by_itself if query.effect in {Effect.NONE} | allowed]
    effects = sorted({query.effect.value for query in by_itself} - {Effect.NONE.value})
    if driver.polling is not None and not may_go:
        found = f"{driver.name} can be asked who it is only by queries with an effect on the device"
        raise BadInputError(f"{found} ({', '.join(effects)}); allow it with --allow {effects[0]}.")
    return replace(driver, queries=tuple([query for query in may_go if query.on_open] or may_go))


def sending_only(driver: Driver, allowed: frozenset[Effect] = frozenset()) -> Driver:
    """The driver with no query but those that have no effect on the device, or one that was allowed."""
    may_go = {Effect.NONE} | allowed
    return replace(driver, queries=tuple(query for query in driver.queries if query.effect in may_go))


def meet(driver: Driver, url: str, allowed: frozenset[Effect], seconds: float = PATIENCE) -> Identity | None:
    """Open a port, listen until the device has said who it is, and close it.

    None if it sends what the driver reads and does not say who it is. Raises PortError, BadInputError, NotNowError if
    the driver fails, and StrangerError if nothing comes that the driver can read.
    """
    queue: SimpleQueue[Chunk] = SimpleQueue()
    link = Link(1, url, asking(driver, allowed), queue, allowed=allowed)
    patience = Limited()
    try:
        introduction = _understood(driver, patience)
        link.open()
        link.start()
        _listen(link, queue, introduction, seconds, driver)
    finally:
        link.stop()
        with suppress(RuntimeError):  # it was never started
            link.join()
        link.discard()
        patience.close()
    if introduction.identity is None and not introduction.readings:
        raise _silent(driver, url, introduction, seconds)
    return introduction.identity


def _understood(driver: Driver, patience: Patience) -> Introduction:
    try:
        return Introduction(driver, patience)
    except Exception as error:  # whatever a driver raises
        raise _failed(driver, error) from None


def _listen(link: Link, queue: SimpleQueue[Chunk], introduction: Introduction, seconds: float, driver: Driver) -> None:
    until = clock.boot_ns() / 1e9 + seconds
    asked = until - seconds
    while introduction.identity is None and (now := clock.boot_ns() / 1e9) < until:
        if now - asked >= ASK_AGAIN:
            link.ask_who()
            asked = now
        with suppress(Empty):
            chunk = queue.get(timeout=_LOOK)
            link.took(len(chunk.data) if chunk.kind is ChunkKind.RECEIVED else 0)
            try:
                introduction.take(chunk)
            except Exception as error:  # whatever a driver raises
                raise _failed(driver, error) from None


def _failed(driver: Driver, error: Exception) -> NotNowError:
    return NotNowError(
        f"the driver {driver.name} failed ({error!r:.200}); nothing was bound. Report this to its author."
    )


def _silent(driver: Driver, url: str, introduction: Introduction, seconds: float) -> StrangerError:
    if not introduction.heard:
        found = f"nobody has answered on {url} within {seconds:g} s"
    else:
        found = (
            f"what came on {url} within {seconds:g} s ({some(introduction.heard, 'byte')}) "
            f"is nothing that {driver.name} reads"
        )
    return StrangerError(f"{found}; check cable, driver and port, switch the device on, and try again.")
