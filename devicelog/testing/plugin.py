"""pytest plugin for driver authors; it comes with devicelog and costs nothing until a fixture is asked for.

devicelog_session(driver, device)   records a simulated device, or a port by its URL, into a temporary store
simulator_port(name)                serves an installed simulator on a pseudo-terminal or a socket, and gives its URL
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from devicelog.driver import Driver
    from devicelog.simulator import SimulatedDevice
    from devicelog.testing.simulated import RecordedSession

#: A simulator is ready, and ends, within so many seconds.
PATIENCE = 5


class RecordSession(Protocol):
    """The fixture `devicelog_session`."""

    def __call__(
        self,
        driver: Driver,
        device: SimulatedDevice | str,
        *,
        protocol: str = "none",
        zones: Sequence[str] = (),
        seconds: float = ...,
    ) -> RecordedSession:
        """Record one session; see `devicelog.testing.simulated.record_session`."""


class SimulatorPort(Protocol):
    """The fixture `simulator_port`."""

    def __call__(
        self,
        name: str,
        *,
        seed: int = 1,
        speed: float | None = None,
        scenario: str | Path | None = None,
        faults: Path | None = None,
        socket: bool = False,
    ) -> str:
        """Serve an installed simulator until the test is over; `speed` None is as fast as it is read."""


@pytest.fixture
def devicelog_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordSession:
    """Records sessions into a store of this test alone, its keys included."""
    from devicelog.testing.simulated import LONGEST, record_session

    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "devicelog-keys"))

    def record(
        driver: Driver,
        device: SimulatedDevice | str,
        *,
        protocol: str = "none",
        zones: Sequence[str] = (),
        seconds: float = LONGEST,
    ) -> RecordedSession:
        store = tmp_path / "devicelog-store"
        return record_session(driver, device, store, protocol=protocol, zones=zones, seconds=seconds)

    return record


@pytest.fixture
def simulator_port() -> Iterator[SimulatorPort]:
    """Serves simulators in threads of this test."""
    from devicelog import registry

    serve = registry.simulator_server()
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def port(
        name: str,
        *,
        seed: int = 1,
        speed: float | None = None,
        scenario: str | Path | None = None,
        faults: Path | None = None,
        socket: bool = False,
    ) -> str:
        registry.simulator(name)
        answers: queue.Queue[str | BaseException] = queue.Queue()
        options = {"seed": seed, "scenario": scenario, "faults": faults, "speed": speed, "link": None}

        def run() -> None:
            try:
                serve(name, **options, socket=socket, ready=answers.put, stop=stop)
            except BaseException as error:
                answers.put(error)

        threads.append(threading.Thread(target=run, name=f"simulator-{name}"))
        threads[-1].start()
        answer = answers.get(timeout=PATIENCE)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    yield port
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            pytest.fail(f"{thread.name} did not end within {PATIENCE} s")
