"""What the tests of the link share: the device's end of a line, and a link that runs."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import Chunk, ChunkKind
from devicelog.link import link as link_module
from devicelog.link.link import Link
from devicelog_drivers.reference_mesogun import DRIVER
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devicelog.driver import Driver

LISTENER = replace(DRIVER, queries=())

#: What the promise says is half a second; the rest is for a computer that does much else (s).
SOON = 10.0


class Line:
    """A pseudo-terminal under a name that stays, seen from the device's end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug()

    def plug(self) -> None:
        import tty

        self.master, slave = os.openpty()
        tty.setraw(slave)
        beside = self.path.with_suffix(".new")
        beside.symlink_to(os.ttyname(slave))
        beside.replace(self.path)
        os.close(slave)
        os.set_blocking(self.master, False)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self.master)

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    @contextlib.contextmanager
    def kept_open(self) -> Iterator[int]:
        """The host's end, open once more, to be looked at and not read."""
        end = os.open(self.path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            yield end
        finally:
            os.close(end)

    def heard(self) -> bytes:
        """What the host has sent since the last call."""
        try:
            return os.read(self.master, 4096)
        except (BlockingIOError, OSError):
            return b""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "ttyGUN")
    yield line
    os.close(line.master)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., RunningLink]]:
    """Opens and starts links; each must end soon."""
    monkeypatch.setattr(link_module, "BACK_OFF", (0.01, 0.05))
    started: list[RunningLink] = []

    def open_and_start(url: str, driver: Driver = LISTENER) -> RunningLink:
        started.append(RunningLink(url, driver))
        return started[-1]

    yield open_and_start
    for reading in started:
        assert reading.stop() < SOON


class RunningLink:
    """A link that runs, and the chunks that it has given so far."""

    def __init__(self, url: str, driver: Driver) -> None:
        self.queue: SimpleQueue[Chunk] = SimpleQueue()
        self.link = Link(7, url, driver, self.queue)
        self.chunks: list[Chunk] = []
        self.link.open()
        self.link.start()

    def until(self, enough: Callable[[RunningLink], bool], seconds: float = PATIENCE) -> None:
        """Take chunks until it is enough; fails when the time is over."""
        patience = time.monotonic() + seconds
        while not enough(self):
            try:
                self.chunks.append(self.queue.get(timeout=max(0.01, patience - time.monotonic())))
            except Empty:
                pytest.fail(f"after {seconds} s only {self.chunks}")

    def of(self, kind: ChunkKind) -> list[bytes]:
        return [chunk.data for chunk in self.chunks if chunk.kind is kind]

    def until_opened(self, times: int = 1) -> None:
        self.until(lambda running: len(running.of(ChunkKind.OPENED)) >= times)

    def until_lost(self) -> None:
        self.until(lambda running: bool(running.of(ChunkKind.LOST)))

    def until_received(self, count: int) -> None:
        self.until(lambda running: len(running.received) >= count)

    @property
    def received(self) -> bytes:
        return b"".join(self.of(ChunkKind.RECEIVED))

    def stop(self) -> float:
        began = time.monotonic()
        self.link.stop()
        self.link.join()
        assert not self.link.alive
        return time.monotonic() - began


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    """A socket of this computer that listens for the link."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(PATIENCE)
        yield listener
