"""The tables of a device profile that every engine has in common, as pydantic checks them.

An engine subclasses `ProfileTable`, `ReportTable` and `MetricTable` and adds where its values stand on the wire. The
description of a field is what a sentence says was expected. Quantities are text with a unit and read later.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from devicelog.driver import Category, Effect, Priority, Provenance, ReportKind

Text = Annotated[StrictStr, Field(min_length=1)]
#: A number as TOML has it; fractions are exact.
Number = StrictInt | Annotated[Decimal, Field(strict=True, allow_inf_nan=False)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
#: Reports whose values are who the device is.
IDENTITY: Literal["identity"] = "identity"
#: The report that says what time it is by the device's clock.
CLOCK: Literal["clock"] = "clock"


class Counts(StrEnum):
    """What a counter counts over, which says when it begins again."""

    LIFETIME = "lifetime"
    """It never begins again."""
    SESSION = "session"
    """Zeroed by a button of the device, or when it restarts."""
    SYRINGE = "syringe"
    """Zeroed at each refill."""
    DOWN = "down"
    """It counts what remains; recorded as a measurement, and nothing is added up."""


class Table(BaseModel):
    """A table of the file; a key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SerialTable(Table):
    """[serial]: how the port is set."""

    baudrate: StrictInt = Field(ge=50, le=4_000_000, description="a whole number such as 19200")
    bytesize: Literal[7, 8] = Field(default=8, description="7 or 8")
    parity: Literal["N", "E", "O"] = Field(default="N", description='"N", "E" or "O"')
    stopbits: Literal[1, 2] = Field(default=1, description="1 or 2")
    dtr: StrictBool = Field(default=False, description="true or false")
    rts: StrictBool = Field(default=False, description="true or false")


class IdentityTable(Table):
    """[identity]: what is expected of the device behind a port."""

    usb: list[Annotated[StrictStr, Field(pattern="^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$")]] = Field(
        default=[], description='a list of USB ids such as ["0403:6001"]'
    )
    models: list[Text] = Field(default=[], description='a list of texts such as ["MG-100", "MG-100B"]')
    serial_required: StrictBool = Field(default=False, description="true or false")


class PollingTable(Table):
    """[polling]: how queries are put, one at a time."""

    timeout: Text = Field(default="0.5 s", description='a duration such as "0.5 s"')
    retries: StrictInt = Field(default=1, ge=0, le=10, description="a whole number from 0 to 10")
    pause: Text = Field(default="20 ms", description='a duration such as "20 ms"')
    inter_byte: Text | None = Field(default=None, description='a duration such as "100 ms"')


class QueryTable(Table):
    """What every [[query]] says, whatever its bytes are."""

    name: Name = Field(description="a name of a-z, 0-9 and '_'")
    purpose: Text = Field(description="text: what is asked for")
    effect: Effect = Field(description="what it does to the device besides being answered")
    every: Text | None = Field(default=None, description='a duration such as "1 s"')
    on_open: StrictBool = Field(default=False, description="true or false")
    timeout: Text | None = Field(default=None, description='a duration such as "2 s"')
    retries: StrictInt | None = Field(default=None, ge=0, le=10, description="a whole number from 0 to 10")


class AlarmTable(Table):
    """What a code means when it is an alarm."""

    priority: Priority = Field(description="the priority of the alarm")
    text: Text = Field(description="text that people read")
    latching: StrictBool = Field(default=False, description="true or false")


class BitTable(Table):
    """One bit of a word: a state of its own, 0 or 1."""

    bit: StrictInt = Field(ge=0, le=63, description="a bit from 0 (the lowest) to 63")
    name: Name = Field(description="a name of a-z, 0-9 and '_'")
    priority: Priority | None = Field(default=None, description="the priority of the alarm while the bit is 1")
    text: Text | None = Field(default=None, description="text that people read")
    latching: StrictBool = Field(default=False, description="true or false")


class LevelsTable(Table):
    """The quantities that a device's levels stand for, by a source that says so."""

    source: Text = Field(description="where the table was read: manual and page, or a link")
    values: dict[str, Number] = Field(min_length=1, description="a table such as { 3 = 0.90, 5 = 1.5 }")


class GuardTable(Table):
    """A value means something only while another metric has one of these values."""

    metric: Name = Field(description="the name of a metric of this profile")
    is_: list[StrictInt | StrictStr] = Field(alias="is", min_length=1, description="a list of values such as [3, 4]")


