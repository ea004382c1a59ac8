"""What a simulator is: something that stands in for a device, byte for byte, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable


class SimulatedDevice(Protocol):
    """One simulated device in use. The same seed, scenario and calls give the same bytes."""

    @property
    def finished(self) -> bool:
        """True once the scenario has nothing more to send by itself."""

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the device sent in that time."""

    def answer(self, request: bytes) -> bytes:
        """What the device sends back at once for these bytes from the host (b"" for nothing)."""


@runtime_checkable
class Framed(Protocol):
    """What a simulated device also has so that faults strike frames where these are not lines of text.

    Without it, all that such a device sends at one moment (10 ms) is one frame.
    """

    def cut(self, sent: bytes) -> list[bytes]:
        """The frames of which these bytes of its own consist, in order and without a rest."""

    def kind(self, sent: bytes) -> str:
        """Of what type a frame is, for faults that name one."""


@runtime_checkable
class Restartable(Protocol):
    """What a simulated device also has so that the fault `reset` can strike it."""

    def reboot(self) -> None:
        """Power was lost for a moment: begin as after power-on; the scenario goes on."""


@runtime_checkable
class Exchangeable(Protocol):
    """What a simulated device also has so that the fault `wrong_device` can strike it."""

    def become(self, serial: str) -> None:
        """Another device of the same model, with this serial number, takes its place."""


@runtime_checkable
class Renewable(Protocol):
    """What a port also has behind which there is a simulated device only, so that a session begins with a new one."""

    def renew(self) -> None:
        """Let a new device take the place of the one that was left there; one that somebody reads stays."""


@runtime_checkable
class Questioned(Protocol):
    """What a simulated device also has so that a query is found that no such device knows."""

    unknown: list[bytes]
    """The requests that it was sent and does not know, in order."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """What a simulator package registers under the entry-point group `devicelog.simulators`.

    `start(seed, scenario)` makes a fresh device; `scenario` is a TOML file, or None for the built-in one.
    `scenarios` maps the names of the built-in scenarios to their files.
    """

    name: str
    model: str
    start: Callable[[int, Path | None], SimulatedDevice]
    scenarios: dict[str, Path]
