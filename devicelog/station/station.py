"""The station: one store, one desk that writes it, and at most one session in progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from devicelog import clock, units
from devicelog.attach.bind import Met
from devicelog.attach.choice import contradictions, unlikely_ports
from devicelog.errors import DevicelogError, NotNowError, StoreBusyError, StoreChangedError
from devicelog.ledger.beginning import Beginning, Through
from devicelog.opening.during import During
from devicelog.opening.prepared import Prepared
from devicelog.opening.refusing import keep_refused
from devicelog.opening.setting import rules_of, setting_of
from devicelog.opening.stated import Stated
from devicelog.opening.stating import planned
from devicelog.opening.warnings import warnings
from devicelog.problems import Location
from devicelog.recorder.plan import Plan
from devicelog.recording.recording import Recording
from devicelog.recording.resuming import go_on
from devicelog.recording.service import ServiceManager
from devicelog.screening.rule import Rules
from devicelog.station.chores import Chores
from devicelog.station.counts import Counts
from devicelog.station.desk import Desk
from devicelog.station.ending import BESIDE, STATION
from devicelog.station.hub import Hub
from devicelog.station.pending import Pending
from devicelog.station.running import Running
from devicelog.station.trials import Trials
from devicelog.steps.draft import Draft
from devicelog.store.beside.server import Beside
from devicelog.store.bindings import bindings
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer
from devicelog.stored import record_of

Answer = TypeVar("Answer")

_log = structlog.get_logger()

#: How often, and after which pause (s), the store is asked for again at the start.
_TRIES, _PAUSE = 20, 0.1

#: How long whoever begins a session waits for its first entry to be durable (s).
_BEGUN = 10.0

#: What is done beside the desk is done anew so often, where somebody else wrote meanwhile.
_TIMES = 3

#: Makes of a draft, with what it is held against, what is stated; where nobody was asked it differs.
State = Callable[..., Stated]


class Alive:
    """What a recording says to the service manager: that it is alive. When the station is ready, it says itself."""

    def __init__(self, manager: ServiceManager) -> None:
        self.alive = manager.alive

    def ready(self) -> None:
        """The station was ready before."""

    def stopping(self) -> None:
        """The session is ending, not the station."""


@dataclass(frozen=True, slots=True)
class Order:
    """A session that somebody wants to begin: what was prepared, with which questions, when that began and by whom.

    `rules` are None where nobody was asked; `account` is that person's id. `asked` says when each place of the draft
    was answered, where that was not all at once. `begun` goes into the session's first entry.
    """

    draft: Draft
    rules: Rules | None
    start: clock.Stamp
    account: str | None = None
    state: State = planned
    asked: Mapping[Location, clock.Stamp] = field(default_factory=dict)
    begun: Beginning = field(default_factory=lambda: Beginning(Through.PAGE))


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of an order: the session in progress, with what must be known of it; or why it was refused."""

    session: str
    running: Running | None
    told: tuple[str, ...]