class ClockTable(Table):
    """The device's own clock, as text: never guessed, never set."""

    format: Text = Field(description='a pattern such as "MM/DD/YYYY h:mm:ss AP"')
    zone: Text = Field(description='the zone that it is in, or "unknown"')


class MetricTable(Table):
    """One [[report.metric]]."""

    name: Name = Field(description="a name of a-z, 0-9 and '_'")
    category: Category = Field(description="what may be done with the value")
    unit: StrictStr | None = Field(default=None, description="a unit that a record is kept in")
    sent_in: Text | None = Field(default=None, description='the unit of the number on the wire, such as "uL"')
    units: dict[str, StrictStr] | None = Field(
        default=None, description='a closed table such as { UL = "uL", ML = "mL" }'
    )
    basis: Text | None = Field(default=None, description="what the figure stands for, such as dc, mean, rms, peak")
    basis_from: Name | None = Field(default=None, description="the name of the setting that says the basis")
    scale: Number = Field(default=Decimal(1), description="a number by which the value on the wire is multiplied")
    offset: Number = Field(default=Decimal(0), description="a number that is added after scaling")
    resolution: Text | None = Field(default=None, description='the smallest step, such as "0.001 mL"')
    absent: list[Number | StrictStr] = Field(default=[], description='a list such as [65535, "not set"]')
    plausible: tuple[Text, Text] | None = Field(default=None, description='two quantities such as ["0 mL", "50 mL"]')
    means: dict[str, StrictStr] | None = Field(
        default=None, description='a table such as { 0 = "ready", 1 = "injecting" }'
    )
    alarms: dict[str, AlarmTable] | None = Field(
        default=None, description="a table by value or word, with priority and text"
    )
    bits: list[BitTable] | None = Field(default=None, description="a list of { bit = 0, name = ... }")
    level: StrictBool = Field(default=False, description="true or false")
    levels: LevelsTable | None = Field(default=None, description="a table with source and values")
    counts: Counts | None = Field(default=None, description="what the counter counts over")
    modulus: StrictInt | None = Field(
        default=None, gt=1, description="the whole number at which the counter is 0 again"
    )
    max_rate: StrictInt | StrictStr | None = Field(
        default=None, description='the most in a second: a whole number, of an amount a quantity such as "0.2 mL"'
    )
    since_last_read: StrictBool = Field(
        default=False, description="true or false: reading sets it to zero at the device"
    )
    clock: ClockTable | None = Field(default=None, description="a table with format and zone")
    valid_while: GuardTable | None = Field(default=None, description='a table such as { metric = "page", is = [3] }')

    @property
    def wraps_at(self) -> int | None:
        """Where what holds it on the wire is 0 again; None if nothing there says so, as in text."""
        return None


class ReportTable(Table):
    """One [[report]]; its metrics are read one by one, so that a bad one hides no other."""

    name: Name = Field(description="a name of a-z, 0-9 and '_'")
    kind: ReportKind | Literal["identity", "clock"] = Field(description="what the report is about")
    valid_while: GuardTable | None = Field(default=None, description='a table such as { metric = "page", is = [3] }')
    metric: list[dict[str, Any]] = Field(min_length=1, description="one table or more, [[report.metric]]")


class StatesTable(Table):
    """[states]: values of the metric `state`."""

    idle: list[StrictStr] = Field(default=[], description='a list of words such as ["ready"]')
    paused: list[StrictStr] = Field(default=[], description='a list of words such as ["paused"]')


class ProfileTable(Table):
    """The whole file."""

    name: StrictStr = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", description="a name of a-z, 0-9 and '-'")
    version: Text = Field(description='text such as "1"')
    engine: Text = Field(description="the name of an engine")
    model: Text = Field(description="text: make and model of the device")
    wire_format: Text = Field(description="text: the document and section that the profile follows")
    provenance: Provenance = Field(description="where the knowledge of the wire format comes from")
    source: StrictStr = Field(default="", description="text: a link or a place")
    verified_on: Text | None = Field(default=None, description="text: the hardware that it was compared with")
    notes: StrictStr = Field(default="", description="text")
    expected_interval: Text | None = Field(default=None, description='a duration such as "2 s"')
    serial: SerialTable = Field(description="a table [serial]")
    identity: IdentityTable = Field(default=IdentityTable(), description="a table [identity]")
    states: StatesTable = Field(default=StatesTable(), description="a table [states]")
    report: list[dict[str, Any]] = Field(min_length=1, description="one table or more, [[report]]")
