"""A meso-gun on a pty that lives by itself: it answers, and sends its heartbeat, while a test lets it inject."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tests.conftest import dlr1
from tests.faults.ptys import Line
from tests.waiting import join

if TYPE_CHECKING:
    from pathlib import Path

_BEAT = 0.3


class LivingGun:
    """Injections of 20 nL thousandths (0.02 mL); `inject` sends one at once."""

    def __init__(self, path: Path) -> None:
        self.line = Line(path)
        self._began = time.monotonic()
        self._number = 0
        self._triggers = 0
        self._asked = b""
        self._lock = threading.RLock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="gun")
        self.plug()
        self._thread.start()

    def plug(self) -> None:
        with self._lock:
            self._asked = b""
            self.line.plug()

    def unplug(self) -> None:
        with self._lock:
            self.line.unplug()

    def end(self) -> None:
        self._is_over.set()
        join(self._thread)
        self.unplug()

    def inject(self, *, micrometres: int = 1_500) -> None:
        with self._lock:
            self._triggers += 1
            self._send("INJ", self._triggers, self._triggers, 20_000, micrometres, 0, "N", 0)

    def _send(self, kind: str, *fields: object) -> None:
        uptime = 1_000 + round((time.monotonic() - self._began) * 1000)
        frame = dlr1(kind, self._number, uptime, 1, *fields)
        self._number += 1
        if self.line.plugged:
            self.line.send_all(frame)

    def _live(self) -> None:
        due = 0.0
        while not self._is_over.wait(0.01):
            with self._lock:
                self._asked += self.line.heard()
                if b"ID?\r\n" in self._asked:
                    self._asked = b""
                    self.line.send_all(dlr1("ID", "MG-TEST", "SN-1", "FW1", "cap=INJ", "sim=1"))
                    self._send("CFG", "needles=1", "depth=extension", "volume=commanded")
                if time.monotonic() >= due:
                    due = time.monotonic() + _BEAT
                    self._send("HB", "R", 0)
