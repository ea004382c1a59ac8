"""What a scenario lets an invented device do: the tables of its steps, and how it is before them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from devicelog_simulators.quantities import (
    Duration,
    Microamperes,
    MicrolitresPerHour,
    Micrometres,
    Nanolitres,
    Ohms,
    Pascals,
)
from devicelog_simulators.scenario import Code, Counter
from devicelog_simulators.toml_file import Table


class Idle(Table):
    """Nothing is given."""

    do: Literal["idle"]
    lasting: Duration = Field(alias="for")
    fault: Code = 0


class Shots(Table):
    """A row of triggers."""

    do: Literal["shots", "purge"]
    count: Annotated[int, Field(ge=1)] = 1
    dose: Nanolitres
    every: Duration
    every_jitter: Annotated[Duration, Field(ge=0)] = 0
    extension: Micrometres = 0
    extension_jitter: Micrometres = 0
    vacuum: Pascals = 0
    mode: Code = 1
    fault: Code = 0


class Flow(Table):
    """A pump runs."""

    do: Literal["flow"]
    rate: MicrolitresPerHour
    lasting: Duration = Field(alias="for")
    fault: Code = 0


class Current(Table):
    """A current flows; without `measured`, all that is set."""

    do: Literal["current"]
    current: Microamperes
    measured: Microamperes | None = None
    resistance: Ohms = 8_000
    lasting: Duration = Field(alias="for")
    fault: Code = 0


class Event(Table):
    """At once: the power is lost and comes back, or the operator sets the session's counters to zero."""

    do: Literal["reset", "clear"]


Step = Annotated[Idle | Shots | Flow | Current | Event, Field(discriminator="do")]


class ApparatusSettings(Table):
    """The device before anything happens."""

    shots_total: Counter = 0
    boot: Counter = 1
    syringe: Nanolitres = 5_000_000
