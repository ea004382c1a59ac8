"""One session while it lasts: links feed a queue, one loop takes from it, records, commits and acknowledges."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import structlog

from devicelog import clock
from devicelog.acts.binding import Bindings
from devicelog.attach.confirmation import Confirmation
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Priority
from devicelog.errors import DevicelogError, NotNowError, StoreFullError
from devicelog.ledger import Kind, Line
from devicelog.link.link import Link
from devicelog.link.watch import Watch
from devicelog.link.whereabouts import Whereabouts
from devicelog.patience import Limited
from devicelog.recorder.act import act
from devicelog.recorder.closing import Closing
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog.recording.backlog import Backlog, Trouble
from devicelog.recording.intake import Intake
from devicelog.recording.service import Manager, ServiceManager
from devicelog.recording.standstill import Cry, Standstill, cry_to_stderr
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.witness.keeper import Keeper

#: At most this many chunks make one commit.
_BATCH = 256
#: A thread may keep the interpreter from the others this long (s): a reader must get back to its port in time.
_SWITCH = 0.002
#: A device that has not said who it is, is asked again after this time (ns).
_ASK_AGAIN_NS = 1_000_000_000
#: What the recorder makes is not cyclic; looking for cycles at every 700th object would cost a tenth of its time.
_COLLECT = 50_000

#: Told of entries once they are durable.
Acknowledge = Callable[[Sequence[Line]], None]
#: Told when what is recorded does not become durable as it should, and with None when it does again.
Warn = Callable[[Trouble | None], None]

#: Why a session ends that cannot be kept any longer.
_NO_MORE = "the store could not be written for too long"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as far as it was recorded: its recorder, whose drivers are asked through `patience`, and its ledger."""

    recorder: Recorder
    patience: Limited
    ledger: LedgerWriter


