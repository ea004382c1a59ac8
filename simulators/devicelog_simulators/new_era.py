"""A syringe pump of the NE-1000 family (user manual 1200-01, section 10), in Basic or Safe framing.

It answers queries and nothing else; a command that would set something is refused and kept in `heard`. It says `SIM`
in the place of a firmware upgrade, which no real pump does.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog.simulator import Simulator
from devicelog_simulators.outbox import Outbox
from devicelog_simulators.pumps import Incident, Motor, PumpSettings, Step, Stretch, course
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path

_SCENARIOS = shipped("pump", "pump-safe", "pump-faults")
#: uL/h of each unit of rate.
_RATES = {"MM": 60_000, "MH": 1_000, "UM": 60, "UH": 1}
_STATES = {"infuse": "I", "withdraw": "W", "pause": "P", "idle": "S"}
#: A packet that stays unfinished for so long is thrown away (ms).
_PARTIAL = 500


class NewEraSettings(PumpSettings):
    """The pump as somebody has set it up."""

    framing: Literal["basic", "safe"] = "basic"
    safe_timeout: Annotated[int, Field(ge=0, le=255)] = 0
    volume_units: Literal["ML", "UL"] = "ML"
    rate_units: Literal["MM", "MH", "UM", "UH"] = "MH"


class NewEraScenario(Table):
    """A scenario of `new-era`."""

    simulator: Literal["new-era"]
    title: str
    device: NewEraSettings = NewEraSettings()
    steps: Annotated[list[Step], Field(min_length=1)]


class NewEra:
    """Implements `devicelog.simulator.SimulatedDevice`."""

    def __init__(self, scenario: NewEraScenario, seed: int) -> None:
        self._settings = scenario.device
        self._course = course(scenario.steps)
        self._next = next(self._course, None)
        self._motor = Motor()
        self._outbox = Outbox(Random(seed))  # noqa: S311
        self._step: Stretch | None = None
        self._state = "S"
        self._alarm: str | None = None
        self._clock_ns = 0
        self._ran_to = 0
        self._inbox = b""
        self._inbox_at = 0
        self._armed_at: int | None = None
        self._pushed = b""
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
        self._watch(now)
        pushed, self._pushed = self._pushed, b""
        return self._outbox.take(now) + pushed

    def answer(self, request: bytes) -> bytes:
        """The replies to the commands that these bytes complete."""
        now = self._now
        if self._inbox and self._settings.framing == "safe" and now - self._inbox_at > _PARTIAL:
            self._inbox = b""
        self._inbox, self._inbox_at = self._inbox + request, now
        commands = self._packets() if self._settings.framing == "safe" else self._lines()
        sent = b""
        for command in commands:
            self.heard.append(command)
            self._armed_at = now
            reply = self._reply(command)
            if self._step is None or not self._step.mute:
                sent += self._outbox.put(reply, now, self._step.late if self._step is not None else 0)
        return sent

    @property
    def _now(self) -> int:
        return self._clock_ns // 1_000_000

    # -- what happens ------------------------------------------------------------------------------------------

    def _run_to(self, at: int) -> None:
        self._motor.run(at - self._ran_to)
        self._ran_to = at

    def _do(self, step: Stretch | Incident | None) -> None:
        match step:
            case Stretch():
                self._step = step
                self._state = _STATES[step.do]
                self._motor.direction = {"infuse": 1, "withdraw": -1}.get(step.do, 0)
                self._motor.rate = step.rate or self._motor.rate
            case Incident(do="power_loss"):
                self._motor.clear()
                self._stop("R")
            case Incident(do="stall"):
                self._stop("S")
            case Incident(do="clear"):
                self._motor.clear()
            case _:
                self._state, self._motor.direction, self._step = "S", 0, None

    def _stop(self, alarm: str) -> None:
        """An alarm, which in Safe framing is also sent unasked, and stays until a query is answered with it."""
        self._alarm, self._state, self._motor.direction = alarm, "S", 0
        if self._settings.framing == "safe":
            self._pushed += self._framed(f"{self._address}A?{alarm}")

    def _watch(self, now: int) -> None:
        """In Safe framing: the time-out, which the first valid packet armed."""
        settings = self._settings
        if settings.framing != "safe" or not settings.safe_timeout or self._armed_at is None:
            return
        if now - self._armed_at > settings.safe_timeout * 1_000:
            self._armed_at = None
            self._stop("T")

    # -- what is said ------------------------------------------------------------------------------------------

    @property
    def _address(self) -> str:
        return f"{self._step.address if self._step is not None else 0:02d}"

    def _reply(self, command: bytes) -> bytes:
        if self._alarm is not None:
            alarm, self._alarm = self._alarm, None
            return self._framed(f"{self._address}A?{alarm}")
        return self._framed(f"{self._address}{self._state}{self._said(command.decode('ascii', 'replace'))}")

    def _said(self, command: str) -> str:
        settings, motor = self._settings, self._motor
        answers = {
            "": "",
            "VER": f"NE1000SIMV{settings.firmware}",
            "DIS": f"I{self._volume(motor.infused)}W{self._volume(motor.withdrawn)}{settings.volume_units}",
            "RAT": f"{_four_digits(Decimal(motor.rate) / _RATES[settings.rate_units])}{settings.rate_units}",
            "VOL": f"{self._volume(0)}{settings.volume_units}",
            "DIR": "WDR" if motor.direction < 0 else "INF",
            "DIA": _four_digits(Decimal(settings.diameter) / 1_000),
            "SAF": str(settings.safe_timeout),
        }
        self.unknown += [] if command in answers else [command.encode("ascii", "replace")]
        return answers.get(command, "?")

    def _volume(self, nanolitres: int) -> str:
        return _four_digits(Decimal(nanolitres) / (1_000_000 if self._settings.volume_units == "ML" else 1_000))

    def _framed(self, text: str) -> bytes:
        data = text.encode("ascii")
        if self._settings.framing == "basic":
            return b"\x02" + data + b"\x03"
        return bytes([2, len(data) + 4]) + data + crc_hqx(data, 0).to_bytes(2, "big") + b"\x03"

    # -- what is heard -----------------------------------------------------------------------------------------

    def _lines(self) -> list[bytes]:
        *lines, self._inbox = self._inbox[-256:].split(b"\r")
        return [_without_address(line.strip().upper()) for line in lines]

    def _packets(self) -> list[bytes]:
        commands: list[bytes] = []
        while (begin := self._inbox.find(b"\x02")) >= 0:
            self._inbox = self._inbox[begin:]
            end = self._inbox[1] + 1 if len(self._inbox) > 1 else 0
            if not end or len(self._inbox) < end:
                return commands
            data, check = self._inbox[2 : end - 3], self._inbox[end - 3 : end - 1]
            if crc_hqx(data, 0).to_bytes(2, "big") == check and self._inbox[end - 1] == 3:
                commands.append(_without_address(data))
                self._inbox = self._inbox[end:]
            else:
                self._inbox = self._inbox[1:]
        self._inbox = b""
        return commands


def _without_address(command: bytes) -> bytes:
    return re.sub(rb"^[0-9]{1,2}", b"", command)


def _four_digits(value: Decimal) -> str:
    """A number as the pump writes it: four digits and a point."""
    value %= 10_000
    places = 3 if value < 10 else 2 if value < 100 else 1 if value < 1_000 else 0
    text = str(value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN))
    return text if places else f"{text}."


def start(seed: int, scenario: Path | None) -> NewEra:
    """A fresh pump; the same seed, scenario and queries give the same bytes."""
    return NewEra(read_table(scenario or _SCENARIOS["pump"], NewEraScenario), seed)


SIMULATOR = Simulator("new-era", "NE-1000", start, _SCENARIOS)
