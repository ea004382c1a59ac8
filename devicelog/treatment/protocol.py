"""A treatment protocol: the limits of one procedure in one area, each with its source.

    TreatmentProtocol ── limits ──▶ Limit ── soft_source, hard_source ──▶ Citation ── key ──▶ Source
                      └─ overlays ▶ Overlay (stricter limits of a country's law or a clinic, applied only if asked)

Values are Decimals in the record unit of the limit's channel; files are read in `devicelog.treatment.protocol_file`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from devicelog.driver import Priority
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Modality(StrEnum):
    """How the treatment reaches the skin; "mesotherapy" alone is not a modality."""

    INJECTION = "injection"
    IONTOPHORESIS_DC = "iontophoresis-dc"
    ELECTROPORATION = "electroporation"


class Status(StrEnum):
    """What a file may say of itself; an approval is kept in the store, by name and sha256, never in the file."""

    EXAMPLE_UNAPPROVED = "example-unapproved"
    UNAPPROVED = "unapproved"


class Scope(StrEnum):
    """What a limit is held against: one value of it, or a total over it."""

    SAMPLE = "sample"
    PULSE = "pulse"
    INJECTION = "injection"
    ZONE = "zone"
    SESSION = "session"
    COURSE = "course"


class Channel(StrEnum):
    """What a limit limits."""

    DEPTH = "depth"
    VOLUME = "volume"
    SPACING = "spacing"
    VOLUME_TOTAL = "volume_total"
    INJECTION_COUNT = "injection_count"
    DURATION = "duration"
    AREAL_DOSE = "areal_dose"
    CURRENT = "current"
    CURRENT_DENSITY = "current_density"
    CHARGE_DOSE = "charge_dose"
    VOLTAGE = "voltage"
    PULSE_ENERGY = "pulse_energy"
    POWER_DENSITY = "power_density"
    INTERVAL = "interval"
    SESSION_COUNT = "session_count"


class Statistic(StrEnum):
    """Which value of a waveform; a limit on a current means nothing without it."""

    MEAN = "mean"
    RMS = "rms"
    PEAK = "peak"


class Direction(StrEnum):
    """A max limit is breached by a value above it, a min limit by a value below it; a value exactly at it is within."""

    MAX = "max"
    MIN = "min"


class Severity(StrEnum):
    """The soft value of a limit warns, the hard value alarms."""

    SOFT = "soft"
    HARD = "hard"


class Grade(StrEnum):
    """How good the source of a number is."""

    LAW_OR_LABEL = "H"
    PAPER_OR_MANUAL = "M"
    CLINIC_PAGE = "L"
    GENERAL_KNOWLEDGE = "G"
    ENGINEERING_CHOICE = "E"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What every limit on a channel has in common: its record unit, where it can be held, what a hard breach means."""

    unit: str
    scopes: tuple[Scope, ...]
    hard: Priority
    statistics: tuple[Statistic, ...] = ()
    statistic_default: Statistic | None = None
    direction: Direction = Direction.MAX


#: By which fraction a value must come back before its alarm ends, where the file says nothing; elsewhere 0.
HYSTERESIS: Mapping[Scope, Decimal] = {Scope.SAMPLE: Decimal("0.02")}

_MEDIUM, _HIGH = Priority.MEDIUM, Priority.HIGH
_SAMPLE, _PULSE, _INJECTION = (Scope.SAMPLE,), (Scope.PULSE,), (Scope.INJECTION,)
_TOTAL, _COURSE = (Scope.ZONE, Scope.SESSION), (Scope.COURSE,)
_ANY, _MEAN, _PEAK = tuple(Statistic), (Statistic.MEAN,), (Statistic.PEAK,)

