"""The simulated devices that run in this process, by URL, so that a device goes on when its line is opened again."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from devicelog import registry
from devicelog_simulators.installed import start_device
from devicelog_simulators.player import Player

_OPTIONS = ("seed", "speed", "scenario", "faults", "run")
_running: dict[str, Running] = {}
_lock = threading.Lock()


@dataclass(slots=True)
class Running:
    """One device and what has arrived from it at this computer."""

    url: str
    player: Player
    opened: bool = False
    #: Whoever listened last closed the line while it was there: an unplugged one is opened again by whoever lost it.
    left: bool = False
    arrived: bytes = b""
    #: How many times the line has gone away.
    outages: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def let_pass(self) -> None:
        """Take what is due, and note the line going away."""
        with self._lock:
            plugged = self.player.plugged
            self.arrived += self.player.take()
            if plugged and not self.player.plugged:
                self.outages += 1

    def take(self, size: int) -> bytes:
        """Up to `size` bytes of what has arrived."""
        with self._lock:
            taken, self.arrived = self.arrived[:size], self.arrived[size:]
            return taken

    def hear(self, request: bytes) -> None:
        """Take in what the host sends; the answer comes after what has already arrived."""
        with self._lock:
            self.arrived += self.player.answer(request)

    def catch_up(self) -> None:
        """Let the time pass for which nobody had the line open; what was sent then is lost."""
        self.arrived = b""
        if not self.player.as_fast_as_taken:
            while self._loses():
                pass
        elif not self.player.plugged:
            self.let_pass()

    def _loses(self) -> bool:
        plugged = self.player.plugged
        self.let_pass()
        lost, self.arrived = self.arrived, b""
        return bool(lost) or plugged != self.player.plugged


def check_name(url: str) -> None:
    """Refuse the URL of a simulator that is not installed; raises UnknownNameError, which lists those that are."""
    registry.simulator(urlsplit(url).netloc)


def device_at(url: str) -> Running:
    """The device that runs under this URL; a new one if there is none. ValueError or BadInputError if it is wrong."""
    with _lock:
        if url not in _running:
            _running[url] = Running(url, _start(url))
        return _running[url]


def caught_up(url: str) -> Running:
    """The same, at this moment; in the place of one that came to its end while nobody listened, a new one."""
    running = device_at(url)
    if running.opened:
        return running
    running.catch_up()
    if running.left and running.player.finished:
        forget(running)
        return device_at(url)
    return running


def forget(running: Running) -> None:
    """Let the next open of this URL start a new device."""
    with _lock:
        _running.pop(running.url, None)


def renew(url: str) -> None:
    """Let the next open of this URL start a new device, unless somebody has the line open."""
    with _lock:
        if url in _running and not _running[url].opened:
            del _running[url]


def forget_all() -> None:
    """Let every URL start a new device."""
    with _lock:
        _running.clear()


def _start(url: str) -> Player:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - set(_OPTIONS))
    if unknown:
        raise ValueError(f"{url}: found the option {unknown[0]!r}; expected one of {', '.join(_OPTIONS)}.")
    faults = options.get("faults")
    device = start_device(
        parts.netloc,
        seed=_seed(url, options.get("seed", "1")),
        scenario=options.get("scenario"),
        faults=None if faults is None else Path(faults),
    )
    return Player(device, _speed(url, options.get("speed", "1")))


def _seed(url: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{url}: found seed={text}; expected a whole number from 0.")
    return int(text)


def _speed(url: str, text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not (math.isfinite(speed) and speed > 0):
        raise ValueError(f"{url}: found speed={text}; expected 'max' or a number above 0.")
    return speed
