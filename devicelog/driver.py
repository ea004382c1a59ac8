"""What a driver is: a value that says what a device model reports and how its bytes are read.

A driver has no port, clock, thread or store. Its decoder takes bytes in whatever pieces they arrive and returns
events; whole, byte by byte or in random pieces, the same bytes give the same events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from devicelog.logbook import DeviceClock, DeviceTime, Listing, Logbook, LogFile

#: A value as sent: a whole number, an exact decimal, text, or None for "no value".
Value = int | Decimal | str | None


class Category(StrEnum):
    """What a metric is, which decides what may be done with it."""

    SETTING = "setting"
    """Set at the device; holds until it is reported anew."""
    MEASUREMENT = "measurement"
    """Measured or commanded for this one report; never held over."""
    COUNTER = "counter"
    """Counts up over reports."""
    AMOUNT = "amount"
    """Adds up over reports, in fractions: a volume dispensed."""
    GIVEN = "given"
    """A count or an amount that a person states: given since the statement before, and by no counter."""
    STATE = "state"
    """A code or word of the device, kept as sent."""
    SEQUENCE = "sequence"
    """Numbers the reports of one epoch."""
    EPOCH = "epoch"
    """Changes when the device restarts."""
    UPTIME = "uptime"
    """The device's own clock since it was started."""


class ReportKind(StrEnum):
    """What a report is about, which decides how it is held against a treatment protocol."""

    INJECTION = "injection"
    SAMPLE = "sample"
    PULSE = "pulse"
    PURGE = "purge"
    SETTINGS = "settings"
    """All settings of the device at once; what is not stated is not known any more."""
    SETTING = "setting"
    """One setting; the others stay as they were stated."""
    STATUS = "status"
    TOTALS = "totals"
    INTERVAL = "interval"
    """Counters and amounts of a device that is asked again and again: what was given lies between two of them."""

    @property
    def treats(self) -> bool:
        """Whether such a report is of what the patient was given, and is held against the treatment protocol."""
        return self in (ReportKind.INJECTION, ReportKind.SAMPLE, ReportKind.PULSE, ReportKind.INTERVAL)


class Effect(StrEnum):
    """What a query does to the device besides being answered."""

    NONE = "none"
    CLEARS_ALARM = "clears_alarm"
    DESTRUCTIVE_READ = "destructive_read"
    OPENS_SESSION = "opens_session"


class Origin(StrEnum):
    """Where the bytes of a link come from."""

    WIRE = "wire"
    """A device sent them."""
    TYPED = "typed"
    """A person typed what a device without a cable showed."""


class Priority(StrEnum):
    """The priority of an alarm (IEC 60601-1-8 words, no claim of conformity)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Provenance(StrEnum):
    """Where the knowledge of the wire format comes from."""

    PROPOSAL = "proposal"
    PUBLISHED = "published"
    RECORDED = "recorded"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a code of the device means when it is an alarm: its priority and its words.

    `latching`: it stays in view although the device says it no more, because reading it has cleared it there.
    """

    priority: Priority
    text: str
    latching: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity that a device reports.

    `unit` is the unit of the record (a key of `devicelog.units.RECORD_UNITS`); None for text and codes.
    `wire_units` is the closed table from the unit tokens of the wire format to pint unit names.
    `basis` names what the figure stands for ("extension", "dc"); `basis_from` names the setting that says so.
    `resolution` is the smallest step, in the record's unit. `modulus` is where a counter starts again at zero.
    `conditions` are the values of a state that are alarms for as long as they are reported.
    Of a counter: `max_rate` is the most that it may go up in a second (None: nobody says, and then no wrap is told from
    a fault). `zeroed`: it begins again at 0 when the device restarts, and a counter behind a report of totals as well.
    """

    name: str
    category: Category
    unit: str | None = None
    wire_units: Mapping[str, str] = field(default_factory=dict)
    basis: str | None = None
    basis_from: str | None = None
    resolution: Decimal | None = None
    modulus: int | None = None
    conditions: Mapping[int | str, Condition] = field(default_factory=dict)
    max_rate: int | None = None
    zeroed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report: its metrics in the order of a reading's values.

    `units` holds the unit token of each value where the wire format fixes it ("" for none). `corrects`: it stands in
    the place of what was stated last, and both are kept.
    """

    name: str
    kind: ReportKind
    metrics: tuple[Metric, ...]
    units: tuple[str, ...]
    corrects: bool = False

    def position(self, category: Category) -> int | None:
        """Where the first metric of a category stands among the values."""
        return next((i for i, metric in enumerate(self.metrics) if metric.category is category), None)


