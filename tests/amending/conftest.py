"""A store for each test, with sessions that are over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devicelog.store.writer import Writer
from tests.amending.clinic import record_session
from tests.clinic import Clinic


@pytest.fixture(scope="module")
def first_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        with Writer.open(folder / "store") as writer:
            record_session(writer, 1, ends=True)
            record_session(writer, 2, ends=False)
        with Writer.open(folder / "store", create=False):  # closes what broke off
            pass
    return folder


@pytest.fixture
def clinic(first_clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A store for one test alone."""
    shutil.copytree(first_clinic, tmp_path / "clinic")
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "clinic" / "keys"))
    return Clinic(tmp_path / "clinic" / "store")


@pytest.fixture(scope="module")
def shared(first_clinic: Path) -> Iterator[Clinic]:
    """The store of all tests that only read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(first_clinic / "keys"))
        yield Clinic(first_clinic / "store")
