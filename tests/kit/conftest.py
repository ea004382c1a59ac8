"""A driver's package as its author would have it: written, built, and installed beside devicelog in a clean place."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from devicelog.kit.name import DriverName

REPOSITORY = Path(__file__).parents[2]
NAME = DriverName("my-gun")


@dataclass(frozen=True, slots=True)
class Clinic:
    """An environment that has never seen this checkout, the source of the driver, and a home for what is recorded."""

    source: Path
    venv: Path
    home: Path

    @property
    def python(self) -> str:
        return str(self.venv / ("Scripts" if os.name == "nt" else "bin") / "python")

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("PYTHON", "DEVICELOG_", "PYTEST_")
        mine = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        places = {"HOME": self.home, "DEVICELOG_KEYS": self.home / "keys", "DEVICELOG_STORE": self.home / "store"}
        return mine | {name: str(place) for name, place in places.items()} | {"PYTHONUNBUFFERED": "1"}

    def evaluate(self, expression: str) -> str:
        """What a Python expression is there, as it is printed."""
        return run([self.python, "-c", f"print({expression})"], self.home, self.environment).stdout.strip()

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a module of this environment."""
        return run([self.python, "-m", *words], folder or self.home, self.environment)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """Both wheels, built and installed without a network; other libraries are those of the tests' own environment.

    The package is written by the devicelog that is installed there.
    """
    folder = tmp_path_factory.mktemp("clinic")
    clinic = Clinic(folder / "source", folder / "venv", folder / "home")
    clinic.home.mkdir()
    wheels = folder / "wheels"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    alone = ["--no-deps", "--no-index"]
    install = [*pip, "--python", clinic.python, "install", *alone, "--find-links", str(wheels)]
    _done([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)], clinic)
    _done([sys.executable, "-m", "venv", "--without-pip", str(clinic.venv)], clinic)
    _done([*install, "devicelog"], clinic)
    # A path file is read in the environment's own folder only, so that no editable devicelog comes along.
    where = sysconfig.get_path("purelib", vars={"base": str(clinic.venv)})
    (Path(where) / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    _done([clinic.python, "-m", "devicelog", "drivers", "new", NAME.driver, "--to", str(clinic.source)], clinic)
    _done([*pip, "wheel", *alone, "--no-build-isolation", "--wheel-dir", str(wheels), str(clinic.source)], clinic)
    _done([*install, NAME.distribution], clinic)
    return clinic


def _done(command: list[str], clinic: Clinic) -> None:
    done = run(command, REPOSITORY, clinic.environment)
    assert done.returncode == 0, done.stderr
