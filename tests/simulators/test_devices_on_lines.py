"""Each of the newer simulators works on a pty, on a socket and under `sim://`, and tells its truth at the end."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import serial

from devicelog import registry
from devicelog_simulators.serve import serve
from devicelog_simulators.urls.running import forget_all
from tests.waiting import PATIENCE, killed_when_late

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "simulators" / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(simulator = .*?)```", README, re.DOTALL)
#: What is sent to each, and how what comes back begins; two send by themselves.
TALKS = [
    ("modbus", bytes.fromhex("01 2B 0E 01 00 70 77"), b"\x01\x2b\x0e\x01\x83\x00\x00\x03\x00\x13devicelog simulator"),
    ("lines", b"", b"$ID,INJ-1,SIM-LN-0001,1.0*82\r\n"),
    ("btx-gemini", b"sn\r\n", b"SIM-BT-0001\n:"),
    ("dgus-panel", b"", b"\x5a\xa5\x04\x83\x00\x14\x01"),
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """pyserial knows `sim://`, and no device runs yet."""
    monkeypatch.setattr(serial, "protocol_handler_packages", ["devicelog_simulators.urls"])
    yield
    forget_all()


def talk(url: str, asked: bytes, size: int) -> Any:
    """What comes back on a line, this many bytes of it."""
    with serial.serial_for_url(url, timeout=20) as port:
        time.sleep(0.15)  # the device's time begins when the line has been open for a moment
        port.write(asked)
        return port.read(size)


@pytest.mark.parametrize("on_socket", [True, pytest.param(False, id="pty", marks=pytest.mark.skipif(
    not hasattr(os, "openpty"), reason="this machine has no ptys"))])  # fmt: skip
@pytest.mark.parametrize(("name", "asked", "told"), TALKS)
def test_it_answers_on_a_line_and_tells_what_reached_it(name: str, asked: bytes, told: bytes, on_socket: bool) -> None:
    urls: queue.Queue[str] = queue.Queue()
    truths: list[dict[str, str]] = []
    stop = threading.Event()
    options = {"seed": 1, "scenario": None, "faults": None, "speed": 1.0, "link": None, "socket": on_socket}

    def run() -> None:
        truths.append(serve(name, **options, ready=urls.put, stop=stop))  # type: ignore[arg-type]

    thread = threading.Thread(target=run)
    thread.start()
    try:
        heard = talk(urls.get(timeout=PATIENCE), asked, len(told))
    finally:
        stop.set()
        thread.join(PATIENCE)

    assert heard == told
    assert truths[0]["bytes heard"] == str(len(asked))


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize(("name", "asked", "told"), TALKS)
def test_it_answers_under_sim(name: str, asked: bytes, told: bytes) -> None:
    assert talk(f"sim://{name}?seed=1", asked, len(told)) == told


@pytest.mark.skipif("modbus" not in registry.simulators(), reason="the simulators are not installed here")
def test_the_command_tells_the_truth_when_it_is_ended() -> None:
    command = [sys.executable, "-m", "devicelog", "simulate", "lines", "--socket"]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with started as running, killed_when_late(running):
        assert running.stdout is not None
        url = running.stdout.readline().removeprefix("READY ").strip()
        assert talk(url, b"STOP\r\n", 4) == b"$ID,"
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=PATIENCE)

    assert running.returncode == 0
    assert "simulator ended; shots: 0; volume: 0 mL;" in said
    assert "bytes heard: 6; requests: 1; requests refused: 1" in said


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.split('"')[1] for text in EXAMPLES])
def test_each_scenario_of_the_readme_can_be_played(example: str, tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    name = tomllib.loads(example)["simulator"]

    device = registry.simulator(name).start(1, path)
    for _ in range(600):
        device.advance(5)

    assert device.finished
