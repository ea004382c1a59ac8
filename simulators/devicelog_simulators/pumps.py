"""What simulated syringe pumps have in common: scenarios, a motor that adds up what it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from devicelog_simulators.quantities import Duration, MicrolitresPerHour, Micrometres, Milliseconds
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self


class Stretch(Table):
    """A while in which the pump does one thing, and how it answers meanwhile."""

    do: Literal["idle", "pause", "infuse", "withdraw"]
    lasting: Duration = Field(alias="for")
    rate: MicrolitresPerHour = 0
    late: Annotated[Milliseconds, Field(ge=0)] = 0
    mute: bool = False
    address: Annotated[int, Field(ge=0, le=99)] = 0

    @model_validator(mode="after")
    def _moves_or_not(self) -> Self:
        if (self.do in ("infuse", "withdraw")) != (self.rate > 0):
            raise ValueError("expected a rate for 'infuse' and 'withdraw', and none for anything else")
        return self


class Incident(Table):
    """Something that happens at once."""

    do: Literal["power_loss", "stall", "clear", "target"]


Step = Annotated[Stretch | Incident, Field(discriminator="do")]


class PumpSettings(Table):
    """A syringe pump before anything happens."""

    firmware: Annotated[str, Field(pattern=r"^[0-9.]{1,8}$")] = "3.928"
    diameter: Micrometres = 14_430


class Motor:
    """Moves a syringe; volumes in nL, rates in uL/h, time in ms, without any rounding on the way."""

    def __init__(self) -> None:
        self.direction = 0
        self.rate = 0
        self._moved = {1: 0, -1: 0}

    def run(self, milliseconds: int) -> None:
        """Let time pass."""
        if self.direction:
            self._moved[self.direction] += self.rate * milliseconds

    @property
    def infused(self) -> int:
        return self._moved[1] // 3_600

    @property
    def withdrawn(self) -> int:
        return self._moved[-1] // 3_600

    def clear(self) -> None:
        """Begin to count again."""
        self._moved = {1: 0, -1: 0}


@dataclass(frozen=True, slots=True)
class Due:
    """A step of a scenario and its time in ms."""

    at: int
    step: Stretch | Incident | None


def course(steps: Sequence[Stretch | Incident]) -> Iterator[Due]:
    """The steps in order of time; None is the end."""
    at = 0
    for step in steps:
        yield Due(at, step)
        at += step.lasting if isinstance(step, Stretch) else 0
    yield Due(at, None)
