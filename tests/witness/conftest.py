"""A store with short sessions, for the tests of its witnesses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog import registry
from devicelog.testing.simulated import record_session


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


@pytest.fixture
def record(store: Path) -> Callable[[], str]:
    """Records one more session; its id."""

    def one() -> str:
        simulator = registry.simulator("reference-mesogun")
        device = simulator.start(1, simulator.scenarios["face"])
        return record_session(registry.driver("reference-mesogun"), device, store, seconds=20).record.session

    return one