class Recording:
    """A session in progress. `acknowledge` is called after each commit with what has become durable.

    `stated` are acts of people from before the ports were opened; they become durable with the first entry.
    """

    def __init__(
        self,
        store: Writer,
        plan: Plan,
        protocol: TreatmentProtocol | None,
        start: clock.Stamp,
        acknowledge: Acknowledge,
        warn: Warn = lambda _: None,
        cry: Cry = cry_to_stderr,
        known: Bindings | None = None,
        stated: Sequence[Chunk] = (),
    ) -> None:
        self.plan = plan
        self._stated = stated
        self._manager: Manager = ServiceManager()
        session = self._begin(store, protocol, start)
        self.recorder, self._patience = session.recorder, session.patience
        self._acknowledge = acknowledge
        self._backlog = Backlog(session.ledger, self._acknowledged)
        self._warn = warn
        self._trouble: Trouble | None = None
        self._keeper = Keeper(store.folder)
        self._queue: SimpleQueue[Chunk] = SimpleQueue()
        self._intake = Intake(self._queue)
        bindings = known if known is not None else Bindings()
        self._links = [
            Link(bound.link, bound.url, bound.driver, self._queue, self._where(bound, bindings), bound.allowed)
            for bound in plan.devices
        ]
        self._confirmation = Confirmation(plan.devices, bindings)
        self._early: list[Chunk] | None = None
        self._watch = Watch(self._links, self._queue.put)
        self._standstill = Standstill(plan.session, self._queue.put, self._patience.is_waiting, cry)
        self._why = ""
        self._leaves = False
        self._start_ns = start.boot_ns
        self._heard_ns = start.boot_ns
        self._asked_ns = start.boot_ns

    def _begin(self, store: Writer, protocol: TreatmentProtocol | None, start: clock.Stamp) -> OpenSession:
        """The session to record: one that begins now."""
        patience = Limited()
        recorder = Recorder(self.plan, protocol, start, patience)
        ledger = store.begin(self.plan.session, self.plan.subject, clock.utc(start.wall_ns))
        return OpenSession(recorder, patience, ledger)

    def _where(self, bound: Bound, known: Bindings) -> Whereabouts | None:  # noqa: ARG002
        """Where a device belongs, if its port may be under another name; one whose port is opened now is there."""
        return None

    def open_ports(self) -> None:
        """Open every port before anything is written; raises PortError, and then all are closed.

        What was stated before took its time; how long the session is recorded counts from here. A simulated device is
        a new one: whoever trains a second time in this process begins with the first injection again.
        """
        self._start_ns = self._heard_ns = self._asked_ns = clock.boot_ns()
        try:
            for link in self._links:
                link.open(anew=True)
        except BaseException:
            for link in self._links:
                link.discard()
            self._patience.close()
            raise

    def confirm(self) -> None:
        """Wait until each device that was found by its binding has said who it is; with the ports open, before `run`.

        Raises StrangerError or NotNowError, and then the ports are closed and nothing was written.
        """
        if not self._confirmation.is_due:
            return
        self._start_links()
        try:
            self._early = self._confirmation.wait(self._links, self._queue, self._patience)
        except BaseException:
            self._stop_links()
            self._patience.close()
            raise

    def _start_links(self) -> None:
        for link in self._links:
            link.start()

    def tell(self, manager: Manager) -> None:
        """Who is told from now on that the recording is ready, alive and ending, in the place of systemd."""
        self._manager = manager

    def stop(self, why: str) -> None:
        """End the session in order; may be called from a signal handler or another thread.

        Takes no lock, which a signal handler could find held. The chunk wakes the loop: a signal at the wrong moment
        lets `SimpleQueue.get` forget its time limit (Python 3.11), and of a device that is gone nothing else comes.
        """
        self._why = self._why or why
        self.wake()

    def wake(self) -> None:
        """Let the loop take its turn now; may be called from anywhere, as `stop` may."""
        stamp = clock.now()
        self._queue.put(Chunk(NO_LINK, ChunkKind.QUIET, stamp.boot_ns, stamp.wall_ns))

    def leave(self) -> None:
        """Stop in order and leave the session open: the next process goes on with it (`resuming.py`); as for `stop`.

        All that came is made durable first. The time until then is a gap, as after a kill. Once the end was asked for,
        the session ends.
        """
        self._leaves = self._leaves or not self._why
        self.stop("left open")

    @property
    def waiting(self) -> int:
        """So many entries and chunks are in memory only; from any thread."""
        return self._backlog.waiting

    def put(self, *chunks: Chunk) -> None:
        """Let what a person did take its place among the bytes; NotNowError once nothing more is taken."""
        self._intake.put(chunks)

    def run(
        self,
        *,
        seconds: float | None = None,
        quiet_seconds: float | None = None,
        idle: Callable[[], None] = lambda: None,
        switch: float = _SWITCH,
    ) -> None:
        """Record until stopped, for a time, or until no byte came for a time; `idle` is called between batches.

        `switch` is how long a thread may keep the interpreter from the others (s).
        While the store cannot be written, what comes is kept in memory and tried again, with an alarm. Raises
        NotNowError if it cannot be written at the start, if what was kept could not be written at the end, if the
        session was ended because no more could be kept, or if this program fails; what was acknowledged stays.
        """
        sys.setswitchinterval(switch)
        gc.freeze()
        gc.set_threshold(_COLLECT)
        if self._early is None:
            self._start_links()
        self._keeper.start()
        self._standstill.start()
        try:
            self._loop(seconds, quiet_seconds, idle)
            if self._leaves:
                self._hand_over(idle)
            else:
                self._read_logs(idle)
                self._finish(idle)
        except (DevicelogError, OSError):
            raise
        except Exception as error:  # a recorder that died must not seem to record
            _log.exception("recording failed", session=self.plan.session)
            found = f"the recording failed ({type(error).__name__}) and has ended"
            raise NotNowError(f"{found}; what was acknowledged is kept. Begin another, and report this.") from error
        finally:
            self._intake.close()
            self._standstill.close()
            self._stop_links()
            self._patience.close()
            self._keeper.finish()

    def _loop(self, seconds: float | None, quiet_seconds: float | None, idle: Callable[[], None]) -> None:
        """Make the first entry durable, then take turns until the session is to end; tells the service manager."""
        for chunk in self._stated:
            self._handle(chunk)
        self._commit()
        if self._backlog.error is not None:
            raise self._backlog.error
        for chunk in self._early or ():
            self._handle(chunk)
        self._manager.ready()
        while not self._why:
            self._turn()
            self._manager.alive()  # said only after a commit, or when there was nothing to commit
            self._watch.look()
            self._ask_who()
            self._check_end(seconds, quiet_seconds)
            self._idle(idle)
        self._manager.stopping()

    def _turn(self) -> None:
        """Wait for a chunk, take what else has queued, and make it durable at once: nothing waits for company."""
        try:
            chunk = self._queue.get(timeout=0.1)
        except Empty:
            self._commit()
            return
        self._handle(chunk)
        for _ in range(_BATCH):
            try:
                chunk = self._queue.get_nowait()
            except Empty:
                break
            self._handle(chunk)
        self._doubt()
        self._commit()
        self._ask()

    def _doubt(self) -> None:
        """Say what contradicts a binding."""
        for about, text in self._confirmation.doubts(self.recorder.sources):
            content = {"about": about, "priority": Priority.MEDIUM.value, "text": text}
            self.recorder.handle(act(clock.now(), Kind.ALARM, **content))

    def _ask(self) -> None:
        """Send on what the recorder wants to know of its devices."""
        requests = self.recorder.requests
        while requests:
            number, request = requests.pop(0)
            next(link for link in self._links if link.number == number).ask(request)

    def _handle(self, chunk: Chunk) -> None:
        self._standstill.beat()
        if chunk.kind is ChunkKind.RECEIVED:
            self._heard_ns = chunk.boot_ns
            self._links[chunk.link - 1].took(len(chunk.data))
        self.recorder.handle(chunk)

    def _commit(self) -> None:
        self._backlog.put(*self.recorder.take())
        self._backlog.flush()
        if self._backlog.trouble is not self._trouble:
            self._tell(self._backlog.trouble)

    def _acknowledged(self, lines: Sequence[Line]) -> None:
        with self._standstill.output():
            self._acknowledge(lines)

    def _idle(self, idle: Callable[[], None]) -> None:
        with self._standstill.output():
            idle()

    def _tell(self, trouble: Trouble | None) -> None:
        """Say on the screen, in the ledger and in the log that the store is in another trouble than before, or none."""
        if self._trouble is not None:
            self.recorder.handle(act(clock.now(), Kind.ALARM_ENDED, about="store"))
        if trouble is not None:
            content = {"about": "store", "priority": trouble.priority.value, "text": trouble.value}
            self.recorder.handle(act(clock.now(), Kind.ALARM, **content))
        _log.warning("store", session=self.plan.session, cause=trouble.name if trouble is not None else "well again")
        self._trouble = trouble
        self._warn(trouble)

    def _ask_who(self) -> None:
        """Ask again, once a second, a device that came back and has not said who it is."""
        now = clock.boot_ns()
        if now - self._asked_ns < _ASK_AGAIN_NS:
            return
        self._asked_ns = now
        for link in self._links:
            source = self.recorder.sources[link.number]
            waited_us = self.recorder.journal.t - source.opened_us
            if source.opened and source.must_hold and waited_us * 1000 >= _ASK_AGAIN_NS:
                link.ask_who()

    def _check_end(self, seconds: float | None, quiet_seconds: float | None) -> None:
        now = clock.boot_ns()
        if seconds is not None and now - self._start_ns >= seconds * 1e9:
            self.stop("the time was over")
        if quiet_seconds is not None and now - self._heard_ns >= quiet_seconds * 1e9 and self._queue.empty():
            self.stop("the devices fell silent")
        if self._backlog.is_full:
            _log.error("session ends", session=self.plan.session, why=_NO_MORE)
            self.stop(_NO_MORE)

    def _read_logs(self, idle: Callable[[], None]) -> None:
        """Let devices that write a log of their own do so, and read it: for a bounded time, and no more than is new."""
        closing = Closing(self.recorder.sources, clock.boot_ns())
        if closing.is_needed:
            self._handle(act(clock.now(), Kind.ENDING, because=self._why))
        while not closing.is_over(clock.boot_ns()) and not self._backlog.is_full:
            for number, request in closing.requests(clock.boot_ns()):
                self._links[number - 1].ask(request)
            self._turn()
            self._watch.look()
            self._idle(idle)

    def _finish(self, idle: Callable[[], None]) -> None:
        """Read no more, record what has queued, and write the last entry."""
        self._take_the_rest()
        stamp = clock.now()
        end = Chunk(NO_LINK, ChunkKind.ENDED, stamp.boot_ns, stamp.wall_ns, self._why.encode())
        self.recorder.handle(end)
        self._backlog.put(*self.recorder.take(), "ended")
        self._backlog.drain(lambda: self._wait_for_store(idle))
        self._wait_for_store(idle)
        _log.info("session ended", session=self.plan.session)
        if self._why == _NO_MORE:
            missing = f"session {self.plan.session} was ended at {clock.told(clock.utc(stamp.wall_ns))}: {_NO_MORE}"
            raise StoreFullError(f"{missing}; what came after is missing, so make room and begin another session.")

    def _hand_over(self, idle: Callable[[], None]) -> None:
        """Read no more, and make what has queued durable."""
        self._take_the_rest()
        self._backlog.put(*self.recorder.take())
        self._backlog.drain(lambda: self._wait_for_store(idle))
        self._wait_for_store(idle)
        _log.info("session left open", session=self.plan.session)

    def _take_the_rest(self) -> None:
        self._stop_links()
        self._intake.close()
        while not self._queue.empty():
            self._handle(self._queue.get_nowait())

    def _wait_for_store(self, idle: Callable[[], None]) -> None:
        """Called again and again while the end of the session cannot be written."""
        if self._backlog.trouble is not self._trouble:
            self._trouble = self._backlog.trouble
            self._warn(self._trouble)
        self._idle(idle)

    def _stop_links(self) -> None:
        for link in self._links:
            link.stop()
        for link in self._links:
            self._standstill.beat()
            link.join()
