"""The spine: chunks in, entries out, in one plain loop. Pure: no port, thread, clock or store.

    chunk ─▶ decoder ─▶ reading ─▶ continuity ─▶ units (layout) ─▶ verdict (monitor) ─▶ entry (chain)

The same plan and the same chunks give the same entries, which is what replay stands on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.continuity import Place
from devicelog.driver import BadFrame, Event, Identity, Metric, Priority, Reading, ReportKind, Value
from devicelog.gaps import Gaps
from devicelog.layout import Layout
from devicelog.ledger import FORMAT, Chain, Kind, Line, decode, encode
from devicelog.plan import Plan
from devicelog.reconciliation import reconcile
from devicelog.source import BAD_FRAMES, Shape, Source
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.monitor import Judgement, Monitor
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.treatment.totals import Tally, Totals

#: So many bad frames of one link within this time are an alarm (microseconds).
_BAD_WINDOW_US = 10_000_000


_NO_VERDICT: Judgement = (None, ())


class Recorder:
    """One session. `handle` takes chunks in order; `lines` and `chunks` collect what must become durable together."""

    def __init__(self, plan: Plan, protocol: TreatmentProtocol | None, start: clock.Stamp) -> None:
        self.plan = plan
        self.lines: list[Line] = []
        self.chunks: list[Chunk] = []
        self.chain = Chain()
        self.ended = False
        self._t = 0
        self._start = start
        self._offset_ns = start.wall_ns // 1000 * 1000 - start.boot_ns  # as the first entry states it
        self._layouts = 0
        self._zones = list(plan.zones[1:])
        self.sources = {bound.link: Source(bound) for bound in plan.devices}
        self.alarms = AlarmBook(self._alarm)
        self._judging = False
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self.tally = Tally(None, plan.settings)
        self.monitor = Monitor(protocol, self.tally, self.alarms)
        self._gaps = Gaps(self._write, self.alarms, self.tally)
        at = {"wall": clock.utc(start.wall_ns), "boot_ns": start.boot_ns}
        self._write(Kind.STARTED, {"format": FORMAT, "at": at, **plan.content()})
        if plan.zones:
            self._enter(plan.zones[0], because="chosen at the start")

    def take(self) -> tuple[list[Line], list[Chunk]]:
        """What has been collected since the last call."""
        taken = self.lines, self.chunks
        self.lines, self.chunks = [], []
        return taken

    def handle(self, chunk: Chunk) -> None:
        """One step of the session, until its end. Never raises for what a device, a link or a driver does."""
        if self.ended:
            return
        before, t = self.chain.count, self._t
        self._at(chunk)
        source = self.sources.get(chunk.link)
        match chunk.kind:
            case ChunkKind.RECEIVED if source is not None:
                self._received(source, chunk.data)
            case ChunkKind.QUIET if source is not None:
                self._check_silence(source)
            case ChunkKind.OPENED if source is not None:
                self._opened(source, chunk.data.decode("utf-8", "replace"))
            case ChunkKind.LOST if source is not None:
                self._lost(source, chunk.data.decode("utf-8", "replace"))
            case ChunkKind.ACT:
                self._act(decode(chunk.data))
            case ChunkKind.ENDED:
                self._end(chunk.data.decode("utf-8", "replace"))
        if chunk.kind is not ChunkKind.QUIET or self.chain.count != before:
            self.chunks.append(chunk)
        else:
            self._t = t  # a chunk that is not kept leaves no trace, so that replay, which lacks it, gives the same

    # -- time --------------------------------------------------------------------------------------------------

    def _at(self, chunk: Chunk) -> None:
        self._t = max(self._t, (chunk.boot_ns - self._start.boot_ns) // 1000)
        offset = chunk.wall_ns - chunk.boot_ns
        step = offset - self._offset_ns
        if abs(step) > clock.STEP_NS:
            self._offset_ns = offset
            wall = clock.utc(chunk.wall_ns)
            self._write(Kind.CLOCK_STEPPED, {"wall": wall, "boot_ns": chunk.boot_ns, "step_ms": step // 1_000_000})

    # -- entries -----------------------------------------------------------------------------------------------

    def _write(self, kind: str, content: dict[str, Any]) -> None:
        self.lines.append(self.chain.append(encode((self.chain.count + 1, self._t, kind, content))))

    def _alarm(self, kind: str, content: dict[str, Any]) -> None:
        """An alarm that an observation raises or ends is written behind the observation, and names it."""
        if self._judging:
            self._waiting.append((kind, content))
        else:
            self._write(kind, content)

    def _write_waiting(self, **named: int) -> None:
        for kind, content in self._waiting:
            self._write(kind, {**content, **named})
        self._waiting.clear()

    # -- links -------------------------------------------------------------------------------------------------

    def _opened(self, source: Source, port: str) -> None:
        kind = Kind.LINK_OPENED if source.heard_us is None and source.gap is None else Kind.LINK_RESTORED
        self._write(kind, {"link": source.number, "port": port})
        source.opened = True
        source.must_confirm = source.identity is not None
        if source.heard_us is None:
            source.heard_us = self._t

    def _lost(self, source: Source, cause: str) -> None:
        source.opened = False
        self._write(Kind.LINK_LOST, {"link": source.number, "cause": cause})
        self._take(source, source.finish)
        if not source.resting:
            self._gaps.open(source, "link lost", self._t)

    def _check_silence(self, source: Source) -> None:
        if source.bad_frames and self._t - source.bad_frames[0] > _BAD_WINDOW_US:
            self.alarms.end(("bad frames", source.number))
        self._gaps.check_silence(source, self._t)

    # -- bytes -------------------------------------------------------------------------------------------------

    def _received(self, source: Source, data: bytes) -> None:
        self._check_silence(source)
        self._take(source, lambda: source.feed(data))

    def _take(self, source: Source, decode: Callable[[], list[Event]]) -> None:
        """What a driver makes of its bytes; if it raises, or reports what it never declared, the bytes are kept."""
        try:
            for event in decode():
                if type(event) is Reading:
                    self._reading(source, event)
                else:
                    self._event(source, event)
        except Exception as error:  # a driver's fault is not the session's: the others go on
            self._judging = False
            self._write_waiting()
            self._driver_fault(source, error)

    def _driver_fault(self, source: Source, error: Exception) -> None:
        content = {
            "link": source.number,
            "driver": source.driver.name,
            "error": repr(error)[:500],
            "at": source.received,
        }
        self._write(Kind.DRIVER_FAULT, content)
        text = f"the driver {source.driver.name} failed; its bytes are kept and can be decoded later"
        self.alarms.begin(("driver", source.number), Priority.HIGH, text, latching=True, link=source.number)
        source.renew_decoder()
        if source.quarantined:
            self._write(Kind.NOTE, {"text": f"{source.driver.name} failed {source.faults} times and is asked no more"})

    def _event(self, source: Source, event: Event) -> None:
        match event:
            case Reading():
                self._reading(source, event)
            case Identity():
                self._identity(source, event)
            case BadFrame():
                self._bad_frame(source, event)

    def _bad_frame(self, source: Source, bad: BadFrame) -> None:
        content = {"link": source.number, "at": bad.at, "length": len(bad.raw), "reason": bad.reason[:200]}
        self._write(Kind.BAD_FRAME, content)
        source.bad_frames.append(self._t)
        if len(source.bad_frames) > BAD_FRAMES and self._t - source.bad_frames[0] <= _BAD_WINDOW_US:
            text = f"many bad frames from {source.driver.name}: wrong settings of the port, or a bad cable"
            self.alarms.begin(("bad frames", source.number), Priority.LOW, text, link=source.number)

    def _identity(self, source: Source, identity: Identity) -> None:
        known, source.identity = source.identity, identity
        source.heard_us, source.bytes_since_heard = self._t, 0
        if known is None:
            self._write(Kind.DEVICE_BOUND, source.device())
        elif (known.model, known.serial) != (identity.model, identity.serial):
            self._write(Kind.DEVICE_CHANGED, {**source.device(), "before": known.serial})
            text = f"another device on the line: {identity.serial} in the place of {known.serial}"
            self.alarms.begin(("device", source.number), Priority.HIGH, text, latching=True, link=source.number)
            source.forget_device()
            self.tally.forget_device(source.number)
            self.monitor.forget(source.number)
        elif source.must_confirm:
            self._write(Kind.DEVICE_CONFIRMED, source.device())
        source.must_confirm = False

    # -- readings ----------------------------------------------------------------------------------------------

    def _reading(self, source: Source, reading: Reading) -> None:
        report, values = reading.report, reading.values
        key = report if reading.units is None else (report, reading.units)
        shape = source.shapes.get(key) or self._new_shape(source, reading)
        layout = shape.layout
        if reading.from_memory:
            content = {"link": source.number, "at": reading.at, "layout": layout.number, "values": values}
            self._write(Kind.FROM_MEMORY, content)
            return
        if shape.numbering is not None:
            place = source.continuity.place(shape.numbering, report, values)
            if place is not Place.NEXT and not self._out_of_order(source, shape, reading, place):
                return
        if source.gap is not None:
            self._gaps.close(source, 0 if shape.numbering is not None else None, self._t)
        t = self._t
        source.heard_us, source.bytes_since_heard = t, 0
        verdict, breached = self._judge(source, layout, values) if shape.treats else _NO_VERDICT
        number = self.chain.count + 1
        body = encode((number, t, "observation", layout.number, reading.at, values, verdict, breached))
        self.lines.append(self.chain.append(body))
        if self._waiting:
            self._write_waiting(entry=number)
        if shape.treats:
            source.resting = False
        else:
            self._not_treating(source, shape, values)
        for position, metric in shape.states:
            if source.states.get(metric.name) != values[position]:
                self._state(source, metric, values[position])

    def _judge(self, source: Source, layout: Layout, values: tuple[Value, ...]) -> Judgement:
        self._judging = True
        judgement = self.monitor.judge(layout, values, self._t, source.longest_ms)
        self._judging = False
        return judgement

    def _new_shape(self, source: Source, reading: Reading) -> Shape:
        self._layouts += 1
        shape = source.shape(reading, self._layouts)
        self._write(Kind.LAYOUT, shape.layout.content())
        for fault in shape.layout.faults():
            text = f"a unit of {source.driver.name} is not known, the value is kept as sent: {fault}"
            self.alarms.begin(("unit", source.number, fault), Priority.MEDIUM, text, link=source.number)
        return shape

    def _state(self, source: Source, metric: Metric, value: Any) -> None:
        """A state of the device changed: the alarm of the old one ends, that of the new one begins."""
        self.alarms.end(("state", source.number, metric.name))
        source.states[metric.name] = value
        condition = metric.conditions.get(value)
        if condition is not None:
            key = ("state", source.number, metric.name)
            self.alarms.begin(key, condition.priority, condition.text, link=source.number, state=str(value))

    def _out_of_order(self, source: Source, shape: Shape, reading: Reading, place: Place) -> bool:
        """Write what the sequence shows; whether the reading counts."""
        named = {"link": source.number, "at": reading.at}
        content = {**named, "layout": shape.layout.number, "values": reading.values}
        match place:
            case Place.REPEAT:
                self._write(Kind.REPEAT, named)
                return False
            case Place.CONFLICT | Place.LATE:
                self._write(Kind.CONFLICT, {**content, "because": str(place)})
                text = (
                    "a report came again with other content, or long after its turn; both are kept, it is not counted"
                )
                self.alarms.begin(("conflict", source.number), Priority.MEDIUM, text, link=source.number)
                return False
            case Place.FIRST:
                self._gaps.close(source, None, self._t)
            case Place.RESTARTED:
                self._restarted(source, {**named, "epoch": source.continuity.epoch})
            case Place.AFTER_MISSING:
                self._gaps.open(source, "frames are missing", self._t)
                self._gaps.close(source, source.continuity.missing, self._t)
        return True

    def _restarted(self, source: Source, content: dict[str, Any]) -> None:
        """The device's counters begin again; after the end of a treatment that is no fault, and nothing is missing."""
        self.tally.restart(source.number)
        self._write(Kind.DEVICE_RESTARTED, content)
        if not source.resting:
            self._say_once(source, "the device restarted: what it did around that moment may be missing")
            self._gaps.open(source, "the device restarted", self._t)
        self._gaps.close(source, None, self._t)

    def _say_once(self, source: Source, text: str) -> None:
        """An alarm about a moment, which is over as soon as it is said."""
        self.alarms.begin(("moment", source.number), Priority.MEDIUM, text, link=source.number)
        self.alarms.end(("moment", source.number))

    def _not_treating(self, source: Source, shape: Shape, values: tuple[Any, ...]) -> None:
        layout = shape.layout
        match layout.kind:
            case ReportKind.SETTINGS:
                self.monitor.set(layout, values)
            case ReportKind.PURGE:
                self.monitor.purge(layout, values)
            case ReportKind.STATUS:
                self._status(source, layout.resolve(values).get("state"))
            case ReportKind.TOTALS:
                self._reconcile(source, shape, values)
                source.resting = True

    def _status(self, source: Source, state: Any) -> None:
        paused = state in source.driver.paused_states
        if paused and not source.paused and self._zones and (self.tally.in_zone.triggers or self.tally.in_zone.samples):
            self._enter(self._zones.pop(0), because="the device paused")
        source.paused = paused

    def _reconcile(self, source: Source, shape: Shape, values: tuple[Any, ...]) -> None:
        """Hold the sum of what was recorded against the device's own counters, and begin a new count."""
        recorded = self.tally.links.setdefault(source.number, Totals())
        figures = reconcile(recorded, shape.layout, values)
        self._write(Kind.RECONCILED, {"link": source.number, "figures": [figure.content() for figure in figures]})
        for figure in figures:
            if not figure.agrees:
                text = f"{source.driver.name} says {figure.metric} {figure.device}, recorded were {figure.recorded}"
                self.alarms.begin(("totals", source.number, figure.metric), Priority.MEDIUM, text, link=source.number)
        recorded.clear()

    # -- acts and the end --------------------------------------------------------------------------------------

    def _act(self, act: dict[str, Any]) -> None:
        match act.pop("kind"):
            case Kind.ZONE:
                self._enter(act["zone"], because=act.get("because", "chosen"))
            case kind:
                self._write(kind, act)

    def _enter(self, zone: str, *, because: str) -> None:
        self._write(Kind.ZONE, {"zone": zone, "because": because})
        self.monitor.enter(zone)

    def _end(self, because: str) -> None:
        for source in self.sources.values():
            self._take(source, source.finish)
            self._gaps.close(source, None, self._t)
        self.alarms.end_all("the session ended")
        received = {str(source.number): source.received for source in self.sources.values()}
        self._write(Kind.ENDED, {"because": because, "received": received})
        self.ended = True


def act(stamp: clock.Stamp, kind: Kind, **content: Any) -> Chunk:
    """Something a person did, as a chunk: `act(now, Kind.NOTE, text="…")`."""
    return Chunk(NO_LINK, ChunkKind.ACT, stamp.boot_ns, stamp.wall_ns, encode({"kind": kind.value, **content}))
