"""Scenarios of the simulated electroporator: its clock, what is on its card, runs, lapses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog_simulators.btx_log import Run
from devicelog_simulators.btx_method import Method
from devicelog_simulators.outbox import Lapse
from devicelog_simulators.quantities import Duration, Milliseconds
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from collections.abc import Iterator


class BtxSettings(Table):
    """The device and its clock, which anybody can set and which has no zone."""

    firmware: Annotated[str, Field(pattern=r"^[0-9.]{1,8}$")] = "4.0.4"
    clock: datetime = datetime(2026, 3, 9, 15, 30)  # noqa: DTZ001
    drift_ppm: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    statistics: Literal["status", "stat"] = "status"
    failed: Annotated[int, Field(ge=0)] = 0


class CardFile(Table):
    """A file that is on the card from the beginning."""

    path: Annotated[str, Field(pattern=r"^\\BTXDATA(\\[^\\]+)+$")]
    text: str


class Idle(Table):
    """Nothing happens."""

    do: Literal["idle"]
    lasting: Duration = Field(alias="for")


class SetClock(Table):
    """Somebody sets the device's clock forward or back."""

    do: Literal["clock"]
    by: Milliseconds


Step = Annotated[Idle | Run | SetClock, Field(discriminator="do")]


class BtxLapse(Lapse):
    """A while in which each reply is an error."""

    error: Annotated[str, Field(pattern=r"^[ -~]+$")] | None = None


class BtxScenario(Table):
    """A scenario of `btx-gemini`."""

    simulator: Literal["btx-gemini"]
    title: str
    device: BtxSettings = BtxSettings()
    card: Annotated[list[CardFile], Field(default_factory=list)]
    methods: Annotated[list[Method], Field(default_factory=list)]
    steps: Annotated[list[Step], Field(min_length=1)]
    lapses: Annotated[list[BtxLapse], Field(default_factory=list)]


def course(steps: list[Step]) -> Iterator[tuple[int, Run | SetClock | None]]:
    """What happens, in order of time (ms); None is the end."""
    at = 0
    for step in steps:
        if not isinstance(step, Idle):
            yield at, step
        at += step.lasting if isinstance(step, Idle | Run) else 0
    yield at, None
