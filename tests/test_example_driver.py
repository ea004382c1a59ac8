"""The example driver of the documentation, as its author would ship it: built, installed, recorded with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import ChunkKind
from devicelog.record import fold
from devicelog.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).parents[1] / "docs" / "example-driver"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder in which the example's wheel is installed, and a home for what it records."""

    source: Path
    site: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        places = {"PYTHONPATH": str(self.site), "HOME": str(self.home), "DEVICELOG_KEYS": str(self.home / "keys")}
        return {**os.environ, **places, "DEVICELOG_STORE": str(self.home / "store"), "PYTHONUNBUFFERED": "1"}

    def devicelog(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real command, as a user would."""
        return run([_command(), *arguments], self.home, self.environment)


def _command() -> str:
    found = shutil.which("devicelog", path=sysconfig.get_path("scripts"))
    assert found is not None, "devicelog is not installed beside this Python"
    return found


def run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel built and installed without a network."""
    folder = tmp_path_factory.mktemp("example")
    installation = Installation(folder / "source", folder / "site", folder / "home")
    installation.home.mkdir()
    shutil.copytree(EXAMPLE, installation.source, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    alone = ["--no-deps", "--no-index"]
    build = [*pip, "wheel", *alone, "--no-build-isolation", "--wheel-dir", str(folder / "dist")]
    install = [*pip, "install", *alone, "--find-links", str(folder / "dist"), "--target", str(installation.site)]
    for step in ([*build, str(installation.source)], [*install, "devicelog-example-dispenser"]):
        done = run(step, folder, dict(os.environ))
        assert done.returncode == 0, done.stderr
    return installation


@contextmanager
def simulated(installation: Installation) -> Iterator[str]:
    """The URL of the example's simulator while it runs."""
    command = [_command(), "simulate", "example-dispenser", "--speed", "max"]
    process = subprocess.Popen(
        command, cwd=installation.home, env=installation.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready, url = process.stdout.readline().split()
        assert ready == "READY"
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_the_wheel_holds_the_package_and_its_entry_points_and_nothing_else(installed: Installation) -> None:
    assert {path.name for path in installed.site.iterdir()} == {
        "example_dispenser",
        "devicelog_example_dispenser-1.0.0.dist-info",
    }


def test_devicelog_lists_the_driver_with_the_package_that_it_is_from(installed: Installation) -> None:
    told = installed.devicelog("drivers", "example-dispenser")

    assert told.returncode == 0, told.stderr
    assert "devicelog-example-dispenser 1.0.0" in told.stdout


def test_a_session_recorded_with_it_holds_every_dose_in_units(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = ["--protocol", "none", "--subject", "4711", "--practitioner", "Test"]
    with simulated(installed) as url:
        done = installed.devicelog(
            "record", "--device", f"example-dispenser@{url}", *who, "--until-quiet", "1 s", "--no-live"
        )
    monkeypatch.setenv("DEVICELOG_KEYS", str(installed.home / "keys"))
    with Reader.open(installed.home / "store") as store:
        session = store.session("last").number
        record = fold(store.entries(session))
        sent = b"".join(chunk.data for chunk in store.chunks(session) if chunk.kind is ChunkKind.RECEIVED)

    assert done.returncode == 0, done.stderr
    assert "has not been verified on any real device" in done.stderr
    assert record.tally.session.triggers == 20
    assert record.tally.session.volume_ml == sum(doses_in_ml(sent))
    assert [device["serial"] for device in record.devices[1].identities] == ["SIM-0001"]
    assert record.simulated
    assert record.missing_things() == []
    assert record.devices[1].plan["package"] == "devicelog-example-dispenser 1.0.0"


def doses_in_ml(sent: bytes) -> list[Decimal]:
    """The doses in some bytes, read without the driver."""
    found = re.findall(rb"^V=(\S+) (uL|mL) ", sent, re.MULTILINE)
    assert {unit for _, unit in found} == {b"uL", b"mL"}
    return [Decimal(value.decode()) / (1000 if unit == b"uL" else 1) for value, unit in found]


def test_its_own_tests_pass_in_the_conformance_suite(installed: Installation) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]

    done = run(command, installed.source, installed.environment)

    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_the_readme_shows_what_the_simulator_sends(installed: Installation) -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `([^`]+)\*([0-9A-F]{2})` \|", readme, re.MULTILINE)

    assert len(examples) == 3
    for text, check in examples:
        expected = 0
        for byte in text.encode():
            expected ^= byte
        assert int(check, 16) == expected
