"""The bus between board and display of an aesthetic unit, on which one can only listen: two lines, or both as one.

Nothing on such a bus says who it is; so that nobody takes it for a real one, the simulated board writes its name, such
as `SIM-DG-0001`, to an address that the public map does not use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog.simulator import Simulator
from devicelog_simulators.dgus_board import CODES, KEYS, Board, Key
from devicelog_simulators.dgus_frames import READ, WRITE, Check, cut, frame, words, write
from devicelog_simulators.quantities import Duration
from devicelog_simulators.scenario import shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SCENARIOS = shipped("panel", "panel-board", "panel-display", "panel-crc", "panel-tgus", "panel-pages")
_SECOND = 1_000
_NEVER = 1 << 62
#: Where the simulated board writes its name.
NAME = 0x1F00
#: Where a board reads which picture is shown.
_SHOWN = 0x0014

Line = Literal["board", "display"]


class PanelSettings(Table):
    """How board and display are set up, and which of the two lines is tapped."""

    line: Literal["both", "board", "display"] = "both"
    check: Check = "none"
    ack: bool = True
    language: Literal[0, 20] = 0


class Wait(Table):
    """Nobody touches it."""

    do: Literal["wait"]
    lasting: Duration = Field(alias="for")


class Press(Table):
    """Somebody presses a key, so many times."""

    do: Literal["press"]
    key: Key
    times: Annotated[int, Field(ge=1)] = 1
    every: Duration = 300


class Event(Table):
    """At once: the board's power is lost and comes back, or its bottle is full or empty."""

    do: Literal["reset", "full", "empty"]


Step = Annotated[Wait | Press | Event, Field(discriminator="do")]


class PanelScenario(Table):
    """A scenario of `dgus-panel`."""

    simulator: Literal["dgus-panel"]
    title: str
    device: PanelSettings = PanelSettings()
    steps: Annotated[list[Step], Field(min_length=1)]


class Panel:
    """Implements `devicelog.simulator.SimulatedDevice`, and `faulty.Framed` for fault scripts."""

    def __init__(self, scenario: PanelScenario, seed: int) -> None:
        self._settings = scenario.device
        self._name = f"SIM-DG-{seed:04d}"
        self._board = Board(scenario.device.language)
        self._course = _course(scenario.steps)
        self._next: tuple[int, Press | Event | None] | None = next(self._course)
        self._clock_ns = 0
        self._tick = _NEVER
        self._bytes_heard = self._run_ms = self._runs = self._keys = 0
        self._counts: dict[Line, int] = {"board": 0, "display": 0}
        self._sent: list[tuple[Line, bytes]] = []
        self._power_on()

    @property
    def finished(self) -> bool:
        """True once the scenario is over."""
        return self._next is None and not self._sent

    @property
    def truth(self) -> dict[str, str]:
        """What really ran, and that nothing was sent to it."""
        return {
            "seconds run": f"{self._run_ms / 1_000:g}",
            "runs": str(self._runs),
            "keys": str(self._keys),
            "board frames": str(self._counts["board"]),
            "display frames": str(self._counts["display"]),
            "bytes heard": str(self._bytes_heard),
        }

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what went over the tapped line, whole frames in order."""
        wanted = self._settings.line
        return b"".join(sent for line, sent in self._pass(seconds) if wanted in ("both", line))

    def advance_lines(self, seconds: float) -> tuple[bytes, bytes]:
        """The same, for both lines at once: what the board sent, and what the display sent."""
        sent = self._pass(seconds)
        board, display = (b"".join(data for line, data in sent if line == one) for one in ("board", "display"))
        return board, display

    def answer(self, request: bytes) -> bytes:
        """Nothing: a tap has no transmit line. What was sent all the same is counted."""
        self._bytes_heard += len(request)
        return b""

    def cut(self, sent: bytes) -> list[bytes]:
        """The frames in what was sent at once."""
        return cut(sent)

    def kind(self, sent: bytes) -> str:
        """A frame's kind for fault scripts: its command, `82` or `83`."""
        return f"{sent[3]:02X}"

    def _pass(self, seconds: float) -> list[tuple[Line, bytes]]:
        self._clock_ns += round(seconds * 1e9)
        now = self._clock_ns // 1_000_000
        while (at := min(self._tick, self._next[0] if self._next is not None else _NEVER)) <= now:
            if self._next is not None and self._next[0] <= self._tick:
                self._do(*self._next)
                self._next = next(self._course, None)
            else:
                self._tick += _SECOND
                self._run_ms += _SECOND
                self._let(at, self._board.second)
        sent, self._sent = self._sent, []
        return sent

    def _do(self, at: int, step: Press | Event | None) -> None:
        match step:
            case Press(key=key):
                self._keys += 1
                self._display(READ, words(KEYS, CODES[key]))
                self._let(at, lambda: self._board.press(key))
            case Event(do="reset"):
                self._stop(at)
                self._power_on()
            case Event(do=level):
                self._let(at, lambda: self._board.liquid(full=level == "full"))
            case _:
                self._stop(at)

    def _power_on(self) -> None:
        """The board looks whether the display is there, says its name, and shows the first page."""
        self._board_sends(READ, write(_SHOWN, b"\x01"))
        self._display(READ, words(_SHOWN, 0))
        self._writes([write(NAME, self._name.encode("ascii").ljust(12)), *self._board.power_on()])

    def _let(self, at: int, act: Callable[[], list[bytes]]) -> None:
        """Let the board do something, and see whether it runs from now on."""
        ran = self._board.running
        self._writes(act())
        if self._board.running and not ran:
            self._tick = at + _SECOND
            self._runs += 1
        elif ran and not self._board.running:
            self._stop(at)

    def _stop(self, at: int) -> None:
        if self._tick < _NEVER:
            self._run_ms += _SECOND - (self._tick - at)
        self._tick = _NEVER

    def _writes(self, written: list[bytes]) -> None:
        for data in written:
            self._board_sends(WRITE, data)
            if self._settings.ack:
                self._display(WRITE, b"OK")

    def _board_sends(self, command: int, data: bytes) -> None:
        self._counts["board"] += 1
        self._sent.append(("board", frame(command, data, self._settings.check)))

    def _display(self, command: int, data: bytes) -> None:
        self._counts["display"] += 1
        self._sent.append(("display", frame(command, data, self._settings.check)))


def _course(steps: list[Step]) -> Iterator[tuple[int, Press | Event | None]]:
    """What happens, in order of time (ms); None is the end."""
    at = 500
    for step in steps:
        match step:
            case Wait():
                at += step.lasting
            case Press():
                for _ in range(step.times):
                    yield at, step
                    at += step.every
            case _:
                yield at, step
    yield at, None


def start(seed: int, scenario: Path | None) -> Panel:
    """A fresh panel; the same scenario gives the same bytes, the seed its name."""
    return Panel(read_table(scenario or _SCENARIOS["panel"], PanelScenario), seed)


SIMULATOR = Simulator("dgus-panel", "DGUS display bus", start, _SCENARIOS)
