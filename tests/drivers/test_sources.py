"""One conformance suite, three sources: a simulated device, a capture file as it is, and a device on its port."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from devicelog import registry
from devicelog.capture.file import CaptureFile
from devicelog.capture.row import Happened
from devicelog.errors import BadInputError
from devicelog.testing.capture import read_capture
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.sources import from_hardware, from_simulator, named_devices
from devicelog.testing.talk import Talk
from devicelog_drivers import new_era, reference_mesogun
from devicelog_drivers.newera.frames import basic_query
from devicelog_simulators import new_era as pump_simulator
from devicelog_simulators import reference_mesogun as gun_simulator
from tests.pump_line import PumpLine, queries_in
from tests.waiting import PATIENCE, killed_when_late

if TYPE_CHECKING:
    from collections.abc import Iterator

CAPTURES = Path(__file__).parents[1] / "captures"
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


class TestOnASimulatedDevice(DriverConformance):
    driver = reference_mesogun.DRIVER
    capture: ClassVar = from_simulator(reference_mesogun.DRIVER, gun_simulator.SIMULATOR.start(2, None), seconds=90)


class TestOnACaptureFileAsItIs(DriverConformance):
    driver = reference_mesogun.DRIVER
    capture = CAPTURES / "reference-mesogun.capture"


def test_a_polled_device_is_asked_as_its_driver_asks_it() -> None:
    sent = from_simulator(new_era.DRIVER, pump_simulator.SIMULATOR.start(1, None), seconds=20)

    assert b"NE1000" in Talk.of(sent).data
    assert basic_query("DIS") in [request for _, request in Talk.of(sent).asked]


def test_a_file_with_two_lines_gives_the_one_that_is_asked_for(tmp_path: Path) -> None:
    lines = (CAPTURES / "reference-mesogun.capture").read_text(encoding="ascii").splitlines()
    link = lines[0].index('{"link":1')
    second = lines[0][link : lines[0].index("}", link) + 1].replace('"link":1', '"link":2')
    two = tmp_path / "two.capture"
    head = lines[0][:link] + second + "," + lines[0][link:]
    row = '{"t_us":1,"link":2,"kind":"received","hex":"4F 4B"}'
    two.write_text("\n".join([head, row, *lines[1:]]) + "\n", encoding="ascii")

    assert read_capture(two, 2).data == b"OK"
    assert read_capture(two) == read_capture(CAPTURES / "reference-mesogun.capture")


@needs_pty
def test_a_device_on_its_port_is_captured_with_what_it_was_asked(tmp_path: Path) -> None:
    pump = pump_simulator.SIMULATOR.start(1, None)
    with PumpLine(pump, speed=10) as line:
        path = from_hardware(new_era.DRIVER, line.url, tmp_path / "pump.capture", seconds=3)

    rows = list(CaptureFile(path).rows())
    asked = [row.data for row in rows if row.kind is Happened.SENT]
    assert len(asked) > 5
    assert queries_in(line.heard, [query.request for query in new_era.DRIVER.queries]) == asked
    assert b"NE1000" in read_capture(path).data


SUITE = """
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.reference_mesogun import DRIVER

class TestOnHardware(DriverConformance):
    driver = DRIVER
    capture = b"nothing: the device is asked"
"""


def run_suite(folder: Path, *options: str, suite: str = SUITE) -> subprocess.CompletedProcess[str]:
    """A driver's own run of pytest, with two promises of its suite."""
    (folder / "test_gun.py").write_text(suite, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "capture_shows or byte_by_byte"]
    return subprocess.run(
        [*words, *options, "--rootdir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )


@contextmanager
def simulated_gun(folder: Path) -> Iterator[Path]:
    """A device on a port."""
    device = folder / "gun"
    simulate = [sys.executable, "-m", "devicelog", "simulate", "reference-mesogun", "--link", str(device)]
    process = subprocess.Popen([*simulate, "--speed", "20"], stdout=subprocess.PIPE, text=True)
    with process as simulator, killed_when_late(simulator):
        assert simulator.stdout is not None
        assert simulator.stdout.readline().startswith("READY")
        yield device
        simulator.terminate()
        assert simulator.wait(PATIENCE) == 0


@needs_pty
@pytest.mark.skipif("reference-mesogun" not in registry.simulators(), reason="the simulators are not installed here")
def test_the_option_lets_a_suite_stand_on_a_device_and_keeps_what_it_sent(tmp_path: Path) -> None:
    kept = tmp_path / "kept.capture"
    with simulated_gun(tmp_path) as device:
        named = ["--devicelog-hardware", f"reference-mesogun@{device}", "--devicelog-seconds", "4"]
        done = run_suite(tmp_path, *named, "--devicelog-keep", str(kept))

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert f"what reference-mesogun's device sent is kept in {kept}" in done.stdout
    assert b"$DLR1," in read_capture(kept).data


def test_a_driver_that_is_named_and_that_no_suite_has_fails_the_run(tmp_path: Path) -> None:
    suite = SUITE.replace(
        'b"nothing: the device is asked"', repr(read_capture(CAPTURES / "reference-mesogun.bin").data)
    )

    done = run_suite(tmp_path, "--devicelog-hardware", "reference-mesogum@/dev/ttyUSB0", suite=suite)

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
    assert "no conformance suite of a driver called 'reference-mesogum' was run" in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--devicelog-keep", "kept"], "keeps the capture of one device, and 0 are named"),
        (["--devicelog-hardware", "a@b", "--devicelog-keep", "test_gun.py"], "is there already"),
        (["--devicelog-hardware", "a@b", "-n", "2"], "cannot be read by several processes; run without -n"),
    ],
)
def test_options_that_cannot_be_are_told_before_a_device_is_asked(
    tmp_path: Path, options: list[str], says: str
) -> None:
    done = run_suite(tmp_path, *options)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert says in done.stderr


@pytest.mark.parametrize("text", ["gun", "@/dev/ttyUSB0", "gun@"])
def test_what_names_no_device_is_told(text: str) -> None:
    with pytest.raises(BadInputError, match="expected DRIVER@URL"):
        named_devices([text])
