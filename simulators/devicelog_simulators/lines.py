"""An invented device that sends lines of text, by itself or on request; the scenario says which lines those are.

A request that no line answers is refused and counted, whatever it would do to a real device.
"""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from devicelog.simulator import Simulator
from devicelog_simulators.apparatus import Apparatus, told
from devicelog_simulators.apparatus_steps import ApparatusSettings, Step
from devicelog_simulators.line_format import Body, End, Frame, Line, LineField
from devicelog_simulators.outbox import Lapse, Outbox, lapse_at
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

_SCENARIOS = shipped("lines-injector", "lines-alaris", "lines-source", "lines-faults")
_NEVER = 1 << 62
_NO_ERROR = '0, "No error"'


class LinesSettings(ApparatusSettings):
    """What the device does with requests."""

    requests_end: End = "\r\n"
    requests_checked: bool = False
    refusal: Body = ""
    refusal_error: Body = ""
    errors: list[Body] = Field(default_factory=list)


class LinesLapse(Lapse):
    """A while in which lines are not as they should be."""

    absent: Annotated[list[str], Field(default_factory=list)]
    token: Annotated[str, Field(pattern=r"^[!-~]{1,16}$")] | None = None
    wrong_check: bool = False
    filler: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class LinesScenario(Table):
    """A scenario of `lines`."""

    simulator: Literal["lines"]
    title: str
    device: LinesSettings = LinesSettings()
    frame: Frame = Frame()
    fields: Annotated[list[LineField], Field(default_factory=list)]
    lines: Annotated[list[Line], Field(min_length=1)]
    steps: Annotated[list[Step], Field(min_length=1)]
    lapses: Annotated[list[LinesLapse], Field(default_factory=list)]

    @model_validator(mode="after")
    def _knows_every_field(self) -> Self:
        known = {field.name for field in self.fields}
        unknown = [name for line in self.lines for name in line.unknown_fields(known)]
        unknown += [name for lapse in self.lapses for name in lapse.absent if name not in known]
        if unknown:
            raise ValueError(f"expected a field named {unknown[0]!r}, because a line or a lapse names it")
        return self


