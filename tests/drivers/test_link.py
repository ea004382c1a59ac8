"""The link on real lines: every byte stamped and kept in order, reconnects into the same link, stops at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import serial

from devicelog import clock
from devicelog.chunk import ChunkKind
from devicelog.driver import Effect, Query
from devicelog.link import link as link_module
from devicelog.link.serial_port import loss_in_words
from devicelog_drivers.reference_mesogun import DRIVER
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    import socket

    from tests.drivers.conftest import Line, RunningLink

Start = Callable[..., "RunningLink"]
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
FRAMES = (Path(__file__).parents[1] / "captures" / "reference-mesogun.bin").read_bytes()


# -- bytes -----------------------------------------------------------------------------------------------------


@needs_pty
def test_every_byte_arrives_in_order_and_stamped_when_it_was_read(line: Line, start: Start) -> None:
    reading = start(str(line.path))
    reading.until_opened()
    before = clock.now()

    line.send(FRAMES[:1500])
    reading.until_received(1500)
    after = clock.now()

    assert reading.received == FRAMES[:1500]
    for chunk in reading.chunks:
        assert chunk.link == 7
        if chunk.kind is ChunkKind.RECEIVED:
            assert before.boot_ns <= chunk.boot_ns <= after.boot_ns
            assert before.wall_ns - 1_000_000 <= chunk.wall_ns <= after.wall_ns + 1_000_000


@needs_pty
def test_a_quiet_line_is_told_so_that_silence_has_a_moment(line: Line, start: Start) -> None:
    reading = start(str(line.path))

    reading.until(lambda reading: len(reading.of(ChunkKind.QUIET)) >= 2)

    assert reading.received == b""


@needs_pty
def test_what_was_read_before_an_unplug_is_there_and_then_the_line_is_lost(line: Line, start: Start) -> None:
    reading = start(str(line.path))
    reading.until_opened()
    line.send(FRAMES[:700])
    reading.until_received(700)

    line.unplug()
    reading.until_lost()
    kinds = [chunk.kind for chunk in reading.chunks]
    line.plug()

    assert reading.received == FRAMES[:700]
    assert kinds[-1] is ChunkKind.LOST
    assert reading.of(ChunkKind.LOST)[0]


@needs_pty
def test_what_comes_while_a_chunk_gathers_is_taken_at_once_and_survives_an_unplug(
    line: Line, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "HOLD_OFF", 600)
    reading = start(str(line.path))
    reading.until_opened()

    with line.kept_open() as end:
        for place in range(0, 400, 100):
            line.send(FRAMES[place : place + 100])
            until_nothing_waits(end)
    line.unplug()
    reading.until_lost()
    line.plug()

    assert reading.received == FRAMES[:400]


def until_nothing_waits(end: int) -> None:
    """Until every byte that was sent has been taken from the host's end of a pty."""
    import fcntl
    import termios

    patience, unread = time.monotonic() + PATIENCE, b"?"
    while unread != bytes(4):
        assert time.monotonic() < patience, "what was sent is not taken"
        time.sleep(0.02)
        unread = fcntl.ioctl(end, termios.FIONREAD, bytes(4))


def _termios_error() -> Exception:
    termios = pytest.importorskip("termios", reason="this machine has no termios")
    error: Exception = termios.error(5, "Input/output error")
    return error


