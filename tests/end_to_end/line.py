"""A line of a test's own, and the frames of a meso-gun on it."""

from __future__ import annotations

import os
import pty
import select
import termios
import time
import tty
from binascii import crc_hqx
from contextlib import suppress

from tests.end_to_end.running import PATIENCE


class Line:
    """A pseudo-terminal of the test's own: what is sent here, a recorder that has `url` open reads."""

    def __init__(self) -> None:
        self._master, slave = self._ends = list(pty.openpty())
        tty.setraw(slave, termios.TCSANOW)
        self.url = os.ttyname(slave)

    def close(self) -> None:
        """Take the line away."""
        while self._ends:
            os.close(self._ends.pop())

    def wait_for_query(self) -> None:
        """Wait until a recorder has opened the line and asks who is there; what was sent before is thrown away."""
        heard = b""
        while not heard.endswith(b"ID?\r\n"):
            assert select.select([self._master], [], [], PATIENCE)[0], f"nobody asked; heard {heard!r}"
            heard += os.read(self._master, 100)

    def send(self, data: bytes, *, pause: float = 0.03) -> None:
        """Let these bytes arrive, and nothing for a while."""
        os.set_blocking(self._master, False)
        deadline = time.monotonic() + PATIENCE
        while data:
            with suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]
                continue
            assert time.monotonic() < deadline, "nobody reads the line"
            time.sleep(0.001)
        time.sleep(pause)

    def identity(self, serial: str = "SN-1") -> bytes:
        """What a meso-gun says of itself."""
        return self.frame(f"DLR1,ID,MG-TEST,{serial},FW1,cap=INJ,sim=1")

    def trigger(self, number: int, *, boot: int = 1, dose: int = 20_000, depth: int = 1_500) -> bytes:
        """The numbered frame of one trigger (nL, um)."""
        uptime, count = 1_000 + 100 * number, number + 1
        return self.frame(f"DLR1,INJ,{number},{uptime},{boot},{count},{count},{dose},{depth},0,N,0")

    @staticmethod
    def frame(body: str) -> bytes:
        """A DLR1 frame with a right check."""
        return b"$%b*%04X\r\n" % (body.encode(), crc_hqx(body.encode(), 0xFFFF))
