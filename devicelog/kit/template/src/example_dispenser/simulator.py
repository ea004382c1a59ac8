"""An SD-10 that does not exist, on a virtual clock; written from the README and not from the driver."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

from devicelog.errors import BadInputError
from devicelog.simulator import Simulator

#: Doses of a session, and the half seconds that it lasts.
DOSES = 20
LASTS = 125
_PAUSE = range(50, 70)


def line(text: str) -> bytes:
    """A line as the device sends it."""
    check = 0
    for byte in text.encode("ascii"):
        check ^= byte
    return f"{text}*{check:02X}\r\n".encode("ascii")


class Dispenser:
    """A dose every 2.5 s with a pause in the middle; the same seed gives the same bytes, in however many steps."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._serial = f"SIM-{seed:04d}"
        self._milliseconds = 0
        self._tick = 0
        self._given = 0
        self._count = 0
        self._tenths = 0
        #: Requests that the device does not know. It knows none; the suite fails if a driver sends one all the same.
        self.unknown: list[bytes] = []

    @property
    def given(self) -> Decimal:
        """The volume that it has really given so far, in mL."""
        return Decimal(self._tenths).scaleb(-4)

    @property
    def finished(self) -> bool:
        """True once there is nothing more to send."""
        return self._tick >= LASTS

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what was sent in it."""
        self._milliseconds += round(seconds * 1000)
        sent = b""
        while not self.finished and self._tick * 500 <= self._milliseconds:
            sent += self._said_at(self._tick)
            self._tick += 1
        return sent

    def answer(self, request: bytes) -> bytes:
        """The SD-10 takes no queries."""
        self.unknown += [request] if request else []
        return b""

    # The two below are for fault scripts: `reset` and `wrong_device`.

    def reboot(self) -> None:
        """Power was lost for a moment: the count begins anew."""
        self._count = 0

    def become(self, serial: str) -> None:
        """Another SD-10 takes the place of this one."""
        self._serial = serial
        self.reboot()

    def _said_at(self, tick: int) -> bytes:
        """The lines of one half second."""
        lines = b""
        if tick % 20 == 0:
            lines += line(f"ID=SD-10 SN={self._serial} FW=1.3")
        if tick % 4 == 0:
            lines += line("S=paused" if tick in _PAUSE else "S=ready")
        if tick % 5 == 4 and tick not in _PAUSE and self._given < DOSES:
            lines += line(f"V={self._dose()} N={self._count}")
        return lines

    def _dose(self) -> str:
        """The next dose, counted; the user switches to mL for the last quarter, and then it gives whole microlitres."""
        self._given += 1
        self._count += 1
        step = 1 if self._given <= DOSES * 3 // 4 else 10
        tenths = self._random.randint(100, 150) // step * step
        self._tenths += tenths
        return f"{tenths / 10:.1f} uL" if step == 1 else f"{tenths / 10_000:.3f} mL"


def start(seed: int, scenario: Path | None) -> Dispenser:
    """A fresh dispenser."""
    if scenario is not None:
        raise BadInputError(f"found the scenario {scenario}; example-dispenser has none.")
    return Dispenser(seed)


SIMULATOR = Simulator("example-dispenser", "SD-10", start, scenarios={})
