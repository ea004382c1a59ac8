"""One open serial line: a thread a port stamps bytes as they arrive and queues them.

The thread reads and closes its own port (closing from another thread breaks pyserial), and opens it again. One that
goes away is looked for again for ever, from 0.1 s to 2 s apart. Nothing is sent but bytes that the driver declares as
queries.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any, Self

import structlog

from devicelog import clock
from devicelog.chunk import Chunk, ChunkKind, Fault, fault
from devicelog.driver import Driver, Effect
from devicelog.errors import BadInputError, PortError, QueryNotAllowedError
from devicelog.link.opening import Opening
from devicelog.link.polls import Polls
from devicelog.link.serial_port import (
    PORT_ERRORS,
    LineErrors,
    line_errors,
    loss_in_words,
    open_port,
    wait_for_bytes,
    what_waits,
)
from devicelog.link.whereabouts import PortNotTakenError, Whereabouts

#: Bytes are gathered for this long, so that a busy line costs 40 commits a second, not 3,000 (s).
HOLD_OFF = 0.022
#: While they are, each is taken from the port as it comes, at most so often; what more comes lies there for a while.
_LOOKS = 9
#: A read of this many bytes means a flood: the next _HURRY reads wait for nothing.
_LONG_READ, _HURRY = 1024, 50
#: Between two attempts to open a port that went away: the first time and the longest (s).
BACK_OFF = (0.1, 2.0)
#: Of bytes that nobody has taken yet, so many are kept; then the rest of a flood waits in the port (bytes).
MOST_WAITING = 16 * 1024 * 1024

_log = structlog.get_logger()


class Outlet:
    """Where a link puts its chunks; `count` is of bytes. Cut off, it lets nothing through any more."""

    def __init__(self, queue: SimpleQueue[Chunk]) -> None:
        self.queue = queue
        self.count = 0
        self.is_cut = False

    def put(self, chunk: Chunk) -> None:
        if not self.is_cut:
            self.count += len(chunk.data)
            self.queue.put(chunk)


class Link:
    """Reads one port into a queue of chunks until it is stopped. `number` names the link in the session.

    `beat` counts what the thread does, so that others see whether it still does something; `opening` says that it is
    closing or opening a port, which may take longer. `allowed` are effects of queries that a person allowed. With
    `gathers` False each read is a chunk of its own, stamped when its first byte was there.
    """

    def __init__(
        self,
        number: int,
        url: str,
        driver: Driver,
        queue: SimpleQueue[Chunk],
        where: Whereabouts | None = None,
        allowed: frozenset[Effect] = frozenset(),
        *,
        gathers: bool = True,
    ) -> None:
        self.number = number
        self.url = url
        self.beat = 0
        self.opening = False
        self._driver = driver
        self._where = where or Whereabouts(url, can_ask=driver.asks_on_opening)
        self._queue = Outlet(queue)
        self._taken = 0
        self._asked: SimpleQueue[bytes] = SimpleQueue()
        self._allowed = allowed
        self._gathers = gathers
        self._polls = Polls(driver.queries, driver.polling, allowed) if driver.polling is not None else None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"link-{number}", daemon=True)
        self._opening = Opening(url)
        self._port: Any = None
        self._pauses = _pauses()
        self._not_taken = ""
        self._hurry = 0

    def open(self, *, anew: bool = False) -> None:
        """Open the port for the first time; raises PortError, also if that takes too long, or BadInputError.

        `anew`: a simulated device that was left there makes room for a new one.
        """
        self._port = self._opening.port(lambda: open_port(self.url, self._driver, anew=anew))
        self._where.remember()

    def discard(self) -> None:
        """Close the port of a link that was never started."""
        self._close()

    def start(self) -> None:
        """Begin to read; a link whose port is not open looks for it first."""
        self._thread.start()

    def ask(self, request: bytes) -> None:
        """Let the thread send a declared query between two reads; may be called from any thread.

        Raises QueryNotAllowedError for anything that the driver does not declare as a query without an effect. What is
        sent becomes a SENT chunk; a request that finds the port gone is forgotten: ask again once it is opened.
        """
        if not self._driver.may_ask(request):
            raise self._not_a_query(request, " without an effect on the device")
        self._asked.put(request)

    def ask_who(self) -> None:
        """Ask what is asked on opening: who is there."""
        for query in self._driver.queries:
            if query.on_open and query.effect is Effect.NONE:
                self._asked.put(query.request)

    def took(self, count: int) -> None:
        """So many bytes of this link wait no more."""
        self._taken += count

    def stop(self) -> None:
        """Ask the thread to end; it closes its port within half a second. A first `open` that waits is given up."""
        self._stop.set()
        self._opening.give_up()

    def join(self) -> None:
        """Wait for the end of the thread; one that does not end is left to itself."""
        self._thread.join(timeout=2)
        if self._thread.is_alive():
            self.abandon()

    def abandon(self) -> None:
        """Take nothing more from a thread that hangs, and take its port away from it."""
        self._stop.set()
        self._queue.is_cut = True
        self._close()

    def successor(self) -> Self:
        """A link in the place of this one, not started; it looks for the same port."""
        return type(self)(
            self.number,
            self.url,
            self._driver,
            self._queue.queue,
            self._where,
            self._allowed,
            gathers=self._gathers,
        )

    def line_errors(self) -> LineErrors | None:
        """What the port has counted; None where that is not known, or where no port is open."""
        port = self._port
        return line_errors(port) if port is not None else None

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    # -- in the thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._port is None:
                    self._port = self._reopen()
                else:
                    self._converse()
        finally:
            self._close()

    def _converse(self) -> None:
        """Ask what is asked on opening, then read until a stop or until the port goes away."""
        self._forget_what_was_asked()
        self._put(ChunkKind.OPENED, str(self._port.port or self.url).encode())
        before = self._queue.count
        if self._polls is not None:
            self._polls.begin(_now())
        try:
            self.ask_who()
            while not self._stop.is_set():
                self._wait_for_room()
                self._send_what_is_due()
                self._read()
        except PORT_ERRORS as error:
            self._close()
            cause = loss_in_words(error)
            if self._queue.is_cut:
                return
            _log.warning("link lost", link=self.number, driver=self._driver.name, cause=cause.partition(" (")[0])
            self._put(ChunkKind.LOST, cause.encode())
        except Exception as error:  # a reader that dies unseen would be a recording of nothing
            self._close()
            if self._queue.is_cut:
                return
            _log.exception("reader failed", link=self.number, driver=self._driver.name)
            self._put_fault(Fault.READER_FAILED, repr(error)[:300])
        if self._queue.count != before:  # a port that gave nothing is tried ever more seldom
            self._pauses = _pauses()

    def _wait_for_room(self) -> None:
        """Leave what comes in the port while too much waits to be recorded."""
        self.beat += 1
        while self._queue.count - self._taken > MOST_WAITING and not self._stop.wait(0.01):
            self.beat += 1

    def _read(self) -> None:
        """One chunk: the first byte that comes, and what follows it closely.

        Bytes are taken as they come, because a port that is unplugged takes what it holds with it.
        """
        data = bytes(self._port.read(1))
        if not data:
            self._put(ChunkKind.QUIET)
            return
        stamp = clock.now()
        try:
            data += what_waits(self._port)
            if self._gathers and not self._hurry:
                for came in self._follow(stamp.boot_ns + round(HOLD_OFF * 1e9)):
                    data += came
        finally:
            self._queue.put(Chunk(self.number, ChunkKind.RECEIVED, stamp.boot_ns, stamp.wall_ns, data))
        if self._polls is not None:
            self._polls.heard(data, _now())
        self._hurry = _HURRY if len(data) >= _LONG_READ else max(0, self._hurry - 1)

    def _follow(self, until_ns: int) -> Iterator[bytes]:
        """What comes until a moment of the boot-time clock."""
        for _ in range(_LOOKS):
            left = (until_ns - clock.boot_ns()) / 1e9
            if left <= 0 or not wait_for_bytes(self._port, left):
                break
            yield what_waits(self._port)
        else:
            time.sleep(max(0.0, (until_ns - clock.boot_ns()) / 1e9))
        yield what_waits(self._port)

    def _send_what_is_due(self) -> None:
        """What was asked for, and what the driver wants to be asked again and again: then one at a time."""
        while not self._asked.empty():
            request = self._asked.get_nowait()
            if self._polls is not None:
                self._polls.ask(request)
            else:
                self._send(request)
        if self._polls is None:
            return
        rest = self._polls.rest(_now())
        if 0 < rest <= HOLD_OFF:  # a read would wait longer
            self._stop.wait(rest)
        due = self._polls.take(_now())
        if due is not None:
            self._send(due)

    def _forget_what_was_asked(self) -> None:
        while not self._asked.empty():
            self._asked.get_nowait()

    def _send(self, request: bytes) -> None:
        """The only write: bytes that the driver declares, and no others."""
        if not any(query.allows(request) for query in self._driver.queries):
            raise self._not_a_query(request)
        self._port.write(request)
        self._put(ChunkKind.SENT, request)

    def _not_a_query(self, request: bytes, more: str = "") -> QueryNotAllowedError:
        return QueryNotAllowedError(f"{request!r} is not a query of {self._driver.name}{more}; nothing was sent.")

    def _put(self, kind: ChunkKind, data: bytes = b"") -> None:
        stamp = clock.now()
        self._queue.put(Chunk(self.number, kind, stamp.boot_ns, stamp.wall_ns, data))

    def _put_fault(self, what: Fault, why: str) -> None:
        stamp = clock.now()
        self._queue.put(fault(self.number, stamp.boot_ns, stamp.wall_ns, what, why))

    def _reopen(self) -> Any:
        """The port again, or None after a stop."""
        for pause in self._pauses:
            self.beat += 1
            if self._stop.wait(pause):
                return None
            port = self._try_to_open()
            if port is not None:
                _log.info("link restored", link=self.number, driver=self._driver.name)
                self._not_taken = ""
                return port
            self._put(ChunkKind.QUIET)
        return None

    def _try_to_open(self) -> Any:
        """The port, or None if it is not there, or may be somebody else's."""
        self.opening = True
        try:
            port = open_port(self._where.find(), self._driver)
            self._where.remember()
            return port
        except PortNotTakenError as error:
            if str(error) != self._not_taken:
                self._not_taken = str(error)
                _log.warning("port not taken", link=self.number, driver=self._driver.name, cause=type(error).__name__)
                self._put_fault(Fault.PORT_NOT_TAKEN, str(error))
        except (PortError, BadInputError):
            pass
        finally:
            self.opening = False
        return None

    def _close(self) -> None:
        self.opening = True
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*PORT_ERRORS):
                port.close()


def _now() -> float:
    return clock.boot_ns() / 1e9


def _pauses() -> Iterator[float]:
    pause, greatest = BACK_OFF
    while True:
        yield pause
        pause = min(pause * 2, greatest)
