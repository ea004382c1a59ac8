"""A service manager hears when a recording is ready, that it works, and that it ends; as sd_notify(3) has it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devicelog.recording.service import ServiceManager
from tests.end_to_end.running import PATIENCE, Devicelog, Recording, Warm

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no local sockets here")


class Listener:
    """What a service manager has: a socket, and whoever started the program listening at it."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(PATIENCE)

    def hear(self) -> str:
        return self.socket.recv(4096).decode("ascii")

    def hear_until(self, word: str) -> list[str]:
        """What is said up to a word, that included; a program that lives says so for ever."""
        said = [self.hear()]
        deadline = time.monotonic() + PATIENCE
        while said[-1] != word:
            assert time.monotonic() < deadline, f"{word} is never said, only {set(said)}"
            said.append(self.hear())
        return said


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(str(tmp_path / "notify"))
    yield listener
    listener.socket.close()


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    """A store of its own, on a computer whose service manager listens."""
    box = Devicelog(tmp_path / "box", warm)
    box.environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
    return box


def test_a_recording_says_that_it_is_ready_then_that_it_lives_then_that_it_ends(
    box: Devicelog, listener: Listener
) -> None:
    with box.record("sim://reference-mesogun?seed=1") as recording:
        assert listener.hear() == "READY=1"
        assert recording.wait_for(1), "it was ready, so that something was durable"
        assert [listener.hear() for _ in range(5)] == ["WATCHDOG=1"] * 5
        recording.end()
    assert set(listener.hear_until("STOPPING=1")) <= {"WATCHDOG=1", "STOPPING=1"}


def test_it_lives_also_while_nothing_comes(box: Devicelog, listener: Listener) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, box.record(f"socket://127.0.0.1:{silent.getsockname()[1]}") as recording:
        assert [listener.hear() for _ in range(5)] == ["READY=1", *["WATCHDOG=1"] * 4]
        recording.end()


def test_a_recording_goes_on_when_the_manager_is_gone(box: Devicelog, listener: Listener) -> None:
    with box.record("sim://reference-mesogun?seed=1") as recording:
        assert listener.hear() == "READY=1"
        listener.socket.close()
        _, before = recording.wait_for(1), len(recording.acks)
        recording.wait_for(before + 1)
        assert recording.end() == 0
    box("verify")


def test_what_cannot_begin_is_never_ready(box: Devicelog, listener: Listener) -> None:
    with Recording(box, (*box.recording("/dev/no-such-port"), "--print-acks")) as recording:
        assert recording.wait() == 3
    listener.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.hear()


@pytest.mark.skipif("sys.platform != 'linux'", reason="only Linux has names without a file")
def test_a_name_that_begins_with_an_at_is_no_file() -> None:
    listener = Listener("\0devicelog-test-service")
    ServiceManager({"NOTIFY_SOCKET": "@devicelog-test-service"}).alive()
    assert listener.hear() == "WATCHDOG=1"
    listener.socket.close()


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/no/such/socket"}])
def test_where_nobody_listens_nothing_is_said_and_nothing_fails(environment: dict[str, str]) -> None:
    manager = ServiceManager(environment)
    manager.ready()
    manager.alive()
    manager.stopping()