class Station:
    """One for the process. Everything that writes goes through `desk`; whoever reads opens the store for himself.

    `screening` is the clinic's own list of questions (None: the one that comes with devicelog), for a session that goes
    on; one that begins brings its rules along.
    """

    def __init__(self, store: Path, manager: ServiceManager | None = None, screening: Path | None = None) -> None:
        self.store = store
        self.manager = manager if manager is not None else ServiceManager()
        self.desk = Desk(_opened, store, self.manager.alive)
        self.current: Running | None = None
        self.counts = Counts()
        self.trials = Trials()
        self.meetings: Pending[Met] = Pending()
        self.chores = Chores(lambda: self.current is not None)
        self._screening = screening
        self._beside: Beside | None = None
        self._begun: tuple[Callable[[Running], None], ...] = ()
        self._is_ending = False

    def start(self) -> None:
        """Open the store and take the lock; goes on with the session that a crash or a power cut left open.

        From then on commands in a terminal write through the station. Raises what opening a store raises.
        """
        self.desk.start()
        try:
            self.desk.do(self._resume)
            self._beside = Beside(self.desk.do(lambda writer: writer.folder), self.desk.do)
            self._beside.start()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End in order: a session in progress stays open, all of it durable, for the next start to go on with.

        What does not end in time is left behind, and comes to no more.
        """
        until = clock.boot_ns() + round(STATION * 1e9)
        self._is_ending = True
        self.trials.make_room()
        self.chores.close()
        if self._beside is not None:
            self._beside.close(BESIDE)
        self._leave()
        if self.desk.is_alive:
            self.desk.post(lambda _: self._leave())  # one that was being begun just now
        self.desk.close((until - clock.boot_ns()) / 1e9)

    def _leave(self) -> None:
        running = self.current
        if running is not None:
            running.recording.leave()

    def beside(self, job: Callable[[Writer], Answer]) -> Answer:
        """What a job makes that reads and works for long, on the caller's thread; the desk does its transactions.

        Where somebody else wrote meanwhile it is done anew. Raises what the job does.
        """
        if self._beside is None:
            raise NotNowError("the station is not open; try again when it is.")
        for _ in range(_TIMES):
            with suppress(StoreChangedError), self._beside.writer() as writer:
                return job(writer)
        with self._beside.writer() as writer:
            return job(writer)

    def on_begin(self, tell: Callable[[Running], None]) -> None:
        """Call `tell` with every session that begins; on the desk's thread, so it must not wait."""
        self._begun = (*self._begun, tell)

    def begin(self, order: Order) -> Begun:
        """Open the ports and begin to record, or keep what was stated of a session that is refused.

        When it returns, the first entry is durable. Raises what `Prepared.of` raises, PlaceError for what cannot be,
        PortError and StrangerError for devices that cannot be read, NotNowError while another session is recorded, and
        for a store that does not take the first entry.
        """
        begun = self.desk.do(lambda writer: self._begin(order, writer))
        running = begun.running
        if running is not None and not running.hub.await_begun(_BEGUN):
            found = f"session {begun.session} was begun, and the store has not taken its first entry yet"
            raise NotNowError(f"{found}; look at the page of the session in progress, and at the disk.")
        if running is not None and running.failure is not None:
            raise NotNowError(running.failure)
        return begun

    # -- on the desk -------------------------------------------------------------------------------------------

    def _begin(self, order: Order, writer: Writer) -> Begun:
        if self.current is not None:
            raise NotNowError("a session is being recorded already; end it before another is begun.")
        if self._is_ending:
            raise NotNowError("the station is ending; try again when it is back.")
        _close_left(writer)
        units.prepare()
        prepared = Prepared.of(order.draft, self.store)
        writer.check_room()
        setting = setting_of(
            writer, order.draft, prepared.protocol, order.start, rules=order.rules, simulated=prepared.is_simulated
        )
        said = order.state(order.draft, setting, order.start)
        said = replace(said, asked=order.asked) if order.asked else said
        plan = prepared.plan(writer, said, order.begun)
        if said.stops:
            return Begun(plan.session, None, tuple(keep_refused(writer, plan, prepared.protocol, said)))
        hub, known = Hub(), bindings(writer)
        recording = Recording(
            writer,
            plan,
            prepared.protocol,
            order.start,
            hub.take,
            hub.warn,
            hub.cry,
            known,
            said.chunks(writer, plan.subject),
        )
        with self.trials.kept_away():
            recording.open_ports()
            recording.confirm()
            running = Running(recording, hub, During.begun(said, plan.zones), writer.folder, order.account)
            self._go_on(running)
        told = (*contradictions(prepared.chosen, known), *unlikely_ports(prepared.chosen), *warnings(plan))
        return Begun(plan.session, running, tuple(dict.fromkeys(told)))

    def _resume(self, writer: Writer) -> None:
        """Go on with the session that was left open, if one was: what it holds so far is told like what is new."""
        hub, known, before = Hub(), bindings(writer), writer.running_sessions()
        recording = go_on(writer, hub.take, hub.warn, hub.cry, known, at=clock.now())
        if recording is None:
            return
        row = before[-1]
        hub.take(list(writer.lines(row.number)))
        recording.open_ports()
        during = _during(writer, row, recording.plan, self._rules())
        self._go_on(Running(recording, hub, during, writer.folder, None))

    def _rules(self) -> Rules | None:
        """The clinic's own questions; those that come with devicelog where the file cannot be used any more."""
        try:
            return rules_of(str(self._screening)) if self._screening is not None else None
        except DevicelogError as error:
            _log.error("the screening file cannot be used", cause=type(error).__name__)
            return None

    def _go_on(self, running: Running) -> None:
        """Let a session whose ports are open be recorded: the desk's next job, and its longest."""
        self.current = running
        self.counts.begin()
        running.hub.counted(partial(self.counts.take, at_boot=running.recording.recorder.clock.boot_ns))
        running.recording.tell(Alive(self.manager))
        self.desk.post(lambda writer: self._record(running, writer))
        for tell in self._begun:
            tell(running)

    def _record(self, running: Running, writer: Writer) -> None:
        try:
            running.run(self.desk, writer)
        finally:
            self.current = None
            running.hub.end()  # whoever is told so may begin the next one at once
        if running.failure is not None:
            with suppress(DevicelogError):  # what is left is closed before the next session
                writer.reopen()  # the disk may have failed
            _close_left(writer)


def _close_left(writer: Writer) -> None:
    """Give a session that a failure has ended its last entry: the next start must not go on with it.

    Where that cannot be written now, it is tried again before the next session, which is not kept from being recorded.
    """
    try:
        for row in writer.running_sessions():
            writer.interrupt(row, "its recording failed.")
    except DevicelogError as error:
        _log.warning("a session that failed is not closed yet", cause=type(error).__name__)


def _during(writer: Writer, row: SessionRow, plan: Plan, rules: Rules | None) -> During:
    """What can be stated in a session that goes on; it goes on also where little can."""
    try:
        return During.of(record_of(writer, row), writer, rules)
    except DevicelogError as error:
        _log.error("less can be stated", session=row.id, cause=type(error).__name__)
        return During.bare(plan.practitioner, plan.zones, datetime.fromisoformat(row.started).astimezone().date())


def _opened(store: Path) -> Writer:
    """The store, with its lock; a session that was left open stays so.

    A command that has the store for a moment is waited for. StoreBusyError where another station has it, or a
    recording that goes on.
    """
    for _ in range(_TRIES):
        try:
            writer = Writer.open(store, resuming=True)
            break
        except StoreBusyError:
            time.sleep(_PAUSE)
    else:
        writer = Writer.open(store, resuming=True)
    if writer.is_beside:
        writer.close()
        raise StoreBusyError(f"the store {store} has a station already; end that, or name another --store.")
    return writer
