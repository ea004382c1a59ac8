"""One device of a session as its bytes come in: decoder, layouts, identity, place in the sequence, open gap."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from devicelog.driver import Category, Decoder, Driver, Effect, Event, Identity, Metric, Reading, ReportKind
from devicelog.driver.logbook import LogFile, plain
from devicelog.ledger import decode
from devicelog.observation.counters import Counter
from devicelog.observation.layout import Layout, layout
from devicelog.observation.run import Run
from devicelog.patience import Patience
from devicelog.recorder.clearings import Clearings
from devicelog.recorder.continuity import Continuity, Numbering, Place
from devicelog.recorder.conversation import Conversation
from devicelog.recorder.dating import Dating
from devicelog.recorder.own_count import Carried, OwnCount
from devicelog.recorder.plan import Bound
from devicelog.recorder.recall import Recall
from devicelog.recorder.shelf import Shelf
from devicelog.treatment.marks import Marks
from devicelog.treatment.stated import Statements
from devicelog.treatment.totals import SILENT_INTERVALS, evident_ms, longest_step_ms

#: So many bad frames of one link in a short time are an alarm.
BAD_FRAMES = 10
#: A driver that failed so often is asked no more; its link's bytes are still kept.
MOST_FAULTS = 5
#: So short a time that is (microseconds).
_BAD_WINDOW_US = 10_000_000
#: Bytes that go on for so long without making anything readable are of a line that is set wrong (microseconds).
UNREADABLE_US = 1_900_000
#: After such a pause they do not go on, but begin anew (microseconds).
_PAUSE_US = 1_500_000
#: A device that was asked who it is answers within this time (microseconds).
CONFIRM_US = 3_000_000
#: So many readings are held until a device has said who it is.
MOST_HELD = 4096
#: A link says at least so often that nothing came (microseconds; several of its read time-outs).
_LOOKS_US = 2_000_000


@dataclass(slots=True)
class Gap:
    """A stretch that is missing, still open."""

    number: int
    cause: str
    since_us: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A layout with what the hot path asks of it."""

    layout: Layout
    numbering: Numbering | None
    carried: Carried | None
    """Where an injection without a number carries its own count."""
    treats: bool
    states: tuple[tuple[int, Metric], ...]
    """The metrics whose values may be alarms, and where they stand."""
    counters: tuple[tuple[int, Counter], ...] = ()
    """The device's counters, and where they stand."""
    uptime: tuple[int, int] | None = None
    """Where the device's own clock stands, in ms, and at what it starts again."""


def kind_of(reading: Reading) -> str | tuple[str, tuple[str, ...]]:
    """What names the shape of a reading: its report, and its units where the wire format leaves them open."""
    return reading.report if reading.units is None else (reading.report, reading.units)


