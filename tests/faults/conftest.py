"""What the fault tests share: a store of its own, on a computer that can be spoilt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import Line
from tests.end_to_end.running import Devicelog, Warm
from tests.faults.spoilt import Spoilt

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """What commands are run by."""
    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


@pytest.fixture
def computer(tmp_path: Path) -> Spoilt:
    """A computer on which nothing is wrong yet."""
    computer = Spoilt(tmp_path / "computer.json")
    computer.set()
    return computer


@pytest.fixture
def box(tmp_path: Path, warm: Warm, computer: Spoilt) -> Devicelog:
    """A store and keys that do not exist yet; what records there runs on `computer`."""
    box = Devicelog(tmp_path / "box", warm)
    box.command = computer.command
    paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    box.environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return box


@pytest.fixture
def line() -> Iterator[Line]:
    """A line of the test's own."""
    line = Line()
    yield line
    line.close()