# What flows is a msgspec.Struct: made six times faster than a frozen dataclass, and this is the hot path.
class Reading(msgspec.Struct, frozen=True, gc=False):
    """One report of a device, values as sent. `at` is the number of bytes received up to its last byte.

    `units` is None where the report fixes the tokens; `from_memory` marks what was read back from the device's memory.
    """

    report: str
    values: tuple[Value, ...]
    at: int
    units: tuple[str, ...] | None = None
    from_memory: bool = False


class BadFrame(msgspec.Struct, frozen=True):
    """Bytes that are not a frame, kept as what they are: `raw` ends at byte `at`."""

    raw: bytes
    reason: str
    at: int


class Identity(msgspec.Struct, frozen=True):
    """Who the device says it is; `memory`: how many reports it remembers (0: none, None: it does not say)."""

    model: str
    serial: str
    firmware: str
    at: int
    simulated: bool = False
    more: dict[str, str] = {}
    memory: int | None = None


class Recalled(msgspec.Struct, frozen=True):
    """The end of an answer from the device's memory: what was asked for, and how many reports were `sent`.

    `oldest` is the sequence of the oldest report of that epoch that it still holds; None: it holds none of it.
    """

    first: int
    last: int
    epoch: int | None
    sent: int
    oldest: int | None
    at: int


Event = Reading | BadFrame | Identity | Recalled | Listing | LogFile | DeviceTime


class Decoder(Protocol):
    """Bytes in, events out; one per link. Raises nothing, whatever the bytes.

    Optional: `sent(request)`, for replies that do not name their quantity (`Correlating`).
    """

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete, in the order of the bytes."""

    def end(self) -> list[Event]:
        """What is left when no more bytes will come: an unfinished frame is a BadFrame."""


class Correlating(Protocol):
    """What a decoder also has whose replies do not name their quantity."""

    def sent(self, request: bytes) -> None:
        """This query has left the host; what was fed before came before it."""


class Conversing(Protocol):
    """What a decoder also has that listens to several directions of one conversation (`Driver.directions`)."""

    def direction(self, name: str) -> Decoder:
        """What takes the bytes of one direction and gives the events that they complete; `at` counts these only."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of a conversation that is only listened to, each on a line of its own.

    `without` says what nobody knows if that line is not there.
    """

    name: str
    without: str


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How the port is set. DTR and RTS stay low on open unless a device is known to need them."""

    baudrate: int = 115_200
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    dtr: bool = False
    rts: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Bytes that may be sent to the device, and what they do to it. `#` in `request` stands for a decimal number.

    `every` is the time in seconds from one to the next while the line is open (None: it is not sent by itself).
    `dialect` names a way in which the device may speak; if nothing comes back in one, the next one is tried.
    `is_literal`: a `#` stands for itself, as in binary requests.
    """

    request: bytes
    effect: Effect
    purpose: str
    on_open: bool = False
    every: float | None = None
    dialect: str = ""
    is_literal: bool = False

    @property
    def has_numbers(self) -> bool:
        """Whether something must be put in the place of a `#` before it can be sent."""
        return b"#" in self.request and not self.is_literal

    @property
    def pattern(self) -> bytes:
        """The regular expression that matches this query and nothing else."""
        return re.escape(self.request).replace(rb"\#", rb"[0-9]{1,10}")

    def allows(self, data: bytes) -> bool:
        """Whether `data` is this query."""
        return data == self.request if not self.has_numbers else re.fullmatch(self.pattern, data) is not None


class Asked(StrEnum):
    """What a number in a query of the device's memory stands for."""

    FIRST = "first"
    LAST = "last"
    COUNT = "count"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Memory:
    """How a device is asked for reports that were missed: a declared query without effect, and what its `#` stand for.

    At most `page` reports are asked for at once. Without an answer for `timeout` seconds the query is sent again, so
    many `retries` in a row, and then no more.
    """

    query: Query
    numbers: tuple[Asked, ...]
    page: int = 200
    timeout: float = 2.0
    retries: int = 3

    def request(self, first: int, last: int, count: int, epoch: int | None) -> bytes:
        """The bytes that ask for `count` reports, from `first` to `last` of an epoch."""
        known = {Asked.FIRST: first, Asked.LAST: last, Asked.COUNT: count, Asked.EPOCH: epoch or 0}
        text = self.query.request
        for number in self.numbers:
            text = text.replace(b"#", b"%d" % known[number], 1)
        return text