class BadFrames:
    """How many frames of a link were bad in the last short time."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=BAD_FRAMES + 1)

    def are_too_many_with(self, t_us: int) -> bool:
        """Count one more; whether that is too many."""
        self._times.append(t_us)
        return len(self._times) > BAD_FRAMES and t_us - self._times[0] <= _BAD_WINDOW_US

    def are_few_at(self, t_us: int) -> bool:
        """Whether there were some, and not too many of late."""
        return bool(self._times) and t_us - self._times[0] > _BAD_WINDOW_US


class NoDecoder:
    """Stands in for the decoder of a driver that cannot make one."""

    def feed(self, data: bytes) -> list[Event]:  # noqa: ARG002
        return []

    def end(self) -> list[Event]:
        return []


class Source:
    """The state of one link; `received` counts its bytes, `heard_us` is when something readable came last.

    `is_counted`: what was given is known from running counters, and only an answer with these counts as heard.
    `first` is that of the first line of a device of which this is another one: they share a decoder.
    """

    def __init__(self, bound: Bound, patience: Patience, first: Source | None = None) -> None:
        self._patience = patience
        self._direction = bound.direction
        self.conversation: Conversation = first.conversation if first else Conversation(bound.driver, patience)
        self.conversation.join(self._begin_again)
        self.number = bound.link
        self.driver: Driver = bound.driver
        self.faults = 0
        self.broken: Exception | None = None
        self.decoder = self._new_decoder()
        self.continuity = Continuity()
        self.own_count = OwnCount()
        self.identity: Identity | None = None
        self.received = 0
        self._renewed_at = 0
        self.heard_us: int | None = None
        self.bytes_since_heard = 0
        self._unreadable_us = (0, 0)
        self.opened = False
        self.opened_us = 0
        self.must_confirm = False
        self.held: deque[Reading] = deque()
        self.gap: Gap | None = None
        self.resting = False
        self.quiet = False
        self.paused = False
        self.bad_frames = BadFrames()
        self.states: dict[str, Any] = {}
        self.counters: dict[str, Counter] = {}
        self.recall = Recall(self.driver.memory) if self.driver.memory is not None else None
        self.shelf = Shelf(self.driver.logbook.root) if self.driver.logbook is not None else None
        self.dating = Dating(self.driver.clock) if self.driver.clock is not None else None
        self.certain = True
        self.marks = Marks()
        self.clearings = Clearings()
        self.statements = Statements()
        counted = any(report.kind is ReportKind.INTERVAL for report in self.driver.reports)
        self.is_counted = counted and not self.driver.is_typed
        self.effects: set[Effect] = set()
        self.shapes: dict[str | tuple[str, tuple[str, ...]], Shape] = {}
        interval = bound.driver.expected_interval
        self.silent_us = round(interval * SILENT_INTERVALS * 1e6) if interval is not None and first is None else None
        interval_ms = round(interval * 1000) if interval is not None else None
        self._evident_us = evident_ms(interval_ms) * 1000
        self.longest_ms = None if self.driver.is_typed else longest_step_ms(interval_ms)

    def _new_decoder(self) -> Decoder:
        """A fresh decoder; a driver that cannot make one is asked no more."""
        try:
            return self.conversation.decoder(self._direction)
        except Exception as error:  # whatever a driver raises
            self.broken, self.faults = error, MOST_FAULTS
            return NoDecoder()

    def is_same_device(self, identity: Identity) -> bool:
        """Whether this link's device is the one of that identity."""
        known = self.identity
        return (
            known is not None
            and known.serial != ""
            and (known.model, known.serial) == (identity.model, identity.serial)
        )

    def heard(self, now_us: int) -> None:
        """Something readable came."""
        self.heard_us, self.bytes_since_heard = now_us, 0

    def open_at(self, now_us: int) -> None:
        """The port is open; whoever is on it must say again who it is."""
        self.opened, self.opened_us = True, now_us
        self.own_count = OwnCount()  # a device that was away may have begun again
        self.effects.clear()
        self.must_confirm = self.identity is not None
        if self.heard_us is None:
            self.heard_us = now_us

    def count(self, data: bytes, now_us: int) -> None:
        """Bytes came."""
        first, last = self._unreadable_us
        goes_on = self.bytes_since_heard and now_us - last < _PAUSE_US
        self._unreadable_us = (first if goes_on else now_us, now_us)
        self.received += len(data)
        self.bytes_since_heard += len(data)

    def is_unreadable(self, now_us: int) -> bool:
        """Whether bytes had come for too long without making anything readable, before those of this moment."""
        if self.gap is not None or self.resting or not self.bytes_since_heard or self.driver.is_typed:
            return False
        first, last = self._unreadable_us
        return last < now_us and last - first >= UNREADABLE_US

    @property
    def must_hold(self) -> bool:
        """Whether a reading has to wait until the device has said who it is; one that cannot be asked is trusted."""
        return self.must_confirm and self.driver.asks_on_opening

    def decode(self, data: bytes | None) -> list[Event]:
        """The events of these bytes, or of what is left unfinished (None); changes nothing but the decoder.

        Whatever a driver raises comes out here; DriverHungError if it does not come back.
        """
        if self.quarantined:
            return []
        decoder = self.decoder
        return self._placed(self._patience.call(decoder.end if data is None else lambda: decoder.feed(data)))

    def read_file(self, data: bytes) -> list[Event]:
        """What the driver makes of a log that a person brought; whatever it raises comes out here."""
        logbook = self.driver.logbook
        if logbook is None or self.quarantined:
            return []
        head, _, raw = data.partition(b"\n")
        said, content = decode(head), plain(raw)
        run = self._patience.call(lambda: logbook.read(content))
        return [LogFile(said["path"], content, run, self.received, imported=True, doubt=said["doubt"])]

    def tell(self, request: bytes) -> None:
        """Let the decoder know of a query that was sent, if it cares; whatever it raises comes out here."""
        sent = getattr(self.decoder, "sent", None)
        if sent is not None and not self.quarantined:
            self._patience.call(lambda: sent(request))

    @property
    def quarantined(self) -> bool:
        """Whether the driver failed too often to be asked again."""
        return self.faults >= MOST_FAULTS

    def _placed(self, events: list[Event]) -> list[Event]:
        """A decoder that was renewed counts its bytes from the moment of its renewal."""
        if not self._renewed_at:
            return events
        return [msgspec.structs.replace(event, at=event.at + self._renewed_at) for event in events]

    @property
    def is_known(self) -> bool:
        """Whether the device on the line has said who it is."""
        return self.identity is not None and not self.must_confirm

    @property
    def remembers(self) -> Recall | None:
        """What asks the device for reports that were missed; None if it has no memory or did not say who it is."""
        known = self.identity is not None and self.identity.memory != 0
        return self.recall if known else None

    @property
    def may_be_asked(self) -> bool:
        """Whether something is wanted of the device on the line, and it is known to be the right one."""
        wants = self.remembers is not None and bool(self.remembers.holes)
        return wants and self.opened and not self.must_confirm

    def forget_device(self) -> None:
        """Another device is on the line: its sequence, counters and units are its own."""
        self.continuity, self.own_count = Continuity(), OwnCount()
        self.recall = Recall(self.driver.memory) if self.driver.memory is not None else None
        self.shelf = Shelf(self.driver.logbook.root) if self.driver.logbook is not None else None
        self.dating = Dating(self.driver.clock) if self.driver.clock is not None else None
        for counter in self.counters.values():
            counter.forget()
        self.marks, self.clearings, self.statements = Marks(), Clearings(), Statements()
        self.resting = False

    def quarantine(self) -> None:
        """Ask the driver no more."""
        self.faults, self.decoder = MOST_FAULTS, NoDecoder()

    def renew_decoder(self) -> None:
        """Begin again with a fresh decoder after the old one failed."""
        self.faults += 1
        self.conversation.begin_again()

    def _begin_again(self) -> None:
        self.decoder = self._new_decoder()
        self._renewed_at = self.received

    def shape(self, reading: Reading, number: int) -> Shape:
        """Resolve the units of a kind of reading seen for the first time; KeyError for an undeclared report."""
        report = self.driver.report(reading.report)
        tokens: Sequence[str] = report.units if reading.units is None else reading.units
        states = tuple((i, metric) for i, metric in enumerate(report.metrics) if metric.conditions)
        counters = tuple(
            (i, self.counters.setdefault(metric.name, Counter(metric)))
            for i, metric in enumerate(report.metrics)
            if metric.category is Category.COUNTER and report.kind is not ReportKind.INTERVAL
        )
        place = report.position(Category.UPTIME)
        uptime = (place, int(report.metrics[place].modulus or 1 << 62)) if place is not None else None
        resolved = layout(number, self.number, report, tokens)
        shape = Shape(resolved, Numbering.of(report), Carried.of(report), report.kind.treats, states, counters, uptime)
        self.shapes[kind_of(reading)] = shape
        return shape

    def place(self, shape: Shape, reading: Reading) -> Place:
        """Where a reading stands among those before it, by its number or by its own count."""
        if shape.numbering is not None:
            return self.continuity.place(shape.numbering, reading.report, reading.values)
        if shape.carried is not None:
            return self.own_count.place(shape.carried, reading.report, reading.values)
        return Place.NEXT

    def silence(self, now_us: int) -> str:
        """Why nothing was heard of the device for too long."""
        assert self.heard_us is not None
        assert self.silent_us is not None
        if now_us - self.heard_us > self.silent_us + _LOOKS_US:
            return "the host was asleep or stopped"  # else somebody would have looked before
        if self.quarantined:
            return "the driver failed"
        return "nothing readable arrives" if self.bytes_since_heard > 0 else "the device is silent"

    def plain_shape(self, run: Run) -> Shape | None:
        """The shape of a run of treatment in which nothing is new, missing, repeated or changed; None for any other."""
        shape = self.shapes.get(run.report)
        if shape is None or not shape.treats or self.gap is not None or not run.fills(len(shape.layout.columns)):
            return None
        if not all(run.is_all(position, self.states.get(metric.name)) for position, metric in shape.states):
            return None
        if not all(counter.goes_on_with(run.columns[position]) for position, counter in shape.counters):
            return None
        if shape.carried is not None and not self.own_count.continues_with(run.columns[shape.carried.count]):
            return None
        in_order = shape.numbering is None or self.continuity.continues_with(shape.numbering, run)
        return shape if in_order else None

    def take_run(self, shape: Shape, run: Run, now_us: int) -> None:
        """A plain run was heard."""
        if shape.numbering is not None:
            self.continuity.continue_with(shape.numbering, run)
        if shape.carried is not None:
            self.own_count.continue_with(len(run.readings), run.report, run.values[-1])
        for _, counter in shape.counters:
            counter.next += len(run.readings)
        self.heard(now_us)
        self.resting = False

    def silence_due(self, now_us: int) -> bool:
        """Whether a device that should be heard has not been for too long."""
        return self.silent_us is not None and self._is_unheard(now_us, self.silent_us)

    def is_gone(self, now_us: int) -> bool:
        """Whether a device that should be heard may have been away since, where the session ends."""
        return self.silent_us is not None and self._is_unheard(now_us, self._evident_us)

    def _is_unheard(self, now_us: int, for_us: int) -> bool:
        if self.gap is not None or self.resting or not self.opened or self.heard_us is None:
            return False
        if self.quiet and not self.bytes_since_heard:
            return False
        return now_us - self.heard_us > for_us

    def device(self) -> dict[str, Any]:
        """The device's identity as entries hold it."""
        assert self.identity is not None
        return {
            "link": self.number,
            "model": self.identity.model,
            "serial": self.identity.serial,
            "firmware": self.identity.firmware,
            "simulated": self.identity.simulated,
            "more": dict(self.identity.more),
        }
