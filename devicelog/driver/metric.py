"""What a device reports: metrics in their wire units, gathered in reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

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


class Priority(StrEnum):
    """The priority of an alarm (IEC 60601-1-8 words, no claim of conformity)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


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
    `resolution` is the smallest step, in the record's unit.
    `conditions` are the values of a state that are alarms for as long as they are reported.
    Of a counter as sent, and of an amount in the record's unit: `modulus` is where it starts again at zero, `max_rate`
    the most that it may go up in a second (None: nobody says, and then no wrap and no jump is told from a fault).
    `never_wraps`: the device counts up for ever; a counter of what is given says that, or both of these.
    `zeroed`: it begins again at 0 when the device restarts, and a counter behind a report of totals as well.
    """

    name: str
    category: Category
    unit: str | None = None
    wire_units: Mapping[str, str] = field(default_factory=dict)
    basis: str | None = None
    basis_from: str | None = None
    resolution: Decimal | None = None
    modulus: int | Decimal | None = None
    conditions: Mapping[int | str, Condition] = field(default_factory=dict)
    max_rate: int | Decimal | None = None
    zeroed: bool = False
    never_wraps: bool = False


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
