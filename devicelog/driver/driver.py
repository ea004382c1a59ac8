"""What a driver is: a value that says what a device model reports and how its bytes are read.

A driver has no port, clock, thread or store. Its decoder takes bytes in whatever pieces they arrive and returns
events; whole, byte by byte or in random pieces, the same bytes give the same events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from devicelog.driver.decoder import Decoder, Direction
from devicelog.driver.logbook import DeviceClock, Logbook
from devicelog.driver.metric import Report
from devicelog.driver.query import Effect, Memory, Polling, Query, SerialSettings
from devicelog.driver.recognition import Recognition


class Origin(StrEnum):
    """Where the bytes of a link come from."""

    WIRE = "wire"
    """A device sent them."""
    TYPED = "typed"
    """A person typed what a device without a cable showed."""


class Provenance(StrEnum):
    """Where the knowledge of the wire format comes from."""

    PROPOSAL = "proposal"
    PUBLISHED = "published"
    RECORDED = "recorded"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The device profile that a driver was made of: the engine that read it, its text, and the SHA-256 of that.

    `identities` are the reports in which the device says who it is, each with the names of what it says.
    """

    engine: str
    text: str
    sha256: str
    identities: tuple[tuple[str, tuple[str, ...]], ...] = ()


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
    `recognition` is by what such a device is known.
    `examples`: of a driver of what a person types, lines that show what may be typed.
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
    serial: SerialSettings = field(default_factory=SerialSettings)
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
    recognition: Recognition = field(default_factory=Recognition)
    examples: tuple[str, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether a person types what it reads: silence is no gap then, and every view says so."""
        return self.origin is Origin.TYPED

    @property
    def asks_on_opening(self) -> bool:
        """Whether a device can be asked who it is; one that cannot is only listened to."""
        return any(query.on_open and query.effect is Effect.NONE for query in self.queries)

    @property
    def asks_by_itself(self) -> bool:
        """Whether its link sends queries that nobody asked for: on opening, or again and again."""
        polled = self.polling is not None and any(query.every is not None for query in self.queries)
        return polled or any(query.on_open for query in self.queries)

    def may_ask(self, request: bytes) -> bool:
        """Whether these bytes are a declared query without effect."""
        return any(query.effect is Effect.NONE and query.allows(request) for query in self.queries)

    def report(self, name: str) -> Report:
        """The report of that name; KeyError if the driver does not declare it."""
        for report in self.reports:
            if report.name == name:
                return report
        raise KeyError(name)
