"""A folder that was changed after it was exported does not hold, and the file is named; whoever signed it again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.export.folder import manifest
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.record import as_json
from devicelog.store.reader import Reader
from devicelog.store.rotation import sealing_key


@pytest.fixture
def folder(exported: Path) -> Path:
    """An export of a whole session in every format."""
    return exported


@pytest.fixture
def own_key(store: Path) -> bytes:
    with Reader.open(store) as reader:
        return bytes.fromhex(reader.folder.public_key)


def test_an_honest_folder_holds(folder: Path, own_key: bytes) -> None:
    found = check_export(folder, [own_key])
    assert found.faults == []
    assert found.sessions == 1
    assert found.files == len(list(folder.iterdir())) - 2
    assert any("which is this installation's" in note for note in found.notes)
    stranger = check_export(folder, [bytes(32)])
    assert stranger.holds
    assert any("proves only" in note for note in stranger.notes)


def test_a_file_that_goes_or_comes_is_found(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        path.unlink()
        found = check_export(folder, None)
        assert any(fault.file == path.name and "missing" in fault.what for fault in found.faults), path.name
        path.write_bytes(data)
    (folder / "more.csv").write_bytes(b"a,b\r\n")
    assert check_export(folder, None).faults[0].file == "more.csv"
    (folder / "more.csv").unlink()
    (folder / "below").mkdir()
    assert check_export(folder, None).faults[0].file == "below"
    (folder / "below").rmdir()
    shutil.move(folder / "gaps.csv", folder.parent / "gaps.csv")
    (folder / "gaps.csv").symlink_to(folder.parent / "gaps.csv")
    assert "not a plain file" in check_export(folder, None).faults[0].what


def _sign_again(folder: Path) -> None:
    for name in (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    manifest.sign(folder, Ed25519PrivateKey.generate())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("injections.csv", b",0.02,", b",0.03,"),
        ("summary.csv", b",0.8,", b",0.9,"),
        ("devices.csv", b",yes,", b",no,"),
        ("README.txt", b"SIMULATED", b"GENUINE  "),
        ("data_dictionary.csv", b"mL", b"uL"),
        ("session.schema.json", b"decimal", b"decimaI"),
        ("session.json", b'"simulated": true', b'"simulated": false'),
        ("session.json", b'"limit_name": "zone', b'"limit_name": "Zone'),
        ("session.json", b'"version": %d,\n    "purpose"' % as_json.VERSION, b'"version": 0,\n    "purpose"'),
        ("session.json", b'"version": %d,\n    "purpose"' % as_json.VERSION, b'"version": 9,\n    "purpose"'),
        ("session.json", b'"value": "0.8"', b'"value": "0.9"'),
        ("session.json", b"[0,20000,1500", b"[0,30000,1500"),
        ("session.json", b'"hash":"', b'"hash":"0'),
        ("session.json", b'"seals": [', b'"seals": [ '),
        ("session.json", b'{"entry":[20,', b'{"entry":[ 20,'),
        ("session.json", b'"kind":"received"', b'"kind":"sent"'),
        ("session.json", b'"final":true', b'"final":false'),
        ("session.json", b'"version": 2,\n  "software"', b'"version": 1,\n  "software"'),
        ("session.json", b'"version": 2,\n  "software"', b'"version": 3,\n  "software"'),
        ("session.json", b'"made_with": {', b'"made_with": {"more": "1",'),
        ("session.json", b'"observation",1,', b'"observation",99,'),
        ("session.json", b'"format": "', b'"format": "\xff'),
        ("session.json", b"\n}\n}\n", b"\n}\n} \n"),
    ],
)
def test_what_a_stranger_changed_and_signed_again_is_found(folder: Path, name: str, old: bytes, new: bytes) -> None:
    file = folder / name
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))
    _sign_again(folder)
    found = check_export(folder, None)
    assert found.fault_count >= 1
    names = {fault.file for fault in found.faults}
    assert names & {name, "session.json"}, found.faults


def test_a_stranger_who_adds_to_the_list_is_found(folder: Path) -> None:
    (folder / "more.csv").write_bytes(b"a,b\r\n")
    _sign_again(folder)
    assert any(fault.file == "more.csv" for fault in check_export(folder, None).faults)


def test_a_seal_that_was_moved_from_another_session_is_found(
    folder: Path, store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    """Signed again with the genuine key: what does not fit is the seal itself."""
    session(session="another", says=[{"id": "SN-1"}])
    with Reader.open(store) as reader:
        other = export(reader, "last", tmp_path / "out", ["json"]).folder
        key = sealing_key(reader)
    seals = re.compile(rb'"seals": \[\n(.*)\n\]', re.DOTALL)
    [moved] = seals.findall((other / "session.json").read_bytes())
    data = (folder / "session.json").read_bytes()
    last = moved.splitlines()[-1]
    (folder / "session.json").write_bytes(
        seals.sub(lambda kept: b'"seals": [\n' + kept[1] + b",\n" + last + b"\n]", data)
    )
    manifest.sign(folder, key)
    faults = [fault.what for fault in check_export(folder, None).faults]
    assert any("belongs to session 'another'" in what for what in faults)


@pytest.mark.parametrize(
    "sums",
    [
        b"0" * 64 + b"  ../store.json\n",
        b"0" * 64 + b"  /etc/hostname\n",
        b"0" * 64 + b" *README.txt\n",
        b"\xff\xfe",
        b"x" * (1 << 21),
        b"",
    ],
)
def test_a_list_that_devicelog_cannot_have_written(folder: Path, sums: bytes) -> None:
    (folder / manifest.SUMS).write_bytes(sums)
    assert not check_export(folder, None).holds


@pytest.mark.parametrize("what", ["devicelog.export.json.session_json.VERSION", "devicelog.record.as_json.VERSION"])
def test_an_export_of_an_older_version_is_checked_and_not_called_altered(
    folder: Path, own_key: bytes, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """This program has grown, and would write other files: that is no fault of the folder."""
    monkeypatch.setattr(what, 99)
    monkeypatch.setattr("devicelog.export.folder.readme._CHECK", "other words than those of the older version")
    found = check_export(folder, [own_key])
    assert found.faults == []
    assert (found.sessions, found.files) == (1, len(list(folder.iterdir())) - 2)
    assert found.seals > 1
    assert any("were made by another version" in note for note in found.notes)


def test_an_export_of_version_1_which_does_not_say_what_it_was_made_with(
    folder: Path, store: Path, own_key: bytes
) -> None:
    file = folder / "session.json"
    data = re.sub(rb'  "made_with": \{.*?\},\n', b"", file.read_bytes(), count=1, flags=re.DOTALL)
    file.write_bytes(data.replace(b'"version": 2', b'"version": 1', 1))
    for name in manifest.UNLISTED:
        (folder / name).unlink()
    with Reader.open(store) as reader:
        manifest.sign(folder, sealing_key(reader))
    found = check_export(folder, [own_key])
    assert found.faults == []
    assert any("were made by another version" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "old", "new", "signed"),
    [
        ("summary.csv", b",0.8,", b",0.9,", False),
        ("session.json", b"[0,20000,1500", b"[0,30000,1500", True),
        ("session.json", b'"kind":"received"', b'"kind":"sent"', True),
        ("session.json", b'"final":true', b'"final":false', True),
    ],
)
def test_what_was_changed_in_an_export_of_an_older_version_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, old: bytes, new: bytes, signed: bool
) -> None:
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data.replace(old, new, 1))
    if signed:
        _sign_again(folder)
    monkeypatch.setattr("devicelog.record.as_json.VERSION", 99)
    inside = {"fhir_document.json"} if signed else set()  # not signed by the key that signed the folder again
    assert {fault.file or "session.json" for fault in check_export(folder, None).faults} == {name} | inside


def test_without_the_ledger_that_is_said(store: Path, session: Callable[..., Path], tmp_path: Path) -> None:
    session()
    with Reader.open(store) as reader:
        folder = export(reader, "last", tmp_path / "csv", ["csv"]).folder
    found = check_export(folder, None)
    assert found.holds
    assert any("only files and signatures" in note for note in found.notes)
