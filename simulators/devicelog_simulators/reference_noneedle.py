"""The reference no-needle unit: `EP` samples of what was set and what flowed, time and charge at its end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from devicelog.simulator import Simulator
from devicelog_simulators.device import Device, Moment
from devicelog_simulators.dlr1 import Identity, Message
from devicelog_simulators.scenario import ContactLost, End, Idle, NoneedleScenario, Pause, Ramp, Run, shipped
from devicelog_simulators.toml_file import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCENARIOS = shipped("current", "current-limits")
_RESISTANCE_LIMIT = 2


@dataclass(frozen=True, slots=True)
class Output:
    """What the unit is told to deliver at a moment (µA), into what (Ω; None without contact), and in which state."""

    current: int
    resistance: int | None
    state: str


@dataclass(slots=True)
class Meter:
    """Time with current flowing and charge, by the trapezoid rule over consecutive samples, in whole numbers."""

    flowing_ms: int = 0
    _twice_charge: int = 0
    _last: tuple[int, int] | None = None

    def add(self, at: int, current: int) -> None:
        """Take in a sample of µA at a time in ms."""
        if self._last is not None:
            since, before = self._last
            if before or current:
                self.flowing_ms += at - since
                self._twice_charge += (before + current) * (at - since)
        self._last = at, current

    @property
    def charge(self) -> int:
        """µC, rounded down once, at the end."""
        return self._twice_charge // 2_000


class Noneedle:
    """A no-needle unit that follows a scenario (a `device.Model`)."""

    def __init__(self, scenario: NoneedleScenario, seed: int) -> None:
        self._scenario = scenario
        self._device = scenario.device
        self._seed = seed
        self._random = Random(seed)  # noqa: S311
        self.totals: dict[str, int] = {}
        self._set_current: int | None = None
        self.forget_session()

    @property
    def identity(self) -> Identity:
        """Its serial number is its seed's."""
        return Identity("NN-REF", f"SIM-NN-{self._seed:04d}", self._device.firmware, "EP", self._device.memory)

    def settings(self) -> Message:
        """Basis and wave form of the current, the electrode, and what is set for the output."""
        device = self._device
        named = [f"current={device.current}", f"wave={device.wave}"]
        if device.area is not None:
            named.append(f"area={device.area}")
        if self._set_current is not None:
            named.append(f"set_current={self._set_current}")
        named += [f"set_frequency={device.frequency}", f"set_pulse_width={device.pulse_width}"]
        return Message("CFG", tuple(named))

    def forget_session(self) -> None:
        """Set time and charge to zero."""
        self._meter = Meter()

    def course(self) -> Iterator[Moment]:
        """The scenario, in order of time."""
        at = level = 0
        skin = self._device.resistance
        for step in self._scenario.steps:
            match step:
                case Idle():
                    yield Moment(at, "I")
                    at += step.lasting
                case Pause():
                    yield from self._hold(at, step.lasting, Output(0, skin, "P"), "P")
                    at += step.lasting
                    yield Moment(at, "R")
                case Ramp():
                    yield from self._ramp(at, step, level if step.start is None else step.start)
                    at, level = at + step.lasting, step.to
                case Run():
                    yield from self._hold(at, step.lasting, Output(level, step.resistance or skin, "R"))
                    at += step.lasting
                case ContactLost():
                    yield from self._hold(at, step.lasting, Output(level, None, "C"))
                    at += step.lasting
                case End():
                    yield Moment(at, "E", partial(self._end, at))
                    level = 0
        yield Moment(at, "E" if isinstance(step, End) else "I")

    def _hold(self, at: int, lasting: int, output: Output, state: str = "R") -> Iterator[Moment]:
        for since in range(0, lasting, self._device.sample_every):
            yield Moment(at + since, state, partial(self._sample, at + since, output))

    def _ramp(self, at: int, step: Ramp, start: int) -> Iterator[Moment]:
        yield Moment(at, "R", partial(self._set, step.to))
        direction = "U" if step.to >= start else "D"
        for since in range(0, step.lasting, self._device.sample_every):
            current = start + (step.to - start) * since // step.lasting
            output = Output(current, self._device.resistance, direction)
            yield Moment(at + since, "R", partial(self._sample, at + since, output))

    def _set(self, current: int) -> list[Message]:
        if current in {0, self._set_current}:
            return []
        self._set_current = current
        return [self.settings()]

    def _sample(self, at: int, output: Output) -> list[Message]:
        device, resistance = self._device, output.resistance
        reachable = device.greatest_voltage * 1_000 // resistance if resistance else 0
        limited = resistance is not None and reachable < output.current
        flows = self._measured(min(output.current, reachable))
        self._meter.add(at, flows)
        fields = (
            output.current,
            flows if device.measures else None,
            flows * (resistance or 0) // 1_000,
            device.frequency,
            device.pulse_width,
            resistance,
            "L" if limited else output.state,
            _RESISTANCE_LIMIT if limited else 0,
        )
        return [Message("EP", fields)]

    def _measured(self, current: int) -> int:
        noise = self._random.randint(-self._device.noise, self._device.noise)
        return max(0, current + noise) if current else 0

    def _end(self, at: int) -> list[Message]:
        off = self._sample(at, Output(0, self._device.resistance, "I"))
        charge = self._meter.charge if self._device.measures and self._device.wave != "bi" else None
        message = Message("EOS", (self._meter.flowing_ms, charge, 0, "EP"))
        self.forget_session()
        return [*off, message]


def start(seed: int, scenario: Path | None) -> Device:
    """A fresh no-needle unit; the same seed and scenario give the same bytes."""
    chosen = read_table(scenario or _SCENARIOS["current"], NoneedleScenario)
    return Device(Noneedle(chosen, seed), boot=chosen.device.boot)


SIMULATOR = Simulator("reference-noneedle", "NN-REF", start, _SCENARIOS)
