"""One session while it lasts: links feed a queue, one loop takes from it, records, commits and acknowledges."""

from __future__ import annotations

import gc
import secrets
import sys
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

import structlog

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Line
from devicelog.link import Link
from devicelog.plan import Plan
from devicelog.recorder import Recorder
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol

#: At most this many chunks make one commit.
_BATCH = 64
#: A thread may keep the interpreter from the others this long (s): a reader must get back to its port in time.
_SWITCH = 0.002
#: What the recorder makes is not cyclic; looking for cycles at every 700th object would cost a tenth of its time.
_COLLECT = 50_000

#: Told of entries once they are durable.
Acknowledge = Callable[[Sequence[Line]], None]

_log = structlog.get_logger()


def new_session_id(stamp: clock.Stamp) -> str:
    """A name that sorts by time and can be told over the telephone."""
    moment = clock.utc(stamp.wall_ns)
    return f"{moment[:10].replace('-', '')}-{moment[11:19].replace(':', '')}-{secrets.token_hex(2)}"


class Recording:
    """A session in progress. `acknowledge` is called after each commit with what has become durable."""

    def __init__(
        self,
        store: Writer,
        plan: Plan,
        protocol: TreatmentProtocol | None,
        start: clock.Stamp,
        acknowledge: Acknowledge,
    ) -> None:
        self.plan = plan
        self.recorder = Recorder(plan, protocol, start)
        self._ledger = store.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
        self._acknowledge = acknowledge
        self._queue: SimpleQueue[Chunk] = SimpleQueue()
        self._links = [Link(bound.link, bound.url, bound.driver, self._queue) for bound in plan.devices]
        self._stop = threading.Event()
        self._why = ""
        self._start_ns = start.boot_ns
        self._heard_ns = start.boot_ns

    def open_ports(self) -> None:
        """Open every port before anything is written; raises PortError, and then all are closed."""
        try:
            for link in self._links:
                link.open()
        except BaseException:
            for link in self._links:
                link.discard()
            raise

    def stop(self, why: str) -> None:
        """End the session in order; may be called from a signal handler or another thread."""
        self._why = self._why or why
        self._stop.set()

    def put(self, chunk: Chunk) -> None:
        """Let something that a person did take its place among the bytes."""
        self._queue.put(chunk)

    def run(
        self,
        *,
        seconds: float | None = None,
        quiet_seconds: float | None = None,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        """Record until stopped, for a time, or until no byte came for a time; `idle` is called between batches.

        Raises StoreFullError, StoreBusyError or NotNowError if the store fails; what was acknowledged stays.
        """
        sys.setswitchinterval(_SWITCH)
        gc.freeze()
        gc.set_threshold(_COLLECT)
        for link in self._links:
            link.start()
        try:
            self._commit()
            while not self._stop.is_set():
                self._turn()
                self._check_end(seconds, quiet_seconds)
                idle()
            self._finish()
        finally:
            self._stop_links()

    def _turn(self) -> None:
        """Wait for a chunk, take what else has queued, and make it durable at once: nothing waits for company."""
        try:
            chunk = self._queue.get(timeout=0.1)
        except Empty:
            self._ledger.seal_if_due()
            return
        self._handle(chunk)
        for _ in range(_BATCH):
            try:
                chunk = self._queue.get_nowait()
            except Empty:
                break
            self._handle(chunk)
        self._commit()
        self._ask()

    def _ask(self) -> None:
        """Send on what the recorder wants to know of its devices."""
        requests = self.recorder.requests
        while requests:
            number, request = requests.pop(0)
            next(link for link in self._links if link.number == number).ask(request)

    def _handle(self, chunk: Chunk) -> None:
        if chunk.kind is ChunkKind.RECEIVED:
            self._heard_ns = chunk.boot_ns
        self.recorder.handle(chunk)

    def _commit(self, *, state: str | None = None) -> None:
        lines, chunks = self.recorder.take()
        if not lines and not chunks:
            self._ledger.seal_if_due()
            return
        self._ledger.commit(lines, chunks, state=state)
        self._acknowledge(lines)

    def _check_end(self, seconds: float | None, quiet_seconds: float | None) -> None:
        now = clock.boot_ns()
        if seconds is not None and now - self._start_ns >= seconds * 1e9:
            self.stop("the time was over")
        if quiet_seconds is not None and now - self._heard_ns >= quiet_seconds * 1e9 and self._queue.empty():
            self.stop("the devices fell silent")

    def _finish(self) -> None:
        """Read no more, record what has queued, and write the last entry."""
        self._stop_links()
        while not self._queue.empty():
            self._handle(self._queue.get_nowait())
        stamp = clock.now()
        end = Chunk(NO_LINK, ChunkKind.ENDED, stamp.boot_ns, stamp.wall_ns, self._why.encode())
        self.recorder.handle(end)
        self._commit(state="ended")
        _log.info("session ended", session=self.plan.session, why=self._why)

    def _stop_links(self) -> None:
        for link in self._links:
            link.stop()
        for link in self._links:
            link.join()
