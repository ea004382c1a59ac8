"""Change one character anywhere in an export, or anything else of its folder: verify fails and says where."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.export import FORMATS, chosen
from devicelog.export.folder import manifest
from devicelog.export.folder.package import sign_files
from devicelog.export.proof.check import check_export
from devicelog.verification.findings import Findings

#: The files by which the others are held.
_PROOF = (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY, "session.json")


@pytest.fixture
def folder(exported: Path) -> Path:
    """A whole session in every format, to spoil."""
    return exported


def found(folder: Path) -> Findings:
    return check_export(folder, None)


def files_named(folder: Path) -> set[str | None]:
    return {fault.file for fault in found(folder).faults}


def test_the_export_has_every_format_and_holds(folder: Path) -> None:
    assert all((folder / FORMATS[name].known_by).exists() for name in chosen([]))
    assert found(folder).faults == []


def test_one_character_anywhere(folder: Path) -> None:
    chance = random.Random(20261122)
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        path.write_bytes(_spoilt(data, chance.randrange(len(data)), chance))
        assert path.name in files_named(folder), path.name
        path.write_bytes(data)


@pytest.mark.parametrize("place", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
def test_one_character_at_this_place_of_every_file_at_once(folder: Path, place: float) -> None:
    """What proves the others (list, signature, key, ledger) is left as it is; the next test spoils that."""
    chance = random.Random(str(place))
    spoilt = {path for path in folder.iterdir() if path.name not in _PROOF}
    for path in spoilt:
        data = path.read_bytes()
        path.write_bytes(_spoilt(data, round(place * (len(data) - 1)), chance))
    assert files_named(folder) == {path.name for path in spoilt}


@pytest.mark.parametrize("name", _PROOF)
def test_one_character_of_what_proves_the_others(folder: Path, name: str) -> None:
    path, chance = folder / name, random.Random(name)
    data = path.read_bytes()
    small = range(0, len(data), 16) if len(data) < 150 else ()
    for at in sorted({0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(3)), *small}):
        path.write_bytes(_spoilt(data, at, chance))
        assert name in files_named(folder), at


def _spoilt(data: bytes, at: int, chance: random.Random) -> bytes:
    """One bit of one of its characters is another."""
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(7)]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("fhir_document.json", b'"data":"'),
        ("fhir_document.json", b'"when":"'),
        ("session.pdf", b"stream\n"),
        ("session.pdf", b"%PDF-"),
        ("session.json", b'"data":"'),
        ("session.json", b'"signature":"'),
        ("session.json", b'"seal_text": "'),
        ("session.json", b'"typst": "'),
        ("README.txt", b"state              "),
        ("hl7_mdm_t02.hl7", b"MSH|"),
        ("data_dictionary.csv", b"mL"),
        ("public_key.pem", b"BEGIN PUBLIC KEY-----\n"),
    ],
)
def test_one_character_where_it_matters(folder: Path, name: str, after: bytes) -> None:
    file = folder / name
    data = bytearray(file.read_bytes())
    data[data.index(after) + len(after)] ^= 1
    file.write_bytes(data)
    assert name in files_named(folder)


def test_only_the_file_that_was_changed_is_named(folder: Path) -> None:
    """Not the signature, when a file was changed; not the files, when their list was."""
    for name in ("session.pdf", "injections.csv", "README.txt", "public_key.pem", "SHA256SUMS", "SHA256SUMS.sig"):
        path = folder / name
        data = path.read_bytes()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        assert files_named(folder) == {name}, name
        path.write_bytes(data)


@pytest.mark.parametrize(("entry", "before"), [(9, b'"}'), (20, b"000,1500,"), (30, b",1500,")])
def test_of_a_ledger_the_first_bad_entry_is_named(folder: Path, entry: int, before: bytes) -> None:
    file = folder / "session.json"
    lines = file.read_bytes().splitlines(keepends=True)
    line = bytearray(lines[lines.index(b'"entries": [\n') + entry])
    at = line.index(before) - 1
    line[at] = ord("7") if line[at] != ord("7") else ord("8")
    lines[lines.index(b'"entries": [\n') + entry] = bytes(line)
    file.write_bytes(b"".join(lines))
    faults = found(folder).faults
    assert {fault.file for fault in faults if fault.file} == {"session.json"}
    assert min(fault.entry for fault in faults if fault.entry is not None) == entry


@pytest.mark.parametrize(("old", "new"), [(b'{"entry":[', b'{"entry":{'), (b'"entry"', b'"entri"'), (b",", b", ")])
def test_of_an_entry_that_cannot_be_read_the_number_is_named(folder: Path, old: bytes, new: bytes) -> None:
    file = folder / "session.json"
    lines = file.read_bytes().splitlines(keepends=True)
    at = lines.index(b'"entries": [\n') + 17
    lines[at] = lines[at].replace(old, new, 1)
    file.write_bytes(b"".join(lines))
    assert any("item 17 of the entries" in fault.what for fault in found(folder).faults)


def test_a_file_that_is_added_removed_renamed_or_exchanged(folder: Path) -> None:
    def fault_of(name: str) -> str:
        return "; ".join(fault.what for fault in found(folder).faults if fault.file == name)

    (folder / "more.csv").write_bytes(b"a,b\r\n")
    assert "it was added" in fault_of("more.csv")
    (folder / "more.csv").unlink()
    (folder / "gaps.csv").rename(folder / "Gaps.csv")
    assert "is missing" in fault_of("gaps.csv")
    assert "holds what gaps.csv is to hold" in fault_of("Gaps.csv")
    (folder / "Gaps.csv").rename(folder / "gaps.csv")
    (folder / "gaps.csv").rename(folder / "x")
    (folder / "alarms.csv").rename(folder / "gaps.csv")
    (folder / "x").rename(folder / "alarms.csv")
    assert "holds what alarms.csv is to hold" in fault_of("gaps.csv")
    assert "holds what gaps.csv is to hold" in fault_of("alarms.csv")


@pytest.mark.parametrize("name", ["README.txt", "summary.csv", "session.json", "SHA256SUMS", "public_key.pem"])
def test_line_ends_that_a_program_changed(folder: Path, name: str) -> None:
    file = folder / name
    data = file.read_bytes()
    other = data.replace(b"\r\n", b"\n") if b"\r\n" in data else data.replace(b"\n", b"\r\n")
    for changed in (other, data + b"\n"):
        file.write_bytes(changed)
        said = [fault for fault in found(folder).faults if fault.file == name]
        assert said
        assert name == manifest.SUMS or any("only line ends were" in fault.what for fault in said)


def test_a_link_in_the_place_of_a_file_is_said_even_if_it_leads_to_the_same(folder: Path) -> None:
    for name in ("session.pdf", "session.json", manifest.SIGNATURE):
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")
        assert any(fault.file == name and "not a plain file" in fault.what for fault in found(folder).faults)
        (folder / name).unlink()
        (folder.parent / "elsewhere").rename(folder / name)


def _list_again(folder: Path) -> None:
    """What somebody without the key can do."""
    digests = {path.name: manifest.digest(path) for path in folder.iterdir() if path.name not in manifest.UNLISTED}
    (folder / manifest.SUMS).write_bytes(manifest.text(digests))


def test_a_list_that_was_made_again_without_the_key(folder: Path) -> None:
    file = folder / "summary.csv"
    file.write_bytes(file.read_bytes().replace(b"0.8", b"0.9"))
    _list_again(folder)
    said = {fault.file: fault.what for fault in found(folder).faults}
    assert "does not fit" in said[manifest.SIGNATURE]
    assert said["summary.csv"] == "is not what the ledger inside gives"


def test_a_document_that_somebody_else_signed_inside_is_said(folder: Path) -> None:
    file = folder / "fhir_document.json"
    inner = FORMATS["fhir"].inner
    assert inner is not None
    file.write_bytes(inner.sign(inner.unsigned(file.read_bytes()), Ed25519PrivateKey.generate()))
    _list_again(folder)
    faults = [fault.what for fault in found(folder).faults if fault.file == file.name]
    assert any("not made by the key" in what for what in faults)


def test_a_document_whose_signature_was_taken_out_is_said(folder: Path) -> None:
    file = folder / "fhir_document.json"
    inner = FORMATS["fhir"].inner
    assert inner is not None
    file.write_bytes(inner.unsigned(file.read_bytes()))
    _list_again(folder)
    assert file.name in files_named(folder)


def test_a_folder_that_was_signed_anew_as_a_whole_is_not_this_installations(folder: Path) -> None:
    own = manifest.public_key((folder / manifest.PUBLIC_KEY).read_bytes())
    other = Ed25519PrivateKey.generate()
    inner = FORMATS["fhir"].inner
    assert inner is not None
    document = folder / inner.file
    document.write_bytes(inner.unsigned(document.read_bytes()))
    for name in (*manifest.UNLISTED, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    sign_files(folder, chosen([]), other)
    findings = check_export(folder, [own])
    assert [fault.file for fault in findings.faults] == ["session.json"]
    assert "names another public key" in findings.faults[0].what
    assert any("is not this installation's" in note for note in findings.notes)


def test_a_file_whose_name_is_no_text_is_named_too(folder: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    for name in (b"\xff.csv", b"\x1b[2J.csv", b"a\nb.csv"):
        at = os.path.join(os.fsencode(folder), name)  # noqa: PTH118
        try:
            os.close(os.open(at, os.O_CREAT))
        except OSError:
            continue  # a file system that takes only text
        for words in ((), ("--json",)):
            code, out, _ = run("verify", folder, "--store", folder.parent / "nowhere", *words)
            assert code == 1
            assert "was added" in out
            assert "\x1b" not in out
        os.unlink(at)  # noqa: PTH108


def test_the_command_says_it_too(folder: Path, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    nowhere = ("--store", tmp_path / "nowhere")
    assert run("verify", folder, *nowhere)[0] == 0
    file = folder / "session.pdf"
    file.write_bytes(file.read_bytes()[:-2] + b"X\n")
    code, out, _ = run("verify", folder, *nowhere)
    assert code == 1
    assert "session.pdf: was changed" in out


def test_a_folder_that_can_only_be_read_is_checked(folder: Path, run: Any, tmp_path: Path) -> None:
    before = sorted(folder.parent.rglob("*"))
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert run("verify", folder, "--store", tmp_path / "nowhere")[0] == 0
    finally:
        folder.chmod(0o755)
    assert sorted(path for path in folder.parent.rglob("*") if path in before) == before
    assert os.listdir(folder.parent).count(folder.name) == 1  # noqa: PTH208
