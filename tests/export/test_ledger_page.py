"""The verifier that docs/ledger.md prints runs, knows nothing of devicelog, and finds what it should."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.acts.keychain import KEY_ROTATED, SUBJECT_ERASED
from devicelog.acts.merges import SUBJECTS_MERGED, SUBJECTS_PARTED
from devicelog.acts.retention import RETENTION_SET
from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from tests.waiting import PATIENCE

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


@pytest.fixture
def verifier(tmp_path: Path) -> Path:
    """The program on the page."""
    program = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(program) == 1
    assert "devicelog" not in program[0]
    path = tmp_path / "verifier.py"
    path.write_text(program[0], encoding="utf-8")
    return path


def _run(verifier: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", verifier, file], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_the_verifier_on_the_page(verifier: Path, store: Path, session: Callable[..., Path], tmp_path: Path) -> None:
    session(session="s-1")
    with Reader.open(store) as reader:
        file = export(reader, "last", tmp_path / "out", chosen(["json"])).folder / "session.json"
    done = _run(verifier, file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "are as they were sealed" in done.stdout
    data = file.read_bytes()
    for old, new in (
        (b"20000,1500", b"30000,1500"),
        (b'"signature":"', b'"signature":"00'),
        (b'data":"ey', b'data":"eY'),
    ):
        assert old in data
        file.write_bytes(data.replace(old, new, 1))
        assert _run(verifier, file).returncode != 0


def test_the_verifier_on_the_page_holds_free_texts_against_the_ledger(
    verifier: Path, store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    session(session="s-1")
    with Writer.open(store) as writer:
        state_late(writer, writer.session("last"), Kind.NOTE, {"text": "it itches", "by": "A. Nurse"})
        file = export(writer, "last", tmp_path / "out", chosen(["json"])).folder / "session.json"
    assert _run(verifier, file).returncode == 0
    data = file.read_bytes()
    file.write_bytes(data.replace(b"it itches", b"it is well"))
    assert "a free text" in _run(verifier, file).stderr


def test_the_verifier_on_the_page_knows_that_a_key_was_changed(
    verifier: Path, store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    session(session="s-1")
    for name in ("s-2", "s-3"):
        with Writer.open(store) as writer:
            rotate(writer)
        session(session=name)
    for name in ("s-1", "s-2", "s-3"):
        with Reader.open(store) as reader:
            file = export(reader, name, tmp_path / "out", chosen(["json"])).folder / "session.json"
        done = _run(verifier, file)
        assert (done.returncode, done.stderr) == (0, ""), name
    data = file.read_bytes()
    for field in (b'"consent":"', b'"new_key":"'):
        at = data.index(field) + len(field)
        file.write_bytes(data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :])
        assert _run(verifier, file).returncode != 0
    without = data.replace(data[data.index(b'"keys":[') : data.index(b"],", data.index(b'"keys":['))], b'"keys":[', 1)
    file.write_bytes(without)
    assert _run(verifier, file).returncode != 0


def test_the_page_names_every_act() -> None:
    text = PAGE.read_text(encoding="utf-8")
    acts = (KEY_ROTATED, SUBJECT_ERASED, SUBJECTS_MERGED, SUBJECTS_PARTED, RETENTION_SET)
    assert [act for act in acts if f"`{act}`" not in text] == []


def test_the_page_names_every_kind_of_entry() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in Kind if f"`{kind.value}`" not in text] == []
