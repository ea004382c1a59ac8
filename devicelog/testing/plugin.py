"""pytest plugin for driver authors; it comes with devicelog and costs nothing until a fixture is asked for.

simulated_device(simulator)   runs a simulator on a pseudo-terminal or a socket, with its URL and what it heard
recorder(driver, device)      records one session of a device into a temporary store, and gives record and entries
fault                         makes what goes wrong: simulated_device(..., faults=[fault.flip(frame=3)])

With `--devicelog-hardware DRIVER@URL` (or the same in DEVICELOG_HARDWARE) the conformance suites of that driver stand
on a capture of the device on that port, taken once at the beginning. A named driver that no suite has fails the run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devicelog.driver import Driver
    from devicelog.simulator import SimulatedDevice, Simulator
    from devicelog.testing.faults import Fault, Faults
    from devicelog.testing.running import RunningDevice
    from devicelog.testing.simulated import RecordedSession


#: What has been captured of real devices, by the names of their drivers.
_TAKEN = pytest.StashKey[dict[str, Path]]()


class SimulateDevice(Protocol):
    """The fixture `simulated_device`."""

    def __call__(
        self,
        simulator: Simulator | str,
        *,
        seed: int = 1,
        speed: float | None = None,
        scenario: str | Path | None = None,
        faults: Sequence[Fault] | Path = (),
        socket: bool = False,
    ) -> RunningDevice:
        """Run a simulator until the test is over; `speed` None is as fast as it is read.

        A fault that has not struck by then fails the test: it would have shown nothing.
        """


class RecordSession(Protocol):
    """The fixture `recorder`."""

    def __call__(
        self,
        driver: Driver | str,
        device: RunningDevice | SimulatedDevice | str,
        *,
        protocol: str = "none",
        zones: Sequence[str] = (),
        seconds: float = ...,
    ) -> RecordedSession:
        """Record one session; see `devicelog.testing.simulated.record_session`."""


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
    group.addoption("--devicelog-keep", type=Path, metavar="FILE", help="Keep its capture in this new file.")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be, before any device is asked."""
    config.stash[_TAKEN] = {}
    named, keep = _hardware(config), config.getoption("--devicelog-keep")
    if named and config.getoption("numprocesses", None):
        raise pytest.UsageError("a device has one port, and cannot be read by several processes; run without -n.")
    if keep is None:
        return
    if len(named) != 1:
        found = f"--devicelog-keep keeps the capture of one device, and {len(named)} are named"
        raise pytest.UsageError(f"{found}; give one --devicelog-hardware DRIVER@URL.")
    if keep.exists():
        raise pytest.UsageError(f"{keep} is there already, and a capture overwrites nothing; give another name.")


def _hardware(config: pytest.Config) -> list[str]:
    """What was named, each as DRIVER@URL."""
    return [*config.getoption("--devicelog-hardware"), *os.environ.get("DEVICELOG_HARDWARE", "").split()]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say at the beginning that a device is read."""
    return [f"devicelog: conformance on {named}" for named in _hardware(config)]


def _unused(config: pytest.Config) -> list[str]:
    """The drivers that were named, and that no suite has asked for."""
    return [name for name, _, _ in (named.partition("@") for named in _hardware(config)) if name not in _taken(config)]


def _taken(config: pytest.Config) -> dict[str, Path]:
    return config.stash.get(_TAKEN, {})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which a device was named and never read has shown nothing of it."""
    if _unused(session.config) and session.exitstatus == pytest.ExitCode.OK and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the captures are, and which device was not read."""
    for name, path in _taken(config).items():
        terminalreporter.write_line(f"devicelog: what {name}'s device sent is kept in {path}")
    for name in _unused(config):
        terminalreporter.write_line(
            f"devicelog: no conformance suite of a driver called {name!r} was run, so that its device was not read; "
            "give the name of the driver that a suite has.",
            red=True,
        )


@pytest.fixture(scope="session")
def devicelog_hardware(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> HardwareCapture:
    """Captures of real devices, one for each driver that was named; a file stays in the tests' folder, or is kept."""
    named, taken = _hardware(pytestconfig), _taken(pytestconfig)
    keep: Path | None = pytestconfig.getoption("--devicelog-keep")

    def capture(driver: Driver) -> Path | None:
        if not named:
            return None
        from devicelog.testing.sources import from_hardware, named_devices

        url = named_devices(named).get(driver.name)
        if url is None:
            return None
        if driver.name not in taken:
            path = keep or tmp_path_factory.mktemp("hardware") / f"{driver.name}.capture"
            seconds = pytestconfig.getoption("--devicelog-seconds")
            taken[driver.name] = from_hardware(driver, url, path, seconds)
        return taken[driver.name]

    return capture


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordSession:
    """Records sessions into a store of this test alone, its keys included."""
    from devicelog.testing.simulated import LONGEST, record_session

    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "devicelog-keys"))

    def record(
        driver: Driver | str,
        device: RunningDevice | SimulatedDevice | str,
        *,
        protocol: str = "none",
        zones: Sequence[str] = (),
        seconds: float = LONGEST,
    ) -> RecordedSession:
        store = tmp_path / "devicelog-store"
        return record_session(driver, device, store, protocol=protocol, zones=zones, seconds=seconds)

    return record


@pytest.fixture
def simulated_device(tmp_path: Path) -> Iterator[SimulateDevice]:
    """Runs simulators in threads of this test."""
    from devicelog.testing.running import Lines

    folder = tmp_path / "devicelog-lines"
    folder.mkdir()
    lines = Lines(folder)

    def simulate(
        simulator: Simulator | str,
        *,
        seed: int = 1,
        speed: float | None = None,
        scenario: str | Path | None = None,
        faults: Sequence[Fault] | Path = (),
        socket: bool = False,
    ) -> RunningDevice:
        return lines.start(simulator, seed=seed, speed=speed, scenario=scenario, faults=faults, socket=socket)

    yield simulate
    troubles = lines.close()
    if troubles:
        pytest.fail("\n".join(troubles), pytrace=False)


@pytest.fixture
def fault() -> Faults:
    """Makes what goes wrong with a simulated device or its line."""
    from devicelog.testing.faults import Faults

    return Faults()
