"""A station at which nobody has an account yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.served import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.served import Served


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with served(tmp_path / "store") as one:
        yield one