@dataclass(frozen=True, slots=True)
class Polling:
    """How queries are put to a device that answers one at a time.

    A reply is over when one of the byte strings `ends` has come, when `is_whole(request, came)` says so of what came
    behind a query, or after `timeout` seconds. A query to which not one byte came back is sent again, `retries` times.
    `pause` is the least time from the end of a reply to the next query.
    """

    ends: tuple[bytes, ...] = ()
    timeout: float = 0.5
    retries: int = 1
    pause: float = 0.02
    is_whole: Callable[[bytes, bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The device profile that a driver was made of: the engine that read it, its text, and the SHA-256 of that."""

    engine: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Driver:
    """What a package registers under the entry-point group `devicelog.drivers`, one per device model.

    `expected_interval` is the longest time in seconds between two frames of a device that is well (None: any).
    `polling` says how its queries are put, one at a time (None: as they come, without waiting for replies).
    `paused_states` are the values of the metric `state` that mean a pause of the treatment, `idle_states` those in
    which nothing is given, pauses among them, `quiet_states` those in which a device says nothing although it is well.
    `memory`: how missed reports are read back (None: they are not). `directions` are the lines of a conversation that
    is listened to, first the one that is expected to be heard; the decoder is `Conversing` then (none: one line).
    `origin`: whether a device sends its bytes or a person types them.
    `logbook`: how log files are read that the device keeps by itself; `clock`: the clock that dates them.
    `verified_on` names the hardware that it was tried on; None is said aloud at every start and in every export.
    `caution` is what must be said wherever the driver, or what it has read, is shown.
    `profile` is what it was made of, if that is a device profile; each session keeps it.
    """

    name: str
    model: str
    version: str
    decoder: Callable[[], Decoder]
    reports: tuple[Report, ...]
    wire_format: str
    provenance: Provenance
    verified_on: str | None
    serial: SerialSettings = SerialSettings()
    queries: tuple[Query, ...] = ()
    expected_interval: float | None = None
    paused_states: frozenset[str] = frozenset()
    idle_states: frozenset[str] = frozenset()
    memory: Memory | None = None
    polling: Polling | None = None
    origin: Origin = Origin.WIRE
    logbook: Logbook | None = None
    clock: DeviceClock | None = None
    caution: str = ""
    profile: ProfileText | None = None
    quiet_states: frozenset[str] = frozenset()
    directions: tuple[Direction, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether a person types what it reads: silence is no gap then, and every view says so."""
        return self.origin is Origin.TYPED

    @property
    def asks_on_opening(self) -> bool:
        """Whether a device can be asked who it is; one that cannot is only listened to."""
        return any(query.on_open and query.effect is Effect.NONE for query in self.queries)

    def may_ask(self, request: bytes) -> bool:
        """Whether these bytes are a declared query without effect."""
        return any(query.effect is Effect.NONE and query.allows(request) for query in self.queries)

    def report(self, name: str) -> Report:
        """The report of that name; KeyError if the driver does not declare it."""
        for report in self.reports:
            if report.name == name:
                return report
        raise KeyError(name)
