"""pytest plugin for driver authors; it comes with devicelog and costs nothing until a fixture is asked for.

devicelog_session(driver, device)   records a simulated device, or a port by its URL, into a temporary store
simulator_port(name)                serves an installed simulator on a pseudo-terminal or a socket, and gives its URL

With `--devicelog-hardware DRIVER@URL` (or the same in DEVICELOG_HARDWARE) the conformance suites of that driver stand
on a capture of the device on that port, taken once at the beginning.
"""

from __future__ import annotations

import os
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


class HardwareCapture(Protocol):
    """The fixture `devicelog_hardware`."""

    def __call__(self, driver: Driver) -> Path | None:
        """A capture of the device that was named for this driver; None if none was."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What names a device for the conformance suites."""
    group = parser.getgroup("devicelog")
    group.addoption(
        "--devicelog-hardware",
        action="append",
        default=[],
        metavar="DRIVER@URL",
        help="Let the conformance suites of this driver read the device on this port (also DEVICELOG_HARDWARE).",
    )
    group.addoption(
        "--devicelog-seconds", type=float, default=20.0, metavar="N", help="Listen to it for so long (20 s)."
    )


def _hardware(config: pytest.Config) -> list[str]:
    """What was named, each as DRIVER@URL."""
    return [*config.getoption("--devicelog-hardware"), *os.environ.get("DEVICELOG_HARDWARE", "").split()]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say at the beginning that a device is read."""
    return [f"devicelog: conformance on {named}" for named in _hardware(config)]


@pytest.fixture(scope="session")
def devicelog_hardware(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> HardwareCapture:
    """Captures of real devices, one for each driver that was named; the file stays in the tests' folder."""
    named = _hardware(pytestconfig)
    taken: dict[str, Path] = {}

    def capture(driver: Driver) -> Path | None:
        if not named:
            return None
        from devicelog.testing.sources import from_hardware, named_devices

        url = named_devices(named).get(driver.name)
        if url is None:
            return None
        if driver.name not in taken:
            path = tmp_path_factory.mktemp("hardware") / f"{driver.name}.capture"
            seconds = pytestconfig.getoption("--devicelog-seconds")
            taken[driver.name] = from_hardware(driver, url, path, seconds)
        return taken[driver.name]

    return capture


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
