"""The spine: chunks in, entries out, in one plain loop. Pure: no port, thread, clock or store.

    chunk ─▶ decoder ─▶ reading ─▶ continuity ─▶ units (layout) ─▶ verdict (monitor) ─▶ entry (journal)

The same plan and the same chunks give the same entries, which is what replay stands on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devicelog import clock
from devicelog.bodymap.zones import named
from devicelog.chunk import Chunk, ChunkKind, Fault, fault, is_fault, what_failed
from devicelog.driver import BadFrame, Effect, Event, Identity, Priority, Reading, Recalled, ReportKind, Value
from devicelog.ledger import FORMAT, Kind, Line, decode
from devicelog.ledger.resumption import Resumption
from devicelog.observation.layout import Layout
from devicelog.observation.run import Run, runs
from devicelog.patience import DriverHungError, Endless, Patience
from devicelog.recorder.continuity import Place
from devicelog.recorder.counted import Counted
from devicelog.recorder.device_logs import RunLogs
from devicelog.recorder.journal import Journal
from devicelog.recorder.own_count import OwnCount
from devicelog.recorder.plan import Plan
from devicelog.recorder.session_clock import SessionClock
from devicelog.recorder.source import MOST_HELD, Shape, Source, kind_of
from devicelog.recorder.upkeep import Upkeep
from devicelog.recorder.zones import Zones
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.check import NO_VERDICT, Judgement
from devicelog.treatment.citation import OF_A_LIMIT
from devicelog.treatment.kept import cites
from devicelog.treatment.monitor import Monitor
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.treatment.totals import Tally

#: What a driver is asked about, or told.
_TOLD = frozenset({ChunkKind.RECEIVED, ChunkKind.SENT, ChunkKind.LOST, ChunkKind.FILE})


@dataclass(frozen=True, slots=True)
class Said:
    """What a driver made of a chunk: events, or why there are none."""

    events: list[Event]
    error: Exception | None = None


class Recorder:
    """One session. `handle` takes chunks in order; `take` hands out what must become durable together.

    Drivers are asked through `patience`, which may cut one off that does not come back. `requests` are queries that
    wait to be sent (link number and bytes); whoever sends one takes it from the list.
    """

    def __init__(
        self, plan: Plan, protocol: TreatmentProtocol | None, start: clock.Stamp, patience: Patience | None = None
    ) -> None:
        self.plan = plan
        self.ended = False
        self.chunks: list[Chunk] = []
        self.journal = Journal()
        self.alarms = AlarmBook(self.journal.write)
        self.tally = Tally(None, plan.settings)
        body_map = named(plan.body_map)
        self.monitor = Monitor(protocol, self.tally, self.alarms, body_map, cites=cites(plan.protocol))
        self.clock = SessionClock(start, str(plan.host.get("boot_id", "")))
        self._layouts = 0
        at = {"wall": clock.utc(start.wall_ns), "boot_ns": start.boot_ns}
        self.journal.write(Kind.STARTED, {"format": FORMAT, "at": at, **plan.content()})
        self.sources: dict[int, Source] = {}
        for bound in plan.devices:
            first = self.sources[bound.first] if bound.first not in (None, bound.link) else None
            self.sources[bound.link] = Source(bound, patience or Endless(), first)
        self._upkeep = Upkeep(self.journal, self.alarms, self.monitor, self.sources)
        self._counted = Counted(self.journal, self.monitor, self._upkeep)
        self._zones = Zones(plan.zones, body_map, self.journal, self._upkeep.backfill, self.monitor)
        self.requests = self._upkeep.backfill.requests
        self._logs = RunLogs(self.journal, self.alarms, self.monitor, self._upkeep, self._shape_of)
        for source in self.sources.values():
            if source.broken is not None:
                self._upkeep.driver_fault(source, source.broken)
        self._zones.begin()

    @property
    def at_pauses(self) -> list[bool]:
        """Of each pause of a device, whether the next planned zone began there."""
        return self._zones.at_pauses

    @property
    def lines(self) -> list[Line]:
        """The entries made since the last `take`."""
        return self.journal.lines

    def take(self) -> tuple[list[Line], list[Chunk]]:
        """What has been collected since the last call."""
        taken = self.journal.lines, self.chunks
        self.journal.lines, self.chunks = [], []
        return taken

    def handle(self, chunk: Chunk) -> None:
        """One step of the session, until its end. Never raises for what a device, a link or a driver does."""
        if self.ended:
            return
        resumption = Resumption.of(chunk)
        said = {source.number: self._said(source, chunk) for source in self._asked(chunk, resumption)}
        before, t = (self.journal.chain.count, self._upkeep.backfill.asked), self.journal.t
        if resumption is not None:
            self._go_on(resumption, said)
        self._at(chunk)
        source = self.sources.get(chunk.link)
        match chunk.kind:
            case ChunkKind.ACT if resumption is None:
                self._act(decode(chunk.data))
            case ChunkKind.ENDED:
                self._end(chunk.data.decode("utf-8", "replace"), said)
            case _ if source is not None:
                self._on_link(source, chunk, said.get(source.number, Said([])))
        if chunk.kind is not ChunkKind.QUIET or (self.journal.chain.count, self._upkeep.backfill.asked) != before:
            self.chunks.append(chunk)
        else:
            self.journal.t = t  # a chunk that is not kept leaves no trace, so that replay, which lacks it, is the same

    def _on_link(self, source: Source, chunk: Chunk, said: Said) -> None:
        """One step of the life of a link."""
        match chunk.kind:
            case ChunkKind.RECEIVED:
                self._received(source, chunk.data, said)
            case ChunkKind.SENT:
                self._sent(source, chunk.data, said)
            case ChunkKind.QUIET:
                self._upkeep.look(source)
                self._upkeep.backfill.ask(source)
            case ChunkKind.OPENED:
                self._upkeep.opened(source, chunk.data.decode("utf-8", "replace"))
                self._logs.opened(source)
            case ChunkKind.FILE:
                self._decoded(source, said)
            case ChunkKind.LOST:
                self._lost(source, chunk.data.decode("utf-8", "replace"), said)
            case ChunkKind.FAULT:
                self._failed(source, *what_failed(chunk), said)

    def _at(self, chunk: Chunk) -> None:
        """The moment of a chunk; order is by the boot-time clock, and a step of the wall clock is an entry."""
        self.journal.t = max(self.journal.t, self.clock.moment(chunk))
        step = self.clock.step(chunk)
        if step is not None:
            self.journal.write(Kind.CLOCK_STEPPED, step)

    def _go_on(self, resumption: Resumption, said: dict[int, Said]) -> None:
        """Nobody listened for a while: no line is what it was, and what the program said of itself is over."""
        since, self.journal.t = self.journal.t, self.clock.go_on(resumption, self.journal.t)
        self.journal.write(Kind.RECORDING_RESUMED, {**resumption.content(), "since": since})
        for source in self.sources.values():
            self._lost(source, resumption.cause, said[source.number], "")
        self._upkeep.go_on(resumption.cause)

    # -- the drivers -------------------------------------------------------------------------------------------

    def _asked(self, chunk: Chunk, resumption: Resumption | None) -> Iterator[Source]:
        """Whose drivers are asked what they make of a chunk."""
        if chunk.kind is ChunkKind.ENDED or resumption is not None:
            yield from self.sources.values()
        elif chunk.kind is ChunkKind.QUIET or chunk.link not in self.sources:
            return
        elif chunk.kind in _TOLD or is_fault(chunk, Fault.READER_FAILED):
            yield self.sources[chunk.link]

    def _said(self, source: Source, chunk: Chunk) -> Said:
        """What a driver makes of a chunk.

        One that does not come back is at fault before the chunk is handled: a replay finds that in its place, and does
        not ask it again.
        """
        try:
            if chunk.kind is ChunkKind.SENT:
                source.tell(chunk.data)
                return Said([])
            if chunk.kind is ChunkKind.FILE:
                return Said(source.read_file(chunk.data))
            return Said(source.decode(chunk.data if chunk.kind is ChunkKind.RECEIVED else None))
        except DriverHungError as hung:
            at = chunk if chunk.kind is not ChunkKind.ACT else self.clock.last  # the host may be another since
            self.handle(fault(source.number, at.boot_ns, at.wall_ns, Fault.DRIVER_HUNG, str(hung)))
            return Said([])
        except Exception as error:  # whatever a driver raises
            return Said([], error)

    # -- a link ------------------------------------------------------------------------------------------------

    def _lost(self, source: Source, cause: str, said: Said, gap: str = "link lost") -> None:
        if not source.opened:
            return
        source.opened = False
        self.journal.write(Kind.LINK_LOST, {"link": source.number, "cause": cause})
        self._decoded(source, said)
        self._drop_held(source)
        self._upkeep.backfill.pause(source)
        self._logs.lost(source)
        if gap and not source.resting:
            self._upkeep.gaps.open(source, gap)

    def _failed(self, source: Source, what: str, why: str, said: Said | None) -> None:
        """Something failed on the host's side of a link."""
        match what:
            case Fault.DRIVER_HUNG:
                self._upkeep.driver_hung(source, why)
            case Fault.READER_FAILED if said is not None:
                self._lost(source, f"{what}: {why}", said, "the reader failed")
                self._upkeep.reader_failed(source, why)
            case Fault.PORT_NOT_TAKEN:
                self._upkeep.port_not_taken(source, why)

    def _sent(self, source: Source, request: bytes, said: Said) -> None:
        """A query left the host; that it does more than read is said once for each opening of the line."""
        query = next((query for query in source.driver.queries if query.allows(request)), None)
        source.marks.asked()
        if query is not None:
            source.clearings.sent(query)
        if query is not None and query.effect is not Effect.NONE and query.effect not in source.effects:
            source.effects.add(query.effect)
            content = {"link": source.number, "effect": query.effect.value, "purpose": query.purpose}
            self.journal.write(Kind.ASKED, content)
        self._logs.sent(source, request)
        self._decoded(source, said)

    def _received(self, source: Source, data: bytes, said: Said) -> None:
        self._upkeep.look(source)
        source.count(data, self.journal.t)
        self._decoded(source, said)
        self._upkeep.backfill.ask(source)

    def _decoded(self, source: Source, said: Said) -> None:
        """What a driver made of its bytes; if it raised, or reports what it never declared, the bytes are kept."""
        try:
            for event in runs(said.events):
                match event:
                    case Run() | Reading() if source.must_confirm and source.must_hold:
                        self._hold(source, event)
                    case Run():
                        self._run(source, event)
                    case Reading():
                        self._reading(source, event)
                    case Identity():
                        self._identity(source, event)
                    case BadFrame():
                        self._upkeep.bad_frame(source, event)
                    case Recalled():
                        self._upkeep.backfill.answered(source, event)
                    case _:
                        self._logs.hear(source, event)
            if said.error is not None:
                raise said.error
        except Exception as error:  # a driver's fault is not the session's: the others go on
            self.journal.release()
            self._upkeep.driver_fault(source, error)

    # -- who is on the line ------------------------------------------------------------------------------------

    def _identity(self, source: Source, identity: Identity) -> None:
        """Who the device is; what it reported before it said so is its own."""
        self._upkeep.identity(source, identity)
        while source.held:
            self._reading(source, source.held.popleft())

    def _hold(self, source: Source, heard: Run | Reading) -> None:
        """A line came back, and who is on it now has not been said: its readings must not count for another."""
        source.bytes_since_heard = 0
        source.held.extend(heard.readings if isinstance(heard, Run) else [heard])
        while len(source.held) > MOST_HELD:
            self._drop(source, source.held.popleft())

    def _drop_held(self, source: Source) -> None:
        """Nobody said whose the held readings are."""
        while source.held:
            self._drop(source, source.held.popleft())

    def _drop(self, source: Source, reading: Reading) -> None:
        self._upkeep.drop_held(source, reading, self._shape_of(source, reading))

    # -- readings ----------------------------------------------------------------------------------------------

    def _run(self, source: Source, run: Run) -> None:
        """Readings alike: at one go if nothing is odd about any of them, which is the same as one by one."""
        shape = source.plain_shape(run)
        judgement = self.monitor.judge_run(shape.layout, run, self.journal.t) if shape is not None else None
        if shape is None or judgement is None:
            for reading in run.readings:
                self._reading(source, reading)
            return
        source.take_run(shape, run, self.journal.t)
        self.journal.observe_run(shape.layout.number, run.readings, *judgement)

    def _reading(self, source: Source, reading: Reading) -> None:
        """Decoded, in its place, resolved, judged: an observation."""
        shape = self._shape_of(source, reading)
        layout, values = shape.layout, reading.values
        if reading.from_memory:
            self._upkeep.backfill.remembered(source, shape, reading)
            return
        place = source.place(shape, reading)
        if place is not Place.NEXT and not self._upkeep.out_of_order(source, shape, reading, place):
            return
        for position, counter in shape.counters:
            if values[position] == counter.next:
                counter.next += 1
            else:
                self._upkeep.counter(source, reading.at, counter, values[position])
        self._heard(source, shape)
        verdict, breached = self._judge(source, shape, values) if shape.treats else NO_VERDICT
        self.journal.observe(layout.number, reading.at, values, verdict, breached)
        if shape.treats:
            source.resting = source.quiet = False
        if not shape.treats or source.is_counted:
            self._taken(source, layout, values)
        for position, metric in shape.states:
            if source.states.get(metric.name) != values[position]:
                self._upkeep.state(source, metric, values[position])

    def _shape_of(self, source: Source, reading: Reading) -> Shape:
        return source.shapes.get(kind_of(reading)) or self._new_shape(source, reading)

    def _new_shape(self, source: Source, reading: Reading) -> Shape:
        self._layouts += 1
        shape = source.shape(reading, self._layouts)
        self._upkeep.new_shape(source, shape)
        return shape

    def _judge(self, source: Source, shape: Shape, values: tuple[Value, ...]) -> Judgement:
        """The verdict; alarms that come of it are written behind the observation, and name it."""
        self.journal.hold()
        if shape.layout.kind is ReportKind.INTERVAL:
            return self._counted.judge(source, shape.layout, values)
        return self.monitor.judge(shape.layout, values, self.journal.t, source.longest_ms)

    def _heard(self, source: Source, shape: Shape) -> None:
        """Something readable came; of a device whose counters are polled, only an answer with these."""
        if source.is_counted and shape.layout.kind is not ReportKind.INTERVAL:
            return
        if source.gap is not None and source.shelf is None:  # what a card holds is known when it has been listed
            runs_on = shape.numbering is not None or source.marks.known
            self._upkeep.gaps.close(source, 0 if runs_on else None)
        source.heard_us, source.bytes_since_heard = self.journal.t, 0

    def _taken(self, source: Source, layout: Layout, values: tuple[Value, ...]) -> None:
        """What follows from a reading that is no treatment, and from the state of a device that is polled."""
        match layout.kind:
            case ReportKind.SETTINGS | ReportKind.SETTING:
                self.monitor.set(layout, values)
            case ReportKind.PURGE:
                self.monitor.purge(layout, values)
            case ReportKind.STATUS | ReportKind.INTERVAL if layout.position("state") is not None:
                self._status(source, layout.resolve(values).get("state"))
            case ReportKind.TOTALS:
                self._upkeep.settling.report(source, layout, values)
                source.resting, source.own_count = True, OwnCount()  # counts may begin again behind it

    def _status(self, source: Source, state: Any) -> None:
        """What a device says of itself; a pause is where the next planned zone begins."""
        quiet = source.driver.quiet_states
        source.quiet = bool(quiet) and (state is None or state in quiet)
        paused = state in source.driver.paused_states
        if paused and not source.paused:
            self._zones.paused()
        source.paused = paused

    # -- acts and the end --------------------------------------------------------------------------------------

    def _act(self, act: dict[str, Any]) -> None:
        """Something a person or the program did."""
        match Kind(act.pop("kind")):
            case Kind.ZONE:
                self._zones.enter(act["zone"], because=act.get("because", "chosen"))
            case Kind.ALARM:
                about, more = ("act", act["about"]), {name: act[name] for name in OF_A_LIMIT if name in act}
                latching = bool(act.get("latching"))
                self.alarms.begin(about, Priority(act["priority"]), act["text"], latching=latching, **more)
            case Kind.ALARM_ENDED:
                self.alarms.end(("act", act["about"]))
            case kind:
                self.journal.write(kind, act)
                if kind is Kind.ENDING:
                    self._logs.ending(self.sources.values())

    def _end(self, because: str, said: dict[int, Said]) -> None:
        for source in self.sources.values():
            self._decoded(source, said[source.number])
            self._drop_held(source)
            self._counted.end(source)
            self._logs.end(source)
            self._upkeep.end(source)
        self.alarms.end_all("the session ended")
        received = {str(source.number): source.received for source in self.sources.values()}
        self.journal.write(Kind.ENDED, {"because": because, "received": received})
        self.ended = True
