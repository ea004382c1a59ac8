"""A BTX Gemini X2 electroporator as its text shell shows it: clock, counters, and the run logs on its SD card.

Source: github.com/PyLabRobot/pylabrobot, whose replies look like a real device's, which nobody says. Wordings of errors
are invented apart from how they begin. `meth`, `mend` and `delm`, which change stored methods, are refused and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from devicelog.simulator import Simulator
from devicelog_simulators.btx_card import Card, Writing
from devicelog_simulators.btx_log import Heading, Run, begun, clock_text, log_text, path_of
from devicelog_simulators.btx_method import catalogue
from devicelog_simulators.btx_scenario import BtxScenario, SetClock, course
from devicelog_simulators.outbox import Outbox, lapse_at
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import read_table

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_SCENARIOS = shipped("btx-runs", "btx-faults")
#: A log in parts lacks its last lines for so long (ms).
_UNFINISHED = 3_000
_FORBIDDEN = ("meth", "mend", "delm")


@dataclass(frozen=True, slots=True)
class Done:
    """A run that really was: virtual time of its beginning (ms), and the whole log, which the card may not have."""

    at: int
    path: str
    text: str


class Gemini:
    """Implements `devicelog.simulator.SimulatedDevice`, and `faulty.Tamperable` for fault scripts."""

    def __init__(self, scenario: BtxScenario, seed: int) -> None:
        self._settings = scenario.device
        self._methods = scenario.methods
        self._lapses = scenario.lapses
        self._serial = f"SIM-BT-{seed:04d}"
        self._random = Random(f"runs {seed}")  # noqa: S311
        self._outbox = Outbox(Random(seed))  # noqa: S311
        self._card = Card({file.path: file.text for file in scenario.card})
        self._course = course(scenario.steps)
        self._next = next(self._course, None)
        self._clock_ns = 0
        self._stepped = 0
        self._inbox = b""
        self._bytes_heard = self._forbidden = self._heard_at_boot = 0
        self.heard: list[bytes] = []
        self.runs: list[Done] = []

    @property
    def finished(self) -> bool:
        """True once the scenario is over, every log is on the card and every reply is out."""
        return self._next is None and self._card.is_settled and self._outbox.is_empty

    @property
    def truth(self) -> dict[str, str]:
        """What really happened, and what reached the device."""
        return {
            "runs": str(len(self.runs)),
            "logs on the card": str(len(self._card.files)),
            "bytes heard": str(self._bytes_heard),
            "commands": str(len(self.heard)),
            "forbidden commands": str(self._forbidden),
        }

    @property
    def files(self) -> dict[str, str]:
        """What is on the card now, by path."""
        return self._card.files

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the device sent in that time: replies that were late."""
        self._clock_ns += round(seconds * 1e9)
        while self._next is not None and self._next[0] <= self._now:
            self._do(*self._next)
            self._next = next(self._course, None)
        self._card.run_to(self._now)
        return self._outbox.take(self._now)

    def answer(self, request: bytes) -> bytes:
        """The replies to the commands that these bytes complete."""
        self._bytes_heard += len(request)
        *lines, self._inbox = (self._inbox + request)[-1_024:].split(b"\n")
        lapse, sent = lapse_at(self._lapses, self._now), b""
        for line in lines:
            self.heard.append(line.rstrip(b"\r"))
            error = None if lapse is None else lapse.error
            reply = self._reply(line.decode("ascii", "replace").strip()) if error is None else f"{error}\n:"
            sent += self._outbox.send(reply.encode("ascii", "replace"), self._now, lapse)
        return sent

    # For fault scripts.

    @property
    def counters(self) -> frozenset[str]:
        """No counter of this device wraps."""
        return frozenset()

    def reboot(self) -> None:
        """The power is lost and comes back; card and clock have their own."""
        self._inbox = b""
        self._heard_at_boot = len(self.heard)

    def bring_near_wrap(self, counter: str, distance: int) -> None:
        """Nothing to do."""

    def step_clock(self, milliseconds: int) -> None:
        """Let the device's clock jump."""
        self._stepped += milliseconds

    def become(self, serial: str) -> None:
        """Another device of the same model, with the same card in it, takes the place of this one."""
        self._serial = serial
        self.reboot()

    # What happens.

    @property
    def _now(self) -> int:
        return self._clock_ns // 1_000_000

    def _device_time(self, at: int) -> datetime:
        drifted = at * (1_000_000 + self._settings.drift_ppm) // 1_000_000
        return self._settings.clock + timedelta(milliseconds=drifted + self._stepped)

    def _do(self, at: int, step: Run | SetClock | None) -> None:
        if isinstance(step, SetClock):
            self._stepped += step.by
        if isinstance(step, Run):
            self._run(step, at)

    def _run(self, run: Run, at: int) -> None:
        began = self._device_time(at)
        pulses = run.pulses_measured(self._random)
        text = log_text(run, pulses, Heading(self._serial, self._settings.firmware, began))
        done = Done(at, path_of(run, began), text)
        self.runs.append(done)
        written = at + run.lasting + run.log_after
        if run.log == "in_parts":
            self._card.expect(Writing(written, done.path, begun(text)))
            written += _UNFINISHED
        if run.log != "missing":
            self._card.expect(Writing(written, done.path, text))

    # What is said.

    def _reply(self, line: str) -> str:
        command, _, argument = line.partition(" ")
        if command in _FORBIDDEN:
            self._forbidden += 1
            return "Command error: refused\n:"
        if command == "sdsend":
            text = self._card.read(argument)
            return "Error: no such file\n:" if text is None else f"{line}\n{text}\n:\n"
        said = self._said(command, argument, line)
        return "".join(f"{row}\n" for row in said) + ":"

    def _said(self, command: str, argument: str, line: str) -> list[str]:
        if command == self._settings.statistics:
            return self._statistics()
        if command == "sddir":
            names = self._card.names_in(argument)
            return ["Error: no such folder"] if names is None else [line, *names]
        if command == "sendmtd":
            found = next((method for method in self._methods if argument == f'"{method.name}"'), None)
            return ["Get method failed"] if found is None else [f"meth {found.payload.hex().upper()}", "mend"]
        answers = {
            "": [],
            "version": [f"BTX Gemini {self._settings.firmware}", f"Serial number: {self._serial}"],
            "sn": [self._serial],
            "time": [clock_text(self._device_time(self._now))],
            "isprog": ["Y"],
            'cat "*.BTX"': catalogue(self._methods),
        }
        return answers.get(line, ["Command error: unknown command"])

    def _statistics(self) -> list[str]:
        """The counters of the line: `Failed: 0` is no error."""
        count = len(self.heard) - self._heard_at_boot
        return [
            "",
            f"Successful Tx: {count - 1}",
            f"Successful Rx: {count}",
            f"Failed: {self._settings.failed}",
            "Retries: 0",
        ]


def start(seed: int, scenario: Path | None) -> Gemini:
    """A fresh device; the same seed, scenario and commands give the same bytes."""
    return Gemini(read_table(scenario or _SCENARIOS["btx-runs"], BtxScenario), seed)


SIMULATOR = Simulator("btx-gemini", "BTX Gemini", start, _SCENARIOS)
