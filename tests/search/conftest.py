"""A clinic's first days: short sessions of two kinds of devices, with products, alarms, gaps and late statements."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.clinic_years import Years
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: So that both kinds of devices, alarms and a gap are among them.
SESSIONS = 24


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store and its keys, made once."""
    folder = tmp_path_factory.mktemp("clinic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        Years(folder / "store").fill(SESSIONS)
    return folder


@pytest.fixture
def path(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a copy of the store is."""
    shutil.copytree(made / "keys", tmp_path / "keys")
    shutil.copytree(made / "store", tmp_path / "store")
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    """The store, opened by the one that writes."""
    with Writer.open(path) as writer:
        yield writer
