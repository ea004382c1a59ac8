"""FHIR as formats of an export: injections in detail only by name, and everything built again when it is verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.export import chosen
from devicelog.export.fhir.bundles import DOCUMENT, INJECTIONS, TRANSACTION
from devicelog.export.folder import manifest
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.store.reader import Reader


def test_injections_in_detail_are_written_only_for_whoever_names_them() -> None:
    assert "fhir" in chosen([])
    assert "fhir-injections" not in chosen([])
    assert chosen(["fhir-injections", "fhir"]) == ["fhir", "fhir-injections"]


def test_a_changed_file_is_not_what_the_ledger_gives_whoever_signed_it(
    store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    session()
    with Reader.open(store) as reader:
        folder = export(reader, "last", tmp_path, ["json", "fhir", "fhir-injections"]).folder

    before = check_export(folder, None).faults
    for name in (DOCUMENT, TRANSACTION, INJECTIONS):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data.replace(b"0.02", b"0.03", 1))
    for name in (manifest.SUMS, manifest.SIGNATURE):
        (folder / name).unlink()
    manifest.sign(folder, Ed25519PrivateKey.generate())
    after = {fault.file for fault in check_export(folder, None).faults if "ledger inside" in fault.what}

    assert before == []
    assert after == {DOCUMENT, TRANSACTION, INJECTIONS}
