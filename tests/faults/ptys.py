"""A line on a pseudo-terminal that does to its reader what real lines do: unplug, noise, wrong baud, clumps, stalls.

The device's end is driven by one thread, so that a test knows what was sent, and what was taken, at each moment.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import random
import select
import termios
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conftest import dlr1

#: An FTDI adapter hands on what it has every 16 ms, in USB packets of 62 bytes.
FTDI_SECONDS, FTDI_BYTES = 0.016, 62
#: What was written shows within so many looks of 5 ms, also on a busy computer, unless it was taken between two looks.
SHOWN_AFTER = 60
#: Longer than anything here takes on a slow computer; reached only by what hangs (s).
PATIENCE = 60.0


class Line:
    """A pseudo-terminal under a name that stays (a symbolic link), seen from the device's end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master: int | None = None
        self._name = ""

    @property
    def plugged(self) -> bool:
        return self._master is not None

    def plug(self, path: Path | None = None) -> None:
        """Put the line there, under the same name or another."""
        self.path = path or self.path
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        beside = self.path.with_name(f".{self.path.name}.new")
        beside.symlink_to(self._name)
        beside.replace(self.path)

    def unplug(self) -> None:
        """Take it away, with all that nobody has taken yet."""
        if self._master is None:
            return
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        os.close(self._master)
        self._master = None

    def send(self, data: bytes) -> int:
        """How many of these bytes there was room for; none if it is unplugged."""
        if self._master is None:
            return 0
        with contextlib.suppress(BlockingIOError):
            return os.write(self._master, data)
        return 0

    def send_all(self, data: bytes) -> None:
        """Wait for room until all of it is sent."""
        deadline = time.monotonic() + PATIENCE
        while data:
            sent = self.send(data)
            data = data[sent:]
            if not sent:
                assert time.monotonic() < deadline, "nobody reads the line"
                time.sleep(0.001)

    def heard(self) -> bytes:
        """What the reader has sent since the last call."""
        if self._master is None or not select.select([self._master], [], [], 0)[0]:
            return b""
        with contextlib.suppress(OSError):  # nobody has it open
            return os.read(self._master, 4096)
        return b""

    def wait_until_taken(self) -> None:
        """Wait until the reader has taken every byte that was sent: what is unplugged later has arrived."""
        slave = os.open(self._name, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        unread = array.array("i", [1])
        deadline = time.monotonic() + PATIENCE
        try:
            seen, empty = False, 0
            while empty < (4 if seen else SHOWN_AFTER):  # what was just written takes a moment to show
                fcntl.ioctl(slave, termios.FIONREAD, unread)
                seen, empty = (seen, empty + 1) if not unread[0] else (True, 0)
                assert time.monotonic() < deadline, "nobody takes what was sent"
                time.sleep(0.005)
        finally:
            os.close(slave)


class Gun:
    """A meso-gun on a line: numbers its reports from 0, answers `ID?`, and knows which numbers were sent."""

    def __init__(self, line: Line, serial: str = "SN-1") -> None:
        self.line = line
        self.serial = serial
        self.next = 0
        self.sent: list[int] = []
        self.opened_at: float | None = None
        self._asked = b""

    def plug(self, path: Path | None = None) -> None:
        self.opened_at, self._asked = None, b""
        self.line.plug(path)

    def answer(self) -> bool:
        """Say who it is if it was asked; whether it was."""
        self._asked += self.line.heard()
        if b"ID?\r\n" not in self._asked:
            return False
        self._asked = self._asked.rpartition(b"ID?\r\n")[2]
        self.opened_at = self.opened_at or time.monotonic()
        self.line.send_all(dlr1("ID", "MG-TEST", self.serial, "FW1", "cap=INJ", "sim=1"))
        return True

    def wait_for_reader(self) -> None:
        """Wait until a reader has opened the line and knows who is there."""
        deadline = time.monotonic() + PATIENCE
        while not self.answer():
            assert time.monotonic() < deadline, "nobody asks who is there"
            time.sleep(0.002)

    def frame(self) -> bytes:
        """The next report; its number is used up, sent or not."""
        number, self.next = self.next, self.next + 1
        uptime = 1_000 + 20 * number
        return dlr1("INJ", number, uptime, 1, number + 1, number + 1, 20_000, 1_500, 0, "N", 0)

    def report(self) -> None:
        """Send the next report whole, or lose it if the line is unplugged or full."""
        number, frame = self.next, self.frame()
        if self.line.send(frame) == len(frame):
            self.sent.append(number)

    def run(self, seconds: float, *, rate: float = 50.0) -> None:
        """Live for a while: answer, and report so often a second, also while nobody hears it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.answer()
            self.report()
            time.sleep(1 / rate)


# -- ways in which the same bytes arrive -------------------------------------------------------------------------

#: Pieces of a stream, each with the pause before it (s).
Pieces = Iterator[tuple[float, bytes]]


def whole(data: bytes) -> Pieces:
    yield 0.0, data


def one_at_a_time(data: bytes) -> Pieces:
    for byte in data:
        yield 0.0005, bytes([byte])


def in_blocks(data: bytes, size: int = 4096) -> Pieces:
    for start in range(0, len(data), size):
        yield 0.002, data[start : start + size]


def in_clumps(data: bytes, *, baudrate: int = 115_200) -> Pieces:
    """As an FTDI adapter hands them on: what came in 16 ms at once, 62 bytes a packet."""
    size = round(baudrate / 10 * FTDI_SECONDS)
    for start in range(0, len(data), size):
        clump = data[start : start + size]
        for packet in range(0, len(clump), FTDI_BYTES):
            yield (FTDI_SECONDS if packet == 0 else 0.0), clump[packet : packet + FTDI_BYTES]


def with_jitter(data: bytes, *, longest: float = 0.5, seed: int = 1) -> Pieces:
    """In pieces of any length, held up for up to so long (s)."""
    chance = random.Random(seed)
    start = 0
    while start < len(data):
        size = chance.randint(1, 2000)
        yield chance.uniform(0, longest), data[start : start + size]
        start += size


WAYS: dict[str, Callable[[bytes], Pieces]] = {
    "whole": whole,
    "one byte at a time": one_at_a_time,
    "4,096 bytes at a time": in_blocks,
    "clumps of 16 ms": in_clumps,
    "500 ms jitter": with_jitter,
}


# -- bytes that are none -----------------------------------------------------------------------------------------


def at_wrong_baud(data: bytes, *, sent: int = 115_200, read: int = 9_600) -> bytes:
    """What a UART set to `read` baud makes of bytes sent at `sent` baud, eight bits, no parity, one stop bit.

    It waits for a falling edge and samples the middle of each of its own bits, as a 16550 does.
    """
    levels: list[int] = []
    for byte in data:
        levels += [0, *((byte >> bit) & 1 for bit in range(8)), 1]
    ratio = sent / read
    found = bytearray()
    at = 0.0
    while True:
        start = next((place for place in range(int(at), len(levels)) if levels[place] == 0), None)
        if start is None:
            return bytes(found)
        samples = (int(start + ratio * (bit + 1.5)) for bit in range(8))
        bits = [levels[place] if place < len(levels) else 1 for place in samples]
        found.append(sum(level << bit for bit, level in enumerate(bits)))
        at = start + ratio * 9.5


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes of any kind."""
    return random.Random(seed).randbytes(size)


#: What a break on the line looks like to a reader that does not mark it.
BREAK = b"\0"
