"""What the fault tests share: a store of its own, on a computer that can be spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import Line
from tests.end_to_end.running import Devicelog, Warm
from tests.faults.outage import computer_and_box
from tests.faults.spoilt import Spoilt


@pytest.fixture
def computer_and_store(tmp_path: Path, warm: Warm) -> tuple[Spoilt, Devicelog]:
    """A computer on which nothing is wrong yet, with a store that does not exist yet."""
    return computer_and_box(tmp_path, warm)


@pytest.fixture
def computer(computer_and_store: tuple[Spoilt, Devicelog]) -> Spoilt:
    """What can be spoilt."""
    return computer_and_store[0]


@pytest.fixture
def box(computer_and_store: tuple[Spoilt, Devicelog]) -> Devicelog:
    """A store and keys that do not exist yet; what records there runs on `computer`."""
    return computer_and_store[1]


@pytest.fixture
def line() -> Iterator[Line]:
    """A line of the test's own."""
    line = Line()
    yield line
    line.close()
