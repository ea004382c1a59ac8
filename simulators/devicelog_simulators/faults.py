"""Fault scripts: what goes wrong with a device or its line, and when, as TOML files (format: simulators/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from devicelog_simulators.dlr1 import FIELDS
from devicelog_simulators.quantities import Duration, Milliseconds
from devicelog_simulators.scenario import Text
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


def _known_field(name: str) -> str:
    known = sorted({name for fields in FIELDS.values() for name in fields})
    if name not in known:
        raise ValueError(f"expected one of {', '.join(known)}")
    return name


Count = Annotated[int, Field(ge=1, le=1_000_000)]
#: Long enough for a program to see it on any line.
Outage = Annotated[Duration, Field(ge=100)]
Value = int | Text
FrameField = Annotated[str, AfterValidator(_known_field)]


class Trigger(Table):
    """When a fault strikes: at a virtual time, or at the nth frame (of a type) that is sent, replies included."""

    at: Annotated[Milliseconds, Field(ge=0)] | None = None
    frame: Count | None = None
    type: Text | None = None

    @model_validator(mode="after")
    def _has_one_trigger(self) -> Self:
        if (self.at is None) == (self.frame is None):
            raise ValueError("expected one of 'at' (a time such as '12 s') and 'frame' (a number such as 40)")
        return self


class Split(Trigger):
    """A frame arrives in pieces with pauses between."""

    kind: Literal["split"]
    pieces: Annotated[int, Field(ge=2, le=160)] = 2
    pause: Duration = 50


class Late(Trigger):
    """A frame arrives later, and what comes behind it waits."""

    kind: Literal["late"]
    by: Duration


class Drop(Trigger):
    """Frames are lost on the line."""

    kind: Literal["drop"]
    count: Count = 1


class Duplicate(Trigger):
    """A frame is sent again at once."""

    kind: Literal["duplicate"]
    copies: Count = 1


class Flip(Trigger):
    """One bit of a frame is turned over; without `bit`, the seed chooses."""

    kind: Literal["flip"]
    bit: Annotated[int, Field(ge=0)] | None = None


class Lose(Trigger):
    """Bytes in the middle of a frame are lost."""

    kind: Literal["lose"]
    bytes: Count = 1


class Noise(Trigger):
    """Bytes that nobody sent, before a frame or inside it."""

    kind: Literal["noise"]
    bytes: Count = 32
    content: Literal["random", "zeros"] = "random"
    inside: bool = False


class Conflict(Trigger):
    """A frame is sent again under the same number with other content."""

    kind: Literal["conflict"]
    field: FrameField = "fault"
    value: Value = 99


class Impossible(Trigger):
    """A frame with a right CRC and a value that cannot be."""

    kind: Literal["impossible"]
    field: FrameField
    value: Value


class Silence(Trigger):
    """The device is mute while its time runs on."""

    kind: Literal["silence"]
    lasting: Duration = Field(alias="for")


class Unplug(Trigger):
    """The cable is out; what the device sends meanwhile is lost."""

    kind: Literal["unplug"]
    lasting: Outage = Field(alias="for")


class WrongDevice(Trigger):
    """The cable is out, and then another device of the same model is on it."""

    kind: Literal["wrong_device"]
    serial: Text
    lasting: Outage = Field(alias="for", default=2_000)


class Reset(Trigger):
    """The device starts again: next boot, numbers from 0, session counters zero."""

    kind: Literal["reset"]


class Wrap(Trigger):
    """A counter jumps to just below its wrap; an uptime by 2 s, another by 3, unless `before` says how far."""

    kind: Literal["wrap"]
    field: Literal["seq", "uptime", "triggers_total"]
    before: Count | None = None

    @property
    def distance(self) -> int:
        """How far below its wrap the next value is, in the counter's own unit."""
        return self.before or (2_000 if self.field == "uptime" else 3)


class ClockStep(Trigger):
    """The device's uptime jumps."""

    kind: Literal["clock_step"]
    by: Milliseconds


#: Faults of a frame on its way.
FrameFault = Split | Late | Drop | Duplicate | Flip | Lose | Noise | Conflict | Impossible
#: Faults of the device itself, which only a device that offers them can have.
DeviceFault = Reset | Wrap | ClockStep | WrongDevice
#: Faults of the line for a while.
LineFault = Silence | Unplug
Fault = FrameFault | DeviceFault | LineFault


class FaultScript(Table):
    """Everything that goes wrong in one run."""

    faults: list[Annotated[Fault, Field(discriminator="kind")]]


def read_faults(path: Path) -> tuple[Fault, ...]:
    """The faults of a script; BadInputError names file, fault number and field."""
    return tuple(read_table(path, FaultScript).faults)
