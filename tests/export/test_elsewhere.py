"""An export is checked elsewhere: with the public key alone, beside other programs, as far as it goes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devicelog.export import chosen
from devicelog.export.folder import manifest
from devicelog.export.folder.package import export
from devicelog.export.pdf import session_pdf
from devicelog.export.proof.check import check_export
from devicelog.ledger import fingerprint
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer

Run = Callable[..., tuple[int, str, str]]


def exports(store: Path, to: Path, *formats: str) -> Path:
    with Reader.open(store) as reader:
        return export(reader, "last", to, chosen(formats)).folder


def pem_of(folder: Path) -> bytes:
    return (folder / manifest.PUBLIC_KEY).read_bytes()


@pytest.fixture
def folder(exported: Path, store: Path, keys: Path) -> Path:
    """An export on a computer that has neither the store nor its keys."""
    shutil.rmtree(store)
    shutil.rmtree(keys)
    return exported


@pytest.fixture
def verify(run: Run, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """`devicelog verify` where there is no store."""
    return lambda *arguments: run("verify", *arguments, "--store", tmp_path / "none")


def test_without_a_store_whose_key_it_is_stays_a_note(folder: Path, verify: Run) -> None:
    code, out, err = verify(folder)
    assert (code, err) == (0, "")
    assert "whose key that is was not checked" in out


def test_the_key_that_was_named_has_to_be_the_one(folder: Path, verify: Run, tmp_path: Path) -> None:
    key = manifest.public_key(pem_of(folder))
    told = fingerprint(key)
    (tmp_path / "clinic.pem").write_bytes(pem_of(folder))
    spelled = " ".join(told[at : at + 4] for at in range(0, 16, 4)).upper()
    for named in (tmp_path / "clinic.pem", told, spelled):
        code, out, _ = verify(folder, "--key", named)
        assert code == 0
        assert "which is the one that was named" in out
        assert "was not checked" not in out


def test_another_key_fails_and_is_named(folder: Path, verify: Run, tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    (tmp_path / "other.pem").write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for named in (tmp_path / "other.pem", fingerprint(other.public_bytes_raw())):
        code, out, _ = verify(folder, "--key", named, "--json")
        assert code == 1
        [fault] = json.loads(out)["results"][0]["faults"]
        assert fault["file"] == "public_key.pem"
        assert fingerprint(other.public_bytes_raw()) in fault["what"]


def test_what_is_no_key_is_bad_input(folder: Path, verify: Run, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_bytes(b"-----BEGIN NOTHING-----\n")
    for named in ("0123", "not-a-file.pem", tmp_path / "no.pem", tmp_path):
        code, out, err = verify(folder, "--key", named)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
    assert verify("--key", "0" * 16)[0] == 2


def test_a_key_from_before_it_was_changed_still_names_the_installation(
    store: Path, session: Callable[..., Path], tmp_path: Path, verify: Run
) -> None:
    """The ledger inside proves that the key handed over."""
    session(session="s-1")
    before = exports(store, tmp_path / "before")
    with Writer.open(store) as writer:
        rotate(writer)
    session(session="s-2")
    after = exports(store, tmp_path / "after")
    first = fingerprint(manifest.public_key(pem_of(before)))
    code, out, _ = verify(after, "--key", first)
    assert code == 0
    assert f"to which the fingerprint {first} handed over" in out
    last = fingerprint(manifest.public_key(pem_of(after)))
    assert verify(before, "--key", last)[0] == 1


@pytest.mark.parametrize("formats", [["csv"], ["fhir"], ["pdf", "hl7"]])
def test_without_the_ledger_files_and_signatures_are_checked_and_that_is_said(
    store: Path, session: Callable[..., Path], tmp_path: Path, formats: list[str]
) -> None:
    session()
    folder = exports(store, tmp_path / "out", *formats)
    found = check_export(folder, None)
    assert found.faults == []
    assert any("only files and signatures could be checked" in note for note in found.notes)
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
        faults = check_export(folder, None).faults
        assert any(path.name in str(fault) for fault in faults), path.name
        path.write_bytes(data)


@pytest.mark.parametrize("formats", [["json", "fhir"], ["json", "csv"], ["json", "hl7", "pdf"]])
def test_what_only_some_formats_hold_is_held_against_the_ledger(
    store: Path, session: Callable[..., Path], tmp_path: Path, formats: list[str]
) -> None:
    session()
    folder = exports(store, tmp_path / "out", *formats)
    found = check_export(folder, None)
    assert found.faults == []
    assert not any("made" in note for note in found.notes)


def _with_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another computer, where typst sets the same session into other bytes."""
    page = session_pdf.pdf
    monkeypatch.setattr(session_pdf, "made_with", lambda _session: {"typst": "99.0"})
    monkeypatch.setattr(session_pdf, "pdf", lambda session: page(session) + b"%other\n")


def test_where_other_programs_set_the_page_the_signed_pdf_stands_in_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_other_programs(monkeypatch)
    found = check_export(folder, None)
    assert found.faults == []
    [note] = [note for note in found.notes if "session.pdf" in note]
    assert "here is typst 99.0" in note
    assert "that it says what the ledger says was not" in note


@pytest.mark.parametrize("name", ["hl7_mdm_t02.hl7", "fhir_transaction.json", "summary.csv", "README.txt"])
def test_where_other_programs_set_the_page_the_other_files_are_still_made_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Changed, and listed again without the key: what the ledger gives tells."""
    _with_other_programs(monkeypatch)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    digests = {path.name: manifest.digest(path) for path in folder.iterdir() if path.name not in manifest.UNLISTED}
    (folder / manifest.SUMS).write_bytes(manifest.text(digests))
    said = {fault.file: fault.what for fault in check_export(folder, None).faults}
    assert said[name] == "is not what the ledger inside gives"


def test_where_other_programs_set_the_page_a_changed_pdf_is_still_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_other_programs(monkeypatch)
    with (folder / "session.pdf").open("ab") as file:
        file.write(b"% more\n")
    assert "session.pdf" in {fault.file for fault in check_export(folder, None).faults}


def test_where_the_page_cannot_be_set_and_is_not_there_what_holds_it_is_named(
    store: Path, session: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A format that puts the PDF into a file, in a folder that has no PDF beside it."""
    from devicelog.export import FORMATS, Format

    def write(exported: Any, folder: Path) -> None:
        (folder / "holds.pdf.txt").write_bytes(exported.once(session_pdf.pdf)[:20])

    monkeypatch.setitem(FORMATS, "holder", Format(write, "holds.pdf.txt", "made up", has_page=True))
    session()
    folder = exports(store, tmp_path / "out", "json", "csv", "holder")
    assert not any("holds.pdf.txt" in note for note in check_export(folder, None).notes)
    _with_other_programs(monkeypatch)
    found = check_export(folder, None)
    assert found.faults == []
    [note] = [note for note in found.notes if "holds.pdf.txt" in note]
    assert "summary.csv" not in note
    (folder / "holds.pdf.txt").write_bytes(b"other")
    assert [fault.file for fault in check_export(folder, None).faults] == ["holds.pdf.txt"]


def test_what_it_was_made_with_stands_in_the_file(folder: Path) -> None:
    made_with = json.loads((folder / "session.json").read_bytes())["made_with"]
    assert made_with.keys() >= {"typst"}


def test_a_folder_that_was_packed_is_asked_to_be_unpacked(folder: Path, verify: Run, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    code, _, err = verify(packed)
    assert code == 2
    assert "unpack it first" in err
