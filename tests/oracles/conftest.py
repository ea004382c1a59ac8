"""Sessions of every kind as FHIR bundles, for programs that others wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from devicelog.export.fhir import bundles
from devicelog.export.pdf import session_pdf
from devicelog.store.writer import Writer
from tests.export.fhir.sessions import KINDS
from tests.export.pdf.sessions import SESSIONS, exported
from tests.oracles.oracle import require

_PDF = b"%PDF-1.7 stands for the pages, which tests of their own look at"


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A folder with the bundles of each kind of session by its name, and one of a session that a store holds."""
    require()
    root = tmp_path_factory.mktemp("exports")
    made = {name: root / name for name in [*KINDS, "stored"]}
    for folder in made.values():
        folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(root / "keys"))
        with Writer.open(root / "store") as writer, exported(writer, SESSIONS["gun"](writer)) as session:
            bundles.write(session, made["stored"])
    for name, make in KINDS.items():
        session = make()
        session.given(session_pdf.pdf, _PDF)
        bundles.write(session, made[name])
    bundles.write_injections(KINDS["whole"](), made["whole"])
    return made
