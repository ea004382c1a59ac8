"""The thread of a link that dies or hangs is noticed within 5 s, said, and replaced; the others read on."""

from __future__ import annotations

import os
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import Chunk, ChunkKind, Fault, what_failed
from devicelog.link import watch as watch_module
from devicelog.link.link import Link
from devicelog.link.watch import HUNG, LOOK, Watch
from tests.drivers.conftest import LISTENER
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drivers.conftest import Line

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


class Watched:
    """One link on a line, watched; time passes as the test says."""

    def __init__(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queue: SimpleQueue[Chunk] = SimpleQueue()
        self.now = 1_000.0
        monkeypatch.setattr(f"{watch_module.__name__}.clock.boot_ns", lambda: round(self.now * 1e9))
        self.links = [Link(1, str(line.path), LISTENER, self.queue)]
        self.watch = Watch(self.links, self.queue.put)
        self.chunks: list[Chunk] = []

    def start(self) -> None:
        self.links[0].open()
        self.links[0].start()

    def look(self) -> None:
        self.now += LOOK
        self.watch.look()

    def until(self, kind: ChunkKind) -> Chunk:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.chunks.append(self.queue.get(timeout=PATIENCE))
            if self.chunks[-1].kind is kind:
                return self.chunks[-1]
        pytest.fail(f"no {kind} in {self.chunks}")

    def stop(self) -> None:
        for link in self.links:
            link.stop()
            link.join()


@pytest.fixture
def watched(line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched(line, monkeypatch)
    yield watched
    watched.stop()


def _die(*_: Any) -> None:
    raise SystemExit


def test_a_thread_that_died_is_replaced_and_the_line_is_read_on(
    watched: Watched, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Link, "_read", _die)
        watched.start()
        watched.links[0]._thread.join(PATIENCE)

    watched.look()

    assert what_failed(watched.until(ChunkKind.FAULT)) == (
        Fault.READER_FAILED,
        "the thread that reads the port has died",
    )
    watched.until(ChunkKind.OPENED)
    line.send(b"read again")
    assert watched.until(ChunkKind.RECEIVED).data == b"read again"


def test_a_thread_that_hangs_is_noticed_within_five_seconds_and_replaced(
    watched: Watched, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung, release = threading.Event(), threading.Event()

    def hang(_: Link) -> None:
        hung.set()
        release.wait(PATIENCE)

    with monkeypatch.context() as patched:
        patched.setattr(Link, "_read", hang)
        watched.start()
        assert hung.wait(PATIENCE)

    looks, [first] = 0, watched.links
    while watched.links == [first]:
        watched.look()
        looks += 1

    assert HUNG <= looks * LOOK < 5
    assert "has done nothing for" in what_failed(watched.until(ChunkKind.FAULT))[1]
    watched.until(ChunkKind.OPENED)
    line.send(b"read again")
    assert watched.until(ChunkKind.RECEIVED).data == b"read again"
    release.set()
    assert not [chunk for chunk in watched.chunks if chunk.kind is ChunkKind.LOST]


def test_a_computer_that_slept_is_not_a_thread_that_hangs(watched: Watched) -> None:
    watched.start()
    watched.until(ChunkKind.OPENED)
    watched.look()

    watched.now += 600
    watched.look()

    assert watched.queue.empty() or watched.until(ChunkKind.QUIET)
    assert not [chunk for chunk in watched.chunks if chunk.kind is ChunkKind.FAULT]


def test_a_thread_that_dies_again_and_again_is_replaced_ever_more_seldom(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Link, "_run", _die)
    watched.links[0] = watched.links[0].successor()
    watched.links[0].start()

    for _ in range(240):  # two minutes
        watched.links[0]._thread.join(PATIENCE)
        watched.look()

    assert 5 <= watched.queue.qsize() <= 9