#: Closed on purpose: a limit outside this table would never be checked and so pass silently.
CHANNEL_RULES: Mapping[Channel, ChannelRule] = {
    Channel.DEPTH: ChannelRule("mm", _INJECTION, _MEDIUM),
    Channel.VOLUME: ChannelRule("mL", _INJECTION, _MEDIUM),
    Channel.SPACING: ChannelRule("mm", _INJECTION, _MEDIUM, direction=Direction.MIN),
    Channel.VOLUME_TOTAL: ChannelRule("mL", _TOTAL, _MEDIUM),
    Channel.INJECTION_COUNT: ChannelRule("count", _TOTAL, _MEDIUM),
    Channel.DURATION: ChannelRule("min", _TOTAL, _MEDIUM),
    Channel.AREAL_DOSE: ChannelRule("mg/cm**2", (Scope.ZONE,), _HIGH),
    Channel.CURRENT: ChannelRule("mA", _SAMPLE, _HIGH, _ANY),
    Channel.CURRENT_DENSITY: ChannelRule("mA/cm**2", _SAMPLE, _HIGH, _ANY),
    Channel.CHARGE_DOSE: ChannelRule("mA*min", _TOTAL, _HIGH, _MEAN, statistic_default=Statistic.MEAN),
    Channel.VOLTAGE: ChannelRule("V", _SAMPLE, _HIGH, _PEAK),
    Channel.PULSE_ENERGY: ChannelRule("mJ", _PULSE, _HIGH),
    Channel.POWER_DENSITY: ChannelRule("W/cm**2", _SAMPLE, _HIGH),
    Channel.INTERVAL: ChannelRule("day", _COURSE, _MEDIUM, direction=Direction.MIN),
    Channel.SESSION_COUNT: ChannelRule("count", _COURSE, _MEDIUM),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A row of a file's [sources]: what it is and where it was read."""

    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where one number comes from: a key of the file's sources, and how good that source is for this number."""

    key: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a treatment protocol; soft, hard and tolerance in `unit`, delay in seconds, hysteresis a fraction.

    `number` is its place in the file, from 1; `name` is unique in the file. A `documented` limit is kept for the
    record and held against nothing, because no device reports what it limits.
    """

    number: int
    name: str
    scope: Scope
    channel: Channel
    statistic: Statistic | None
    unit: str
    direction: Direction
    soft: Decimal | None
    hard: Decimal | None
    soft_source: Citation | None
    hard_source: Citation | None
    tolerance: Decimal
    hysteresis: Decimal
    delay: Decimal
    latching: bool
    documented: bool
    note: str

    def priority(self, severity: Severity) -> Priority:
        """The priority of an alarm when the soft or the hard value of this limit is breached."""
        return priority(self.channel, severity)

    def latches(self, severity: Severity) -> bool:
        """Whether such an alarm stays after its cause has gone, until it is acknowledged; a soft one never does."""
        return self.latching and severity is Severity.HARD


def priority(channel: Channel, severity: Severity) -> Priority:
    """The priority of a breached limit: soft low; hard high where electricity or a dose can injure, else medium."""
    return Priority.LOW if severity is Severity.SOFT else CHANNEL_RULES[channel].hard


def limit_name(scope: Scope, channel: Channel, statistic: Statistic | None, direction: Direction) -> str:
    """The name of a limit, the same for two limits only if they limit the same thing in the same direction."""
    words = [scope, channel, statistic, direction if direction is not CHANNEL_RULES[channel].direction else None]
    return " ".join(word.value for word in words if word is not None)


def contradictions(limit: Limit) -> Iterator[tuple[str, str]]:
    """The fields of a limit that contradict its channel or each other, each with what was found and what expected."""
    rule = CHANNEL_RULES[limit.channel]
    if limit.scope not in rule.scopes:
        yield "scope", f"found {limit.scope.value!r} for {limit.channel}, expected {' or '.join(rule.scopes)}"
    if limit.statistic not in (rule.statistics or (None,)):
        found = repr(limit.statistic.value) if limit.statistic else "nothing"
        yield "statistic", f"found {found} for {limit.channel}, expected {' or '.join(rule.statistics) or 'none'}"
    for severity, value, source in (("soft", limit.soft, limit.soft_source), ("hard", limit.hard, limit.hard_source)):
        if value is not None and value <= 0:
            yield severity, f"found {plain(value)} {limit.unit}, expected more than zero"
        if value is None and source is not None:
            yield f"{severity}_source", f"found a source without a value, expected {severity}, too"
    if limit.soft is not None and limit.hard is not None and _beyond(limit.soft, limit.hard, limit.direction):
        side, other = ("above", "below") if limit.direction is Direction.MAX else ("below", "above")
        found = f"found {plain(limit.soft)} {limit.unit}, {side} the hard limit of {plain(limit.hard)} {limit.unit}"
        yield "soft", f"{found}, expected it at or {other} that"
    yield from _odd_settings(limit)


def _beyond(value: Decimal, bound: Decimal, direction: Direction) -> bool:
    return value > bound if direction is Direction.MAX else value < bound


def _odd_settings(limit: Limit) -> Iterator[tuple[str, str]]:
    smallest = min((value for value in (limit.soft, limit.hard) if value is not None), default=None)
    if smallest is None:
        yield "hard", "found neither soft nor hard, expected at least one of them"
    elif limit.tolerance < 0 or (limit.tolerance and limit.tolerance >= smallest):
        yield "tolerance", f"found {plain(limit.tolerance)} {limit.unit}, expected zero or more and less than the limit"
    if not 0 <= limit.hysteresis < 1:
        yield "hysteresis", f"found {limit.hysteresis}, expected zero or more and less than 1"
    if limit.delay < 0:
        yield "delay", f"found {plain(limit.delay)} s, expected zero or more"
    if limit.latching and limit.hard is None:
        yield "latching", "found true without hard, expected hard, too: a soft limit never latches"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a country's law or a clinic makes stricter: limits that take the place of those of the same number and name.

    `name` is a country in two capital letters, or the clinic's own name for it in small ones. No overlay may loosen a
    limit (`devicelog.treatment.strictness`): whoever wants that derives a protocol, which then says so.
    """

    name: str
    limits: tuple[Limit, ...]
    note: str


@dataclass(frozen=True, slots=True)
class TopUp:
    """When the result of a course is taken up again: between so many days after its last session."""

    after: Decimal
    until: Decimal
    source: Citation | None = None


@dataclass(frozen=True, slots=True)
class DerivedFrom:
    """The treatment protocol that a clinic's own was made of."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TreatmentProtocol:
    """The limits of a procedure as one file states them, with the file's exact text and the sha256 of its bytes (hex).

    `family` is what course limits count over, so that another protocol of the family does not start a new course;
    `top_up` says how long a pause ends a course. `overlay` is the one that has been applied, or None.
    """

    id: str
    family: str
    version: str
    title: str
    status: Status
    modality: Modality
    area: str
    notes: str
    evidence_note: str
    excluded_zones: tuple[str, ...]
    limits: tuple[Limit, ...]
    overlays: tuple[Overlay, ...]
    sources: Mapping[str, Source] = field(hash=False)
    text: str = field(repr=False)
    sha256: str
    overlay: str | None = None
    top_up: TopUp | None = None
    derived_from: DerivedFrom | None = None

    @property
    def name(self) -> str:
        """How a person names it on the command line: its id, and the overlay behind a plus."""
        return self.id if self.overlay is None else f"{self.id}+{self.overlay}"

    def with_overlay(self, name: str) -> TreatmentProtocol:
        """This protocol with the limits of an overlay in the place of its own.

        Raises UnknownNameError if the file has none of that name, BadInputError if one has been applied already.
        """
        if self.overlay is not None:
            raise BadInputError(f"{self.id!r} has the overlay {self.overlay!r} already, expected it without.")
        known = {overlay.name: overlay for overlay in self.overlays}
        if name not in known:
            raise UnknownNameError(f"overlay of {self.id}", name, known)
        by_number = {limit.number: limit for limit in known[name].limits}
        limits = tuple(by_number.get(limit.number, limit) for limit in self.limits)
        return replace(self, limits=limits, overlay=name)
