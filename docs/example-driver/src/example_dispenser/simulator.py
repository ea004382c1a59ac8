"""An SD-10 that does not exist, on a virtual clock; written from the README and not from the driver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from devicelog.errors import BadInputError
from devicelog.simulator import Simulator

DOSES = 20


def line(text: str) -> bytes:
    """A line as the device sends it."""
    check = 0
    for byte in text.encode("ascii"):
        check ^= byte
    return f"{text}*{check:02X}\r\n".encode("ascii")


class Dispenser:
    """A dose every 2.5 s, a pause in the middle, and nothing more after the last one."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._course = self._session(seed)
        self._next: tuple[float, bytes] | None = next(self._course)
        self._now = 0.0

    @property
    def finished(self) -> bool:
        """True once there is nothing more to send."""
        return self._next is None

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what was sent in it."""
        self._now += seconds
        sent = b""
        while self._next is not None and self._next[0] <= self._now:
            sent += self._next[1]
            self._next = next(self._course, None)
        return sent

    def answer(self, request: bytes) -> bytes:
        """The SD-10 takes no queries."""
        return b""

    def _session(self, seed: int) -> Iterator[tuple[float, bytes]]:
        """Times and lines, in order."""
        doses = 0
        for tick in range(5 * (DOSES + 5)):  # half seconds
            at = tick / 2
            if tick % 20 == 0:
                yield at, line(f"ID=SD-10 SN=SIM-{seed:04d} FW=1.3")
            paused = 50 <= tick < 70
            if tick % 4 == 0:
                yield at, line("S=paused" if paused else "S=ready")
            if tick % 5 == 4 and not paused and doses < DOSES:
                doses += 1
                tenths = self._random.randint(100, 150)
                # The user switches to mL for the last quarter.
                volume = f"{tenths / 10:.1f} uL" if doses <= DOSES * 3 // 4 else f"{tenths / 10_000:.3f} mL"
                yield at, line(f"V={volume} N={doses}")


def start(seed: int, scenario: Path | None) -> Dispenser:
    """A fresh dispenser; the same seed gives the same bytes."""
    if scenario is not None:
        raise BadInputError(f"example-dispenser has no scenarios; found {scenario}, expected none.")
    return Dispenser(seed)


SIMULATOR = Simulator("example-dispenser", "SD-10", start, scenarios={})