@pytest.mark.parametrize(
    "fail",
    [lambda: OSError(5, "Input/output error"), lambda: serial.SerialException("device reports"), _termios_error],
    ids=["OSError", "SerialException", "termios.error"],
)
def test_bytes_read_before_a_port_dies_are_never_lost_however_it_dies(
    fail: Callable[[], Exception], start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [DyingPort(FRAMES[:300], fail()), DyingPort(b"", None)]
    monkeypatch.setattr(link_module, "open_port", lambda *_, **__: ports.pop(0))
    reading = start("/dev/ttyDIES")

    reading.until_opened(2)

    assert reading.received == FRAMES[:300]
    assert [chunk.kind for chunk in reading.chunks if chunk.data].count(ChunkKind.LOST) == 1


@pytest.mark.parametrize(
    "fail",
    [lambda: OSError(5, "Input/output error"), lambda: serial.SerialTimeoutException("Write timeout"), _termios_error],
    ids=["OSError", "SerialTimeoutException", "termios.error"],
)
def test_a_port_that_dies_when_it_is_asked_is_lost_like_any_other_and_closed_before_it_is_opened_again(
    fail: Callable[[], Exception], start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf, well = DeafPort(fail()), DyingPort(b"", None)
    ports = [deaf, well]

    def open_port(*_: object, **__: object) -> object:
        assert ports[0] is deaf or deaf.closed
        return ports.pop(0)

    monkeypatch.setattr(link_module, "open_port", open_port)
    reading = start("/dev/ttyDIES", replace(DRIVER, queries=(Query(b"ID?\r\n", Effect.NONE, "who", on_open=True),)))

    reading.until_opened(2)

    assert len(reading.of(ChunkKind.LOST)) == 1
    assert deaf.closed


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (serial.SerialException("device reports readiness to read but returned no data (...)"), "unplugged"),
        (OSError(5, "Input/output error"), "unplugged"),
        (serial.SerialException("write failed: [Errno 5] Input/output error"), "unplugged"),
        (serial.SerialException("ClearCommError failed (PermissionError(13, ..., None, 22))"), "unplugged"),
        (serial.SerialException("socket disconnected"), "the other end closed the connection"),
        (ConnectionResetError(104, "Connection reset by peer"), "the other end closed the connection"),
        (serial.SerialTimeoutException("Write timeout"), "the port takes no more bytes"),
        (OSError(28, "No space left on device"), "the port can be read no more"),
    ],
)
def test_why_a_port_was_lost_is_said_in_plain_words(error: Exception, words: str) -> None:
    assert loss_in_words(error).startswith(words)
    assert str(error)[:20] in loss_in_words(error)


def test_an_error_of_the_terminal_is_an_unplug_too() -> None:
    assert loss_in_words(_termios_error()).startswith("unplugged")


class DeafPort:
    """A port that is quiet, and dies when something is written."""

    port = name = "/dev/ttyDIES"
    in_waiting = 0

    def __init__(self, death: Exception) -> None:
        self._death = death
        self.closed = False

    def read(self, _: int) -> bytes:
        time.sleep(0.01)
        return b""

    def write(self, _: bytes) -> int:
        raise self._death

    def close(self) -> None:
        self.closed = True


class DyingPort:
    """As pyserial: a read for more than there is drops what it holds when the port dies. No death: it is quiet."""

    port = name = "/dev/ttyDIES"
    timeout = 0.2

    def __init__(self, data: bytes, death: Exception | None) -> None:
        self._data = data
        self._death = death

    @property
    def in_waiting(self) -> int:
        if not self._data and self._death is not None:
            raise self._death
        return len(self._data)

    def read(self, size: int) -> bytes:
        if self._death is None:
            time.sleep(0.01)
            return b""
        if size > len(self._data):
            raise self._death
        read, self._data = self._data[:size], self._data[size:]
        return read

    def write(self, data: bytes) -> int:
        return len(data)

    def close(self) -> None:
        if self._death is not None:
            raise self._death


# -- unplug and plug -------------------------------------------------------------------------------------------


@needs_pty
def test_a_line_that_comes_back_goes_on_in_the_same_link(line: Line, start: Start) -> None:
    reading = start(str(line.path))
    reading.until_opened()
    line.unplug()
    reading.until_lost()

    line.plug()
    reading.until_opened(2)
    line.send(FRAMES[:200])
    reading.until_received(200)

    assert reading.received == FRAMES[:200]
    assert len(reading.of(ChunkKind.LOST)) == 1
    assert {chunk.link for chunk in reading.chunks} == {7}


def test_attempts_to_open_again_go_on_for_ever_from_a_tenth_of_a_second_to_two_seconds_apart() -> None:
    pauses = list(islice(link_module._pauses(), 100))

    assert [round(pause, 1) for pause in pauses[:6]] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0]
    assert set(pauses[5:]) == {2.0}


@needs_pty
@pytest.mark.parametrize("state", ["quiet", "busy", "away"])
def test_a_link_stops_within_half_a_second(
    line: Line, start: Start, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "BACK_OFF", (2.0, 2.0))
    reading = start(str(line.path))
    reading.until_opened()
    if state == "busy":
        line.send(FRAMES[:1400])
    if state == "away":
        line.unplug()
        reading.until_lost()

    took = reading.stop()
    if state == "away":
        line.plug()

    assert took < 0.5


# -- sockets ---------------------------------------------------------------------------------------------------


def test_a_socket_is_read_in_bulk_and_its_end_is_a_loss_after_the_last_byte(peer: socket.socket, start: Start) -> None:
    data = FRAMES * 20
    reading = start(f"socket://127.0.0.1:{peer.getsockname()[1]}")
    device, _ = peer.accept()

    with device:
        device.sendall(data)
    reading.until_lost()

    assert reading.received == data
    assert len(reading.of(ChunkKind.RECEIVED)) < len(data) / 500