class LinesDevice:
    """Implements `devicelog.simulator.SimulatedDevice`, `faulty.Tamperable` and `faulty.Framed` for fault scripts."""

    def __init__(self, scenario: LinesScenario, seed: int) -> None:
        self._settings = scenario.device
        self._frame = scenario.frame
        self._fields = {field.name: field for field in scenario.fields}
        self._lines = scenario.lines
        self._lapses = scenario.lapses
        self._serial = f"SIM-LN-{seed:04d}"
        self._apparatus = Apparatus(scenario.device, scenario.steps, seed)
        self._outbox = Outbox(Random(seed))  # noqa: S311
        self._errors = list(scenario.device.errors)
        self._clock_ns = 0
        self._due = {number: 0 for number, line in enumerate(scenario.lines) if line.every is not None}
        self._boot: int | None = None
        self._sequence = self._sent = 0
        self._inbox = b""
        self._bytes_heard = self._refused = 0
        self.heard: list[bytes] = []

    @property
    def finished(self) -> bool:
        """True once the scenario is over and every line is out."""
        return self._apparatus.is_over and self._outbox.is_empty

    @property
    def truth(self) -> dict[str, str]:
        """What was really given, and what reached the device."""
        return told(self._apparatus.given) | {
            "lines sent": str(self._sent),
            "bytes heard": str(self._bytes_heard),
            "requests": str(len(self.heard)),
            "requests refused": str(self._refused),
        }

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the device sent in that time."""
        self._clock_ns += round(seconds * 1e9)
        now = self._clock_ns // 1_000_000
        sent = b""
        while (at := self._next_at()) <= now:
            sent += self._outbox.take(at) + self._run(at)
        self._apparatus.run_until(now)
        return sent + self._outbox.take(now)

    def answer(self, request: bytes) -> bytes:
        """The answers to the requests that these bytes complete."""
        self._bytes_heard += len(request)
        end = self._settings.requests_end.encode("ascii")
        *lines, self._inbox = (self._inbox + request)[-4_096:].split(end)
        return b"".join(self._reply(line) for line in lines)

    # For fault scripts.

    def cut(self, sent: bytes) -> list[bytes]:
        """The lines in what was sent at once."""
        end = self._frame.end.encode("ascii")
        *whole, rest = sent.split(end)
        return [line + end for line in whole] + ([rest] if rest else [])

    def kind(self, sent: bytes) -> str:
        """A line's kind: its first word."""
        found = re.search(rb"\w+", sent)
        return found[0].decode("ascii", "replace") if found else ""

    @property
    def counters(self) -> frozenset[str]:
        """The counters that `bring_near_wrap` knows."""
        return frozenset({"seq", "triggers_total", "uptime"})

    def reboot(self) -> None:
        """The power is lost and comes back."""
        self._apparatus.reboot()

    def bring_near_wrap(self, counter: str, distance: int) -> None:
        """Let the counter's next value be `distance` below 2**32."""
        if counter == "seq":
            self._sequence = 2**32 - distance
        elif counter == "uptime":
            self._apparatus.step_clock(2**32 - distance - self._apparatus.value("uptime"))
        else:
            self._apparatus.set_total(2**32 - distance - 1)

    def step_clock(self, milliseconds: int) -> None:
        """Let the uptime jump, not below 0."""
        self._apparatus.step_clock(milliseconds)

    def become(self, serial: str) -> None:
        """Another device of the same model takes the place of this one."""
        self._serial = serial
        self.reboot()

    # What is said.

    def _next_at(self) -> int:
        at = self._apparatus.next_at
        return _NEVER if at is None else min([at, *self._due.values()])

    def _run(self, at: int) -> bytes:
        """Everything that is due at this time: after power-on, after a shot, at regular times."""
        shots = self._apparatus.given.shots
        self._apparatus.run_until(at)
        occasions = {"shot"} if self._apparatus.given.shots > shots else set()
        if self._apparatus.value("boot") != self._boot:
            self._boot, self._sequence = self._apparatus.value("boot"), 0
            occasions.add("power_on")
        sent = b"".join(self._say(line) for line in self._lines if line.after in occasions)
        for number, due in self._due.items():
            if due <= at:
                self._due[number] = due + (self._lines[number].every or _NEVER)
                sent += self._say(self._lines[number])
        return sent

    def _reply(self, line: bytes) -> bytes:
        self.heard.append(line)
        checked = self._settings.requests_checked
        asked = self._frame.body(line) if checked else line.decode("ascii", "replace")
        if asked is None:
            return b""
        known = next((known for known in self._lines if known.query == asked.strip()), None)
        if known is not None:
            return self._say(known)
        self._refused += 1
        if self._settings.refusal_error:
            self._errors.append(self._settings.refusal_error)
        return self._send(self._settings.refusal) if self._settings.refusal else b""

    def _say(self, line: Line) -> bytes:
        return self._send(line.filled(self._value_of))

    def _send(self, body: str) -> bytes:
        lapse = lapse_at(self._lapses, self._apparatus.now)
        filler = "" if lapse is None else "x" * lapse.filler
        self._sent += 1
        whole = self._frame.line(body + filler, right=lapse is None or not lapse.wrong_check)
        return self._outbox.send(whole, self._apparatus.now, lapse)

    def _value_of(self, name: str) -> tuple[str, str]:
        field, lapse = self._fields[name], lapse_at(self._lapses, self._apparatus.now)
        if lapse is not None and name in lapse.absent:
            return field.absent, ""
        if field.holds == "serial":
            return self._serial, ""
        if field.holds == "error":  # reading it takes it out of the queue
            return (self._errors.pop(0) if self._errors else _NO_ERROR), ""
        if field.holds == "sequence":
            number = self._sequence
            self._sequence = (number + 1) % 2**32
            return field.said(number)
        said, token = field.said(self._apparatus.value(field.holds))
        return said, token if lapse is None or lapse.token is None or not token else lapse.token


def start(seed: int, scenario: Path | None) -> LinesDevice:
    """A fresh device; the same seed, scenario and requests give the same bytes."""
    return LinesDevice(read_table(scenario or _SCENARIOS["lines-injector"], LinesScenario), seed)


SIMULATOR = Simulator("lines", "lines of text", start, _SCENARIOS)
