"""Plays a simulated device: so many times faster than real time, or as fast as its bytes are taken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from devicelog.simulator import SimulatedDevice

#: Virtual time goes in steps of this many seconds.
STEP = 0.05
#: No more bytes than this are made ahead of the reader (one step may exceed it).
AHEAD = 1_024
#: Real seconds that an unplugged line stays away when virtual time has no speed.
OUTAGE = 0.25


class Player:
    """Lets virtual time pass in step with a real clock; `speed` None is "max"."""

    def __init__(
        self, device: SimulatedDevice, speed: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._device = device
        self._speed = speed
        self._clock = clock
        self._began: float | None = None
        self._steps = 0
        self._unplugged_at = 0.0

    @property
    def as_fast_as_taken(self) -> bool:
        """Whether virtual time waits for the reader."""
        return self._speed is None

    @property
    def started(self) -> bool:
        """Whether virtual time runs."""
        return self._began is not None

    @property
    def finished(self) -> bool:
        """Whether the scenario has nothing more to send."""
        return self._device.finished

    @property
    def plugged(self) -> bool:
        """False while a fault keeps the line away."""
        return bool(getattr(self._device, "plugged", True))

    def start(self) -> None:
        """Let virtual time run from now on."""
        if self._began is None:
            self._began = self._clock()

    def take(self) -> bytes:
        """What the device has sent by now; stops where the line goes away or comes back, and after `AHEAD` bytes."""
        plugged = self.plugged
        taken = bytearray()
        while len(taken) < AHEAD and self.plugged == plugged and self._due():
            taken += self._device.advance(STEP)
            self._steps += 1
        if plugged and not self.plugged:
            self._unplugged_at = self._clock()
        return bytes(taken)

    def answer(self, request: bytes) -> bytes:
        """What the device sends back for these bytes from the host."""
        return self._device.answer(request)

    def _due(self) -> bool:
        if self._began is None or self._device.finished:
            return False
        if self._speed is None:
            return self.plugged or self._clock() - self._unplugged_at >= OUTAGE
        return (self._clock() - self._began) * self._speed >= (self._steps + 1) * STEP
