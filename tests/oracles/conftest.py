"""Sessions of every kind as FHIR bundles, for programs that others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from devicelog.export.fhir import bundles
from devicelog.store.writer import Writer
from tests.export.pdf.sessions import SESSIONS, exported
from tests.oracles.oracle import require

_KINDS = ("gun", "current", "troubled", "empty", "typed", "erased")


@pytest.fixture(scope="package")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Path]]:
    """A folder with both bundles of each kind of session, by its name."""
    require()
    root = tmp_path_factory.mktemp("exports")
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(root / "keys"))
        with Writer.open(root / "store") as writer:
            for name in _KINDS:
                made[name] = root / name
                made[name].mkdir()
                with exported(writer, SESSIONS[name](writer)) as session:
                    bundles.write(session, made[name])
        yield made
