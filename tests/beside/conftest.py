"""A store with a session that is over, and a service that has it, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, Self
from unittest import mock

import pytest

from devicelog import registry
from devicelog.testing.simulated import record_session
from tests.beside import station
from tests.end_to_end.running import PATIENCE, Devicelog, Warm
from tests.waiting import exit_code_of

MESOGUN = "sim://reference-mesogun?seed=1&speed=10"


class Station:
    """The service while it runs (station.py)."""

    def __init__(self, box: Devicelog) -> None:
        told, self._telling = os.pipe()
        self._said, saying = os.pipe()
        self.pid = os.fork()  # a fresh interpreter would load modules for longer than most tests take
        if self.pid == 0:
            os.close(self._telling)
            _serve(box, told, saying)
        os.close(told)
        os.close(saying)
        self._ended = False
        self._answers = os.fdopen(self._said, "rb", buffering=0)
        assert self._line() == "READY"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._telling)
        self._answers.close()

    def __call__(self, words: str) -> str:
        """Tell it something, and take its answer."""
        os.write(self._telling, f"{words}\n".encode())
        return self._line().removeprefix("DONE").strip()

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            self._wait()

    def quit(self) -> None:
        """End it in order."""
        assert self("quit") == "CLOSED"
        assert self._wait() == 0

    def _wait(self) -> int:
        self._ended = True
        return exit_code_of(self.pid)

    def _line(self) -> str:
        assert select.select([self._answers], [], [], PATIENCE)[0], "the service does not answer"
        return self._answers.readline().decode().strip()


def _serve(box: Devicelog, told: int, saying: int) -> NoReturn:
    """Be the service."""
    try:
        os.dup2(told, 0)
        os.dup2(saying, 1)
        sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
        os.environ["DEVICELOG_KEYS"] = str(box.keys)
        station.main(box.store)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store with one session that is over; only to be copied."""
    box = Devicelog(tmp_path_factory.mktemp("recorded"), warm)
    device = registry.simulators()["reference-mesogun"].value
    assert device is not None
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}):
        record_session("reference-mesogun", device.start(1, None), box.store, zones=("forehead",), seconds=30)
    return box


def copied(box: Devicelog, to: Path, warm: Warm) -> Devicelog:
    """The same store and keys at another place."""
    fresh = Devicelog(to, warm)
    shutil.copytree(box.store, fresh.store)
    shutil.copytree(box.keys, fresh.keys)
    return fresh


@pytest.fixture
def box(recorded: Devicelog, tmp_path: Path, warm: Warm) -> Devicelog:
    """A store of the test's own."""
    return copied(recorded, tmp_path / "box", warm)


@pytest.fixture(name="station")
def station_of_the_test(box: Devicelog) -> Iterator[Station]:
    """A service that has the test's store."""
    with Station(box) as made:
        yield made


@pytest.fixture(scope="module")
def shared(recorded: Devicelog, tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store for a whole module."""
    return copied(recorded, tmp_path_factory.mktemp("shared") / "box", warm)


@pytest.fixture(scope="module")
def recording_station(shared: Devicelog) -> Iterator[Station]:
    """A service that records in the module's store while commands run beside it; at the end all of it verifies."""
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(Station(shared))
        made("begin")
        made("commit 3")
        yield made
        made("end")
        made.quit()
        shared("verify")
