"""Free text in an export: readable there, tied to the ledger's digest, and absent once it was erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.export import chosen
from devicelog.export.folder import manifest
from devicelog.export.folder.package import export
from devicelog.export.json.session_json import schema
from devicelog.export.proof.check import check_export
from devicelog.ledger import Kind
from devicelog.store.erasure import Request, erase
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer

TEXT = 'She said "it itches" – 李雷'


@pytest.fixture
def noted(store: Path, session: Callable[..., Path]) -> Path:
    """A store with a session of which a note was made."""
    session()
    with Writer.open(store) as writer:
        state_late(writer, writer.session("last"), Kind.NOTE, {"text": TEXT, "by": "A. Nurse"})
    return store


def exported(store: Path, to: Path) -> Path:
    with Reader.open(store) as reader:
        return export(reader, "last", to, chosen([])).folder


def document(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_bytes())


def forged(folder: Path, old: str, new: str) -> None:
    """Put other words into every file, and sign the folder with a key of one's own."""
    for path in folder.iterdir():
        data = path.read_bytes()
        if old.encode() in data:
            path.write_bytes(data.replace(old.encode(), new.encode()))
    for name in (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    manifest.sign(folder, Ed25519PrivateKey.generate())


def test_an_export_carries_the_text_and_anyone_can_hold_it_against_the_ledger(noted: Path, tmp_path: Path) -> None:
    folder = exported(noted, tmp_path / "out")
    said = document(folder)
    jsonschema: Any = import_module("jsonschema")
    jsonschema.Draft202012Validator(json.loads(schema())).validate(said)
    [sealed] = [item["entry"][3]["text"] for item in said["ledger"]["entries"] if item["entry"][2] == "note"]
    assert said["openings"][sealed["digest"]]["text"] == TEXT
    assert "李雷" in (folder / "events.csv").read_text(encoding="utf-8")
    assert "sealed" not in (folder / "events.csv").read_text(encoding="utf-8")
    found = check_export(folder, None)
    assert found.faults == []
    assert not any("free text" in note for note in found.notes)


def test_a_changed_text_is_found_whoever_signed_it(noted: Path, tmp_path: Path) -> None:
    folder = exported(noted, tmp_path / "out")
    forged(folder, "it itches", "all is well")
    assert any("not the one whose digest" in fault.what for fault in check_export(folder, None).faults)


def test_a_text_that_is_left_out_is_said(noted: Path, tmp_path: Path) -> None:
    folder = exported(noted, tmp_path / "out")
    said = document(folder)
    [(digest, _)] = said["openings"].items()
    forged(folder, digest, "0" * 64)
    found = check_export(folder, None)
    assert not found.holds
    assert any("1 free text cannot be read" in note for note in found.notes)


def test_after_the_erasure_an_export_has_no_text_and_holds(noted: Path, tmp_path: Path) -> None:
    before = exported(noted, tmp_path / "before")
    with Writer.open(noted) as writer:
        erase(writer, "P1", Request("Dr A", reason="asked for it"))
    folder = exported(noted, tmp_path / "after")
    assert document(folder)["openings"] == {}
    assert all("itches" not in path.read_text(encoding="utf-8", errors="replace") for path in folder.iterdir())
    assert "[erased]" in (folder / "events.csv").read_text(encoding="utf-8")
    found = check_export(folder, None)
    assert found.faults == []
    assert any("1 free text cannot be read: erased" in note for note in found.notes)
    assert check_export(before, None).holds
