"""A KD Scientific Legato pump: replies as others recorded them from a Legato 100 with firmware 3.0.6.

It answers queries and nothing else; a command that would set something is refused and kept in `heard`. Its serial
number begins with `SIM-`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog.simulator import Simulator
from devicelog_simulators.outbox import Outbox
from devicelog_simulators.pumps import Incident, Motor, PumpSettings, Step, Stretch, course
from devicelog_simulators.quantities import Milliseconds
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path

_SCENARIOS = shipped("legato", "legato-faults")
#: Units and their size in nL, the greatest first.
_UNITS = (("ml", Decimal(1_000_000)), ("ul", Decimal(1_000)), ("nl", Decimal(1)), ("pl", Decimal("0.001")))
_SIX_DIGITS = Context(prec=6, rounding=ROUND_HALF_EVEN)
#: The rates between which a Legato 100 with a syringe of 7.262 mm moves, as recorded (nL/min).
_SLOWEST, _FASTEST, _AT_DIAMETER = Decimal("25.0404"), Decimal(26_003_500), Decimal(7_262)
#: The pump's clock when it is switched on.
_BEGINS = datetime(2023, 5, 8, 14, 48, 23)  # noqa: DTZ001 - a clock without a zone
_PROMPTS = {"infuse": ">", "withdraw": "<", "pause": ":", "idle": ":"}


class LegatoSettings(PumpSettings):
    """The pump as somebody has set it up; `poll` ends each reply with XON."""

    firmware: Annotated[str, Field(pattern=r"^v[0-9.]{1,8}$")] = "v3.0.6"
    poll: bool = True
    target_time: Annotated[Milliseconds, Field(ge=0)] = 0
    syringe_volume: Annotated[str, Field(pattern=r"^[0-9.]{1,8} [mun]l$")] = "8.6284 ml"
    force: Annotated[int, Field(ge=0, le=100)] = 15


class LegatoScenario(Table):
    """A scenario of `kds-legato`."""

    simulator: Literal["kds-legato"]
    title: str
    device: LegatoSettings = LegatoSettings()
    steps: Annotated[list[Step], Field(min_length=1)]


class Legato:
    """Implements `devicelog.simulator.SimulatedDevice`."""

    def __init__(self, scenario: LegatoScenario, seed: int) -> None:
        self._settings = scenario.device
        self._serial = f"SIM-KL-{seed:04d}"
        self._course = course(scenario.steps)
        self._next = next(self._course, None)
        self._motor = Motor()
        self._outbox = Outbox(Random(seed))  # noqa: S311
        self._step: Stretch | None = None
        self._prompt = ":"
        self._clock_ns = 0
        self._ran_to = 0
        self._inbox = b""
        self.heard: list[bytes] = []
        self.unknown: list[bytes] = []

    @property
    def finished(self) -> bool:
        """True once the scenario is over and every reply is out."""
        return self._next is None and self._outbox.is_empty

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the pump sent in that time."""
        self._clock_ns += round(seconds * 1e9)
        now = self._now
        while self._next is not None and self._next.at <= now:
            self._run_to(self._next.at)
            self._do(self._next.step)
            self._next = next(self._course, None)
        self._run_to(now)
        return self._outbox.take(now)

    def answer(self, request: bytes) -> bytes:
        """The replies to the commands that these bytes complete."""
        *lines, self._inbox = (self._inbox + request)[-256:].split(b"\r\n")
        sent = b""
        for line in lines:
            self.heard.append(line)
            if self._step is None or not self._step.mute:
                late = self._step.late if self._step is not None else 0
                sent += self._outbox.put(self._reply(line.decode("ascii", "backslashreplace")), self._now, late)
        return sent

    @property
    def _now(self) -> int:
        return self._clock_ns // 1_000_000

    def _run_to(self, at: int) -> None:
        self._motor.run(at - self._ran_to)
        self._ran_to = at

    def _do(self, step: Stretch | Incident | None) -> None:
        match step:
            case Stretch():
                self._step = step
                stays = step.do == "idle" and "*" in self._prompt  # until somebody starts it again
                self._prompt = self._prompt if stays else _PROMPTS[step.do]
                self._motor.direction = {"infuse": 1, "withdraw": -1}.get(step.do, 0)
                self._motor.rate = step.rate or self._motor.rate
            case Incident(do="stall"):
                self._prompt, self._motor.direction = "*", 0
            case Incident(do="target"):
                self._prompt, self._motor.direction = "T*", 0
            case Incident(do="clear"):
                self._motor.clear()
            case Incident(do="power_loss"):
                self._motor.clear()
                self._prompt, self._motor.direction = ":", 0
            case _:
                self._prompt, self._motor.direction, self._step = ":", 0, None

    def _reply(self, command: str) -> bytes:
        lines = "".join(f"{line}\r\n" for line in self._said(command.removeprefix("@").strip()))
        address = self._step.address if self._step is not None else 0
        prompt = f"{address:02d}{self._prompt}" if address else self._prompt
        return f"\n{lines}{prompt}{chr(0x11) if self._settings.poll else ''}".encode("ascii")

    def _said(self, command: str) -> list[str]:
        motor = self._motor
        rate = f"{_ranged(Decimal(motor.rate) * 1_000 / 60)}/min"
        firmware, serial = f"Firmware:      {self._settings.firmware}", f"Serial number: {self._serial}"
        answers = {
            "": [],
            "version": [firmware, "Pump address:  0", serial],
            "ivolume": [_ranged(Decimal(motor.infused))],
            "wvolume": [_ranged(Decimal(motor.withdrawn))],
            "irate": [rate],
            "wrate": [rate],
            "diameter": [f"{Decimal(self._settings.diameter) / 1_000:.4f} mm"],
            "tvolume": ["Target volume not set"],
            "ttime": [_target(self._settings.target_time // 1_000)],
            "irate lim": [self._limits()],
            "wrate lim": [self._limits()],
            "svolume": [self._settings.syringe_volume],
            "force": [f"{self._settings.force}%"],
            "time": [_clock(_BEGINS + timedelta(milliseconds=self._now))],
        }
        self.unknown += [] if command in answers else [command.encode("ascii", "replace")]
        return answers.get(command, [f"Command error: {command[:20]}", "   Unknown command"])

    def _limits(self) -> str:
        """The rates of a piston that moves as fast as with the recorded syringe."""
        wider = (self._settings.diameter / _AT_DIAMETER) ** 2
        return f"{_ranged(_SLOWEST * wider)}/min to {_ranged(_FASTEST * wider)}/min"


def _target(seconds: int) -> str:
    """A target time: in seconds up to a minute, then as on a clock."""
    if not seconds:
        return "Target time not set"
    face = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{seconds} seconds" if seconds < 60 else face


def _clock(now: datetime) -> str:
    return f"{now:%m/%d/%y} {now.hour % 12 or 12}:{now:%M:%S %p}"


def _ranged(nanolitres: Decimal) -> str:
    """A volume with six digits in the unit that suits its size."""
    unit, size = next((unit for unit in _UNITS if nanolitres >= unit[1]), _UNITS[1])
    text = format(_SIX_DIGITS.plus(nanolitres / size), "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"


def start(seed: int, scenario: Path | None) -> Legato:
    """A fresh pump; the same seed, scenario and queries give the same bytes."""
    return Legato(read_table(scenario or _SCENARIOS["legato"], LegatoScenario), seed)


SIMULATOR = Simulator("kds-legato", "Legato", start, _SCENARIOS)
