"""Serves a simulated device on a pty or a socket, in real time, faster, or as fast as it is read."""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING

from devicelog_simulators.installed import start_device
from devicelog_simulators.player import Player
from devicelog_simulators.socket_port import SocketPort

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from devicelog.simulator import SimulatedDevice
    from devicelog_simulators.port import Port

#: Seconds between two looks at a line on which nothing happens.
LOOK_EVERY = 0.005
#: Seconds for which a reader may throw away what it finds after opening, as pyserial does.
SETTLE = 0.1
#: Seconds that an unplug waits for the reader to take what was sent before.
DRAIN = 0.5
#: Looks in a row at an empty line that prove it empty; what was just written takes a moment to show.
DRAINED_LOOKS = 4


def serve(
    simulator_name: str,
    *,
    seed: int,
    scenario: str | Path | None,
    faults: Path | None,
    speed: float | None,
    link: Path | None,
    socket: bool,
    ready: Callable[[str], None],
    stop: threading.Event,
) -> dict[str, str]:
    """Serve an installed simulator until `stop`; a pty if there is such a thing and `socket` is False.

    Returns what the device has really given and heard, if it keeps that.
    """
    device = start_device(simulator_name, seed=seed, scenario=scenario, faults=faults)
    if socket or importlib.util.find_spec("termios") is None:
        serve_socket(device, speed=speed, ready=ready, stop=stop)
    else:
        serve_pty(device, link=link, speed=speed, ready=ready, stop=stop)
    return dict(getattr(device, "truth", {}))


def serve_pty(
    device: SimulatedDevice,
    *,
    link: Path | None,
    speed: float | None,
    ready: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Serve on a pty until `stop`; `ready` gets the path to open, again if an unplug has changed it."""
    from devicelog_simulators.pty_port import PtyPort

    Server(PtyPort(link), Player(device, speed), ready).run(stop)


def serve_socket(
    device: SimulatedDevice, *, speed: float | None, ready: Callable[[str], None], stop: threading.Event
) -> None:
    """Serve on a socket of this computer until `stop`; `ready` gets its URL."""
    Server(SocketPort(), Player(device, speed), ready).run(stop)


class Server:
    """Carries bytes between one player and one port, in one thread."""

    def __init__(self, port: Port, player: Player, ready: Callable[[str], None]) -> None:
        self._port = port
        self._player = player
        self._ready = ready
        self._pending = b""
        self._plugged = False
        self._opened_at: float | None = None
        self._announced = ""

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop`; the line is gone afterwards."""
        try:
            self._plug()
            while not stop.is_set():
                if not self._turn(stop):
                    stop.wait(LOOK_EVERY)
        finally:
            self._port.unplug()

    def _turn(self, stop: threading.Event) -> bool:
        """Do what can be done now; False if that was nothing."""
        if not self._plugged:
            return self._wait_for_plug()
        settled = self._settled()
        if settled:
            self._player.start()
        elif self._opened_at is None and not self._player.as_fast_as_taken:
            self._pending = b""  # nobody has the line open: gone, as on a real one
        if not self._pending and self._player.plugged and self._may_run(settled=settled):
            self._pending = self._player.take()
        moved = self._exchange() if settled else False
        if not self._player.plugged and (not self._pending or self._opened_at is None):
            self._unplug(stop)
            return True
        return moved

    def _may_run(self, *, settled: bool) -> bool:
        return settled or not self._player.as_fast_as_taken

    def _settled(self) -> bool:
        if not self._port.opened():
            self._opened_at = None
            return False
        now = time.monotonic()
        if self._opened_at is None:
            self._opened_at = now
        return now - self._opened_at >= SETTLE

    def _exchange(self) -> bool:
        sent = self._port.send(self._pending)
        self._pending = self._pending[sent:]
        heard = self._port.receive()
        if heard:
            self._pending += self._player.answer(heard)
        return bool(sent or heard)

    def _plug(self) -> None:
        self._port.plug()
        self._plugged = True
        self._opened_at = None
        if self._port.url != self._announced:
            self._announced = self._port.url
            self._ready(self._announced)

    def _unplug(self, stop: threading.Event) -> None:
        looks = 0
        patience = time.monotonic() + DRAIN
        while looks < DRAINED_LOOKS and time.monotonic() < patience and not stop.wait(LOOK_EVERY):
            looks = looks + 1 if self._port.drained() else 0
        self._port.unplug()
        self._plugged = False
        self._pending = b""

    def _wait_for_plug(self) -> bool:
        self._pending = self._player.take()
        if not self._player.plugged:
            return False
        self._plug()
        return True
