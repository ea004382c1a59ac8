"""A practitioner who types what a device without a cable shows: a scenario of lines, each some time after the last.

The typist says at the start which device it is, with a serial number that begins with `SIM-`, and that it is simulated.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog.simulator import Simulator
from devicelog_simulators.quantities import Duration
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path

_SCENARIOS = shipped("typed", "typed-slips", "typed-needle")
_Line = Annotated[str, Field(pattern=r"^[^\r\n]{1,400}$")]


class TypedDevice(Table):
    """What stands on the label of the device."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,60}$")] = "Simulated gun with a display"


class TypedLine(Table):
    """A line, and how long after the one before it is entered; drawn with the seed up to a fifth sooner or later."""

    line: _Line
    after: Duration


class TypedScenario(Table):
    """A scenario of `manual`."""

    simulator: Literal["manual"]
    title: str
    device: TypedDevice = TypedDevice()
    steps: Annotated[list[TypedLine], Field(min_length=1)]


class SimulatedTypist:
    """Implements `devicelog.simulator.SimulatedDevice`; nothing that is sent to a person is answered."""

    def __init__(self, scenario: TypedScenario, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        at = 0
        self._lines = [(at, f"device {scenario.device.name} serial SIM-TY-{seed:04d} simulated")]
        for step in scenario.steps:
            at += step.after + random.randint(-step.after // 5, step.after // 5)
            self._lines.append((at, step.line))
        self._clock_ns = 0

    @property
    def finished(self) -> bool:
        """True once everything is typed."""
        return not self._lines

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what was typed in that time."""
        self._clock_ns += round(seconds * 1e9)
        typed = b""
        while self._lines and self._lines[0][0] <= self._clock_ns // 1_000_000:
            typed += f"{self._lines.pop(0)[1]}\n".encode()
        return typed

    def answer(self, request: bytes) -> bytes:  # noqa: ARG002
        """Nothing."""
        return b""


def start(seed: int, scenario: Path | None) -> SimulatedTypist:
    """Somebody who types; the same seed and scenario give the same lines at the same times."""
    return SimulatedTypist(read_table(scenario or _SCENARIOS["typed"], TypedScenario), seed)


SIMULATOR = Simulator("manual", "typist", start, _SCENARIOS)
