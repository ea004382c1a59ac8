"""The link on real lines: every byte stamped and kept in order, reconnects into the same link, stops at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import serial

from devicelog import clock
from devicelog import link as link_module
from devicelog.chunk import ChunkKind

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

    reading.until(lambda reading: len(reading.of(ChunkKind.QUIET)) >= 2, seconds=1)

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
    monkeypatch.setattr(link_module, "open_port", lambda *_: ports.pop(0))
    reading = start("/dev/ttyDIES")

    reading.until_opened(2)

    assert reading.received == FRAMES[:300]
    assert [chunk.kind for chunk in reading.chunks if chunk.data].count(ChunkKind.LOST) == 1


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
