"""The files of an export hold what the record and the PDF beside them say, for a session as a store has it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from devicelog.export.hl7 import messages
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.store.writer import Writer
from tests.export.hl7.reader import Message
from tests.export.hl7.test_validity import findings
from tests.export.pdf.sessions import SESSIONS, exported


@pytest.fixture
def chinese(tmp_path: Path, keys: Path) -> Iterator[ExportedSession]:
    """A session of a patient named 李雷."""
    assert not keys.exists()
    with Writer.open(tmp_path / "store") as writer, exported(writer, SESSIONS["chinese"](writer)) as session:
        yield session


def written(session: ExportedSession, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    messages.write(session, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_both_files_are_valid_hold_the_pdf_and_the_name_and_are_the_same_twice(
    chinese: ExportedSession, tmp_path: Path
) -> None:
    files = written(chinese, tmp_path / "first")

    assert set(files) == {messages.DOCUMENT, messages.OBSERVATIONS}
    assert written(chinese, tmp_path / "second") == files
    document, observations = (Message(files[name]) for name in (messages.DOCUMENT, messages.OBSERVATIONS))
    assert findings(document, tmp_path) == set()
    assert b64decode(document.all("OBX")[0].parts(5)[4]) == chinese.once(session_pdf.pdf)
    for message in (document, observations):
        assert message.one("PID").parts(5)[0] == "李雷"
        assert message.one("PV1").parts(7)[1] == "Д-р Юрий Живаго"
