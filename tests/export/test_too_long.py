"""Files that are longer than any that devicelog writes: found and named, in little memory, and never a way around."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import BadInputError
from devicelog.export.exported import ExportedReader
from devicelog.export.folder import manifest
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.store.reader import Reader
from tests.export.conftest import Script, play

#: More than is looked at of a list, or of a line; holes, so that it takes no room on a disk.
_LONG = (16 << 20) + 1


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A session as a ledger and tables."""
    room = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(room / "keys"))
        play(room / "store", Script())
        with Reader.open(room / "store") as reader:
            yield export(reader, "last", room / "out", ["json", "csv"]).folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / exported.name))


def _lengthened(path: Path, length: int = _LONG) -> None:
    os.truncate(path, length)


@pytest.mark.parametrize("name", [manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY])
def test_a_list_signature_or_key_that_is_too_long_is_no_way_around_the_signature(folder: Path, name: str) -> None:
    """Not even of a folder without a ledger, whose list was made again by somebody without the key."""
    for path in list(folder.iterdir()):
        if path.suffix == ".csv":
            path.write_bytes(path.read_bytes().replace(b"0.02", b"0.05"))
    (folder / "session.json").unlink()
    (folder / "session.schema.json").unlink()
    _lengthened(folder / name)
    if name != manifest.SUMS:
        digests = {path.name: manifest.digest(path) for path in folder.iterdir() if path.name not in manifest.UNLISTED}
        (folder / manifest.SUMS).write_bytes(manifest.text(digests))
    found = check_export(folder, None)
    assert any(fault.file == name and "longer than" in fault.what for fault in found.faults)


@pytest.mark.parametrize("name", [manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY])
def test_the_command_says_so_also_where_a_key_was_named(
    folder: Path, name: str, run: Callable[..., tuple[int, str, str]]
) -> None:
    key = shutil.copy(folder / manifest.PUBLIC_KEY, folder.parent / "kept.pem")
    _lengthened(folder / name)
    code, out, err = run("verify", folder, "--key", key, "--store", folder.parent / "nowhere")
    assert code == 1, (out, err)
    assert f"{name}: " in out


def test_a_ledger_without_an_end_of_its_line_is_read_no_further(folder: Path) -> None:
    file = folder / "session.json"
    text = file.read_bytes()
    for whole in (b"", text, text[: text.index(b'"entries": [\n') + len(b'"entries": [\n')]):
        file.write_bytes(whole)
        _lengthened(file, len(whole) + _LONG)
        found = check_export(folder, None)
        assert any(fault.file == file.name and "was changed" in fault.what for fault in found.faults)
        if whole is not text:
            assert any("longer than" in fault.what for fault in found.faults)
    with pytest.raises(BadInputError, match="longer than"):
        ExportedReader.open(file)


def test_a_document_that_is_too_long_is_not_read(folder: Path) -> None:
    document = folder / "fhir_document.json"
    document.touch()
    _lengthened(document, (128 << 20) + 1)
    shutil.move(folder / "session.json", folder.parent)
    for name in (*manifest.UNLISTED, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    manifest.sign(folder, Ed25519PrivateKey.generate())
    assert any(
        fault.file == document.name and "longer than" in fault.what for fault in check_export(folder, None).faults
    )
