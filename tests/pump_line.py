"""A simulated pump on a pseudo-terminal, with all bytes kept that ever reached it."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import time
import tty
from typing import TYPE_CHECKING, Self

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from devicelog.simulator import SimulatedDevice

#: The pump's time goes in steps of so many seconds.
STEP = 0.005


class PumpLine:
    """Carries bytes between a pump and whoever opens `url`; its time runs `speed` times as fast as the real one."""

    def __init__(self, pump: SimulatedDevice, speed: float = 1.0) -> None:
        self.heard = b""
        self._pump = pump
        self._speed = speed
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.url = os.ttyname(self._slave)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        last = time.monotonic()
        while not self._over.is_set():
            data = os.read(self._master, 4096) if select.select([self._master], [], [], STEP)[0] else b""
            self.heard += data
            answer = self._pump.answer(data) if data else b""
            now = time.monotonic()
            answer += self._pump.advance((now - last) * self._speed)
            last = now
            if answer:
                os.write(self._master, answer)


def queries_in(heard: bytes, declared: list[bytes]) -> list[bytes]:
    """The declared queries of which these bytes consist; fails at the first byte that belongs to none.

    One that the end of the line cut off is passed over.
    """
    found = []
    while heard:
        query = next((query for query in declared if heard.startswith(query)), None)
        if query is None:
            assert any(query.startswith(heard) for query in declared), (
                f"the pump got {heard[:40]!r}, which nobody declared"
            )
            break
        found.append(query)
        heard = heard[len(query) :]
    return found
