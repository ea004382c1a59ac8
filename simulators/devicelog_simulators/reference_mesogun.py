"""The reference meso-gun: one `INJ` a trigger, purges apart, volume and triggers of the session at its end."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from devicelog.simulator import Simulator
from devicelog_simulators.device import Device, Moment
from devicelog_simulators.dlr1 import WRAP, Identity, Message
from devicelog_simulators.scenario import End, Idle, MesogunScenario, Pause, Purge, Shots, shipped
from devicelog_simulators.toml_file import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCENARIOS = shipped("face", "face-limits")
_PURGE_MODE = "P"


class Mesogun:
    """A meso-gun in the hands of somebody who follows a scenario (a `device.Model`)."""

    def __init__(self, scenario: MesogunScenario, seed: int) -> None:
        self._scenario = scenario
        self._seed = seed
        self._random = Random(seed)  # noqa: S311
        self.totals = {"triggers_total": scenario.device.triggers_total}
        self._set_dose: int | None = None
        self._set_depth: int | None = None
        self.forget_session()

    @property
    def identity(self) -> Identity:
        """Its serial number is its seed's."""
        device = self._scenario.device
        return Identity("MG-REF", f"SIM-MG-{self._seed:04d}", device.firmware, "INJ", device.memory)

    def settings(self) -> Message:
        """The head, the bases of depth and volume, and what is set for the next trigger."""
        device = self._scenario.device
        named = [f"needles={device.needles}", f"depth={device.depth}", f"volume={device.volume}"]
        if self._set_dose is not None:
            named.append(f"set_dose={self._set_dose}")
        if self._set_depth is not None:
            named.append(f"set_depth={self._set_depth}")
        return Message("CFG", tuple(named))

    def forget_session(self) -> None:
        """Set the counters of the session to zero."""
        self._triggers = 0
        self._volume = 0

    def course(self) -> Iterator[Moment]:
        """The scenario, in order of time."""
        at = 0
        for step in self._scenario.steps:
            match step:
                case Idle():
                    yield Moment(at, "I")
                    at += step.lasting
                case Pause():
                    yield Moment(at, "P")
                    at += step.lasting
                    yield Moment(at, "R")
                case Purge():
                    yield Moment(at, "I", partial(self._set, step.dose, self._set_depth))
                    for _ in range(step.count):
                        at += step.every
                        yield Moment(at, "I", partial(self._trigger, step.dose, None, None, _PURGE_MODE, 0))
                case Shots():
                    yield Moment(at, "R", partial(self._set, step.dose, step.depth))
                    for _ in range(step.count):
                        at += self._about(step.every, step.every_jitter)
                        yield Moment(at, "R", self._shot(step))
                case End():
                    yield Moment(at, "E", self._end)
        yield Moment(at, "E" if isinstance(step, End) else "I")

    def _about(self, value: int, jitter: int) -> int:
        return value + self._random.randint(-jitter, jitter)

    def _set(self, dose: int, depth: int | None) -> list[Message]:
        if (dose, depth) == (self._set_dose, self._set_depth):
            return []
        self._set_dose, self._set_depth = dose, depth
        return [self.settings()]

    def _shot(self, step: Shots) -> partial[list[Message]]:
        depth = self._about(step.depth, step.depth_jitter)
        vacuum = None if step.vacuum is None else self._about(step.vacuum, step.vacuum_jitter)
        return partial(self._trigger, step.dose, depth, vacuum, step.mode, step.fault)

    def _trigger(self, dose: int, depth: int | None, vacuum: int | None, mode: str, fault: int) -> list[Message]:
        total = self.totals["triggers_total"] = (self.totals["triggers_total"] + 1) % WRAP
        if mode != _PURGE_MODE:
            self._triggers = (self._triggers + 1) % WRAP
            self._volume += dose
        return [Message("INJ", (self._triggers, total, dose, depth, vacuum, mode, fault))]

    def _end(self) -> list[Message]:
        message = Message("EOS", (self._triggers, self._volume, 0, "INJ"))
        self.forget_session()
        return [message]


def start(seed: int, scenario: Path | None) -> Device:
    """A fresh meso-gun; the same seed and scenario give the same bytes."""
    chosen = read_table(scenario or _SCENARIOS["face"], MesogunScenario)
    return Device(Mesogun(chosen, seed), boot=chosen.device.boot)


SIMULATOR = Simulator("reference-mesogun", "MG-REF", start, _SCENARIOS)
