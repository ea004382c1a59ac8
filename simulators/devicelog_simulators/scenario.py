"""Scenarios: what happens to a simulated device, as TOML files (format: simulators/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from devicelog_simulators.quantities import (
    Duration,
    Hertz,
    Microamperes,
    Micrometres,
    Microseconds,
    Millivolts,
    Nanolitres,
    Ohms,
    Pascals,
    SquareMillimetres,
)
from devicelog_simulators.toml_file import Table

_FOLDER = Path(__file__).parent / "scenarios"

Counter = Annotated[int, Field(ge=0, lt=2**32)]
Code = Annotated[int, Field(ge=0, le=65_535)]
Text = Annotated[str, Field(pattern=r"^[A-Za-z0-9._/|-]{1,32}$")]


def shipped(*names: str) -> dict[str, Path]:
    """The built-in scenarios of these names and their files."""
    return {name: _FOLDER / f"{name}.toml" for name in names}


class Settings(Table):
    """What every simulated device has."""

    firmware: Text = "FW1.0.0"
    boot: Counter = 1
    memory: Annotated[int, Field(ge=0, le=1_000_000)] = 10_000


class Idle(Table):
    """Nothing is asked of the device for a while."""

    do: Literal["idle"]
    lasting: Duration = Field(alias="for")


class Pause(Table):
    """The operator pauses the treatment."""

    do: Literal["pause"]
    lasting: Duration = Field(alias="for")


class End(Table):
    """The operator ends the treatment at the device (`EOS`)."""

    do: Literal["end"]


class MesogunSettings(Settings):
    """A meso-gun before its first trigger."""

    triggers_total: Counter = 0
    needles: Annotated[int, Field(ge=1, le=99)] = 1
    depth: Literal["extension", "perpendicular"] = "extension"
    volume: Literal["commanded", "delivered"] = "commanded"


class Shots(Table):
    """A row of triggers, at about the same distance in time."""

    do: Literal["shots"]
    count: Annotated[int, Field(ge=1)] = 1
    dose: Nanolitres
    depth: Micrometres
    depth_jitter: Micrometres = 0
    every: Duration
    every_jitter: Annotated[Duration, Field(ge=0)] = 0
    vacuum: Pascals | None = None
    vacuum_jitter: Pascals = 0
    mode: Text = "N"
    fault: Code = 0


class Purge(Table):
    """Triggers into a cup: not a patient dose."""

    do: Literal["purge"]
    count: Annotated[int, Field(ge=1)] = 1
    dose: Nanolitres
    every: Duration = 1_000


MesogunStep = Annotated[Idle | Pause | Purge | Shots | End, Field(discriminator="do")]


class MesogunScenario(Table):
    """A scenario of `reference-mesogun`."""

    simulator: Literal["reference-mesogun"]
    title: str
    device: MesogunSettings = MesogunSettings()
    steps: Annotated[list[MesogunStep], Field(min_length=1)]


class NoneedleSettings(Settings):
    """A no-needle unit, its electrode, and the path through the skin."""

    current: Literal["dc", "mean", "rms", "peak"] = "dc"
    wave: Literal["dc", "mono", "bi"] = "dc"
    area: SquareMillimetres | None = None
    frequency: Hertz = 0
    pulse_width: Microseconds = 0
    sample_every: Annotated[Duration, Field(le=1_000)] = 250
    measures: bool = True
    noise: Microamperes = 0
    resistance: Ohms = 8_000
    greatest_voltage: Millivolts = 30_000


class Ramp(Table):
    """The current goes in a straight line to another value."""

    do: Literal["ramp"]
    start: Microamperes | None = Field(alias="from", default=None)
    to: Microamperes
    lasting: Duration = Field(alias="for")


class Run(Table):
    """The current stays; a resistance too high for the greatest voltage lets less flow (state `L`)."""

    do: Literal["run"]
    lasting: Duration = Field(alias="for")
    resistance: Ohms | None = None


class ContactLost(Table):
    """The electrode leaves the skin."""

    do: Literal["contact_lost"]
    lasting: Duration = Field(alias="for")


NoneedleStep = Annotated[Idle | Pause | Ramp | Run | ContactLost | End, Field(discriminator="do")]


class NoneedleScenario(Table):
    """A scenario of `reference-noneedle`."""

    simulator: Literal["reference-noneedle"]
    title: str
    device: NoneedleSettings = NoneedleSettings()
    steps: Annotated[list[NoneedleStep], Field(min_length=1)]
