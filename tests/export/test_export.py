"""The folder of an export: what it holds, that others can check it, and that nothing is overwritten."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.errors import BadInputError, NotNowError, UnknownNameError
from devicelog.export import FORMATS, Format, chosen
from devicelog.export.folder import manifest
from devicelog.export.folder.package import Package, export
from devicelog.export.json import session_json
from devicelog.export.proof.check import check_export
from devicelog.export.session import ExportedSession
from devicelog.ledger import Chain, encode
from devicelog.store.reader import Reader
from tests.waiting import PATIENCE

Run = Callable[..., tuple[int, str, str]]


def _export(store: Path, to: Path, *formats: str) -> Package:
    with Reader.open(store) as reader:
        return export(reader, "last", to, chosen(formats))


@pytest.fixture
def folder(exported: Path) -> Path:
    """An export of a whole session in every format."""
    return exported


def test_the_files_of_an_export(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    tables = {
        *("accounting", "afterwards", "alarms", "amended_values", "amendments", "completeness", "consent"),
        *("consumables", "corrections", "data_dictionary", "deliveries", "devices", "events", "gaps", "injections"),
        *("overrides", "points", "product_doses", "products", "reconciliation", "screening", "session", "settings"),
        *("signatures", "steps", "summary", "syringes", "totals", "zones"),
    }
    signed = {"README.txt", "SHA256SUMS", "SHA256SUMS.sig", "public_key.pem", "session.json", "session.schema.json"}
    papers = {
        "datapackage.json",
        "session.pdf",
        "fhir_document.json",
        "fhir_transaction.json",
        "hl7_mdm_t02.hl7",
        "hl7_oru_r01.hl7",
    }
    assert names == signed | papers | {f"{name}.csv" for name in tables}
    assert list(folder.parent.iterdir()) == [folder]


def test_the_page_on_exports_names_every_file(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    reports = {"settings.csv", "totals.csv"}
    assert [path.name for path in folder.iterdir() if f"`{path.name}`" not in page and path.name not in reports] == []


def test_the_schema_lies_beside_the_json(folder: Path) -> None:
    assert (folder / "session.schema.json").read_bytes() == session_json.schema()


def test_the_ledger_in_the_json_can_be_checked_with_a_json_reader_alone(folder: Path) -> None:
    document = json.loads((folder / "session.json").read_bytes(), parse_float=pytest.fail)
    chain = Chain()
    for item in document["ledger"]["entries"]:
        body = json.dumps(item["entry"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        assert body == encode(item["entry"])
        assert chain.append(body).hash.hex() == item["hash"]
    assert document["ledger"]["seals"][-1]["seal"]["head"] == chain.head.hex()


def test_the_record_in_the_json_says_what_was_recorded(folder: Path) -> None:
    document = json.loads((folder / "session.json").read_bytes())
    record = document["record"]
    assert document["subject_reference"] == "P1"
    assert record["state"] == "ended"
    assert record["totals"]["injections"]["volume"] == {"value": "0.8", "unit": "mL"}
    assert [(zone["zone"], zone["totals"]["injections"]["injections"]) for zone in record["zones"]] == [
        ("forehead", 40)
    ]
    assert [figure["agrees"] for figure in record["reconciliation"]] == [True, True]
    assert list(record["marks"]) == ["simulated", "protocol_unapproved", "driver_unverified"]
    assert record["verdicts"]["within"] + record["verdicts"]["warning"] == 40


def test_a_session_without_limits_says_so(store: Path, session: Callable[..., Path], tmp_path: Path) -> None:
    session(protocol=None)
    readme = (_export(store, tmp_path / "out").folder / "README.txt").read_text(encoding="utf-8")
    assert "NO LIMITS" in readme
    assert "SIMULATED" in readme
    assert "records and documents only" in readme


def test_others_can_check_it(folder: Path) -> None:
    for program in ("sha256sum", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, timeout=PATIENCE, check=True
    )
    check = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public_key.pem"]
    check += ["-in", "SHA256SUMS", "-sigfile", "SHA256SUMS.sig"]
    done = subprocess.run(check, cwd=folder, timeout=PATIENCE, check=True, capture_output=True)
    assert b"Verified Successfully" in done.stdout
    assert (folder / "SHA256SUMS.sig").stat().st_size == 64
    assert " ".join(check) in (folder / "README.txt").read_text(encoding="utf-8")


def test_the_same_again_is_left_alone_and_another_is_never_overwritten(store: Path, folder: Path) -> None:
    again = _export(store, folder.parent)
    assert again.unchanged
    (folder / "summary.csv").write_bytes(b"mine")
    with pytest.raises(BadInputError, match="holds something else"):
        _export(store, folder.parent)
    assert (folder / "summary.csv").read_bytes() == b"mine"
    with pytest.raises(BadInputError, match="holds something else"):
        _export(store, folder.parent, "csv")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_formats_are_chosen_by_name(store: Path, session: Callable[..., Path], tmp_path: Path) -> None:
    session()
    names = _export(store, tmp_path / "json", "json").files
    assert "session.json" in names
    assert "injections.csv" not in names
    names = _export(store, tmp_path / "csv", "csv").files
    assert "session.json" not in names
    assert "injections.csv" in names
    with pytest.raises(UnknownNameError, match="Known: csv, fhir, fhir-injections, hl7, json, pdf"):
        chosen(["docx"])
    assert chosen([]) == [name for name, one in FORMATS.items() if not one.by_name_only]


def test_a_new_format_is_a_function_and_a_line(
    store: Path, session: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(exported: ExportedSession, folder: Path) -> None:
        (folder / "record.made-up").write_text(f"{exported.record.tally.session.volume_ml} mL", encoding="utf-8")

    about = "record.made-up         a made-up file"
    monkeypatch.setitem(FORMATS, "made-up", Format(write, "record.made-up", about))
    session()
    folder = _export(store, tmp_path / "out").folder

    assert check_export(folder, None).faults == []
    assert f"\n{about}\n" in (folder / "README.txt").read_text(encoding="utf-8")
    (folder / "record.made-up").write_text("9 mL", encoding="utf-8")
    digests = {path.name: manifest.digest(path) for path in folder.iterdir() if path.name not in manifest.UNLISTED}
    (folder / manifest.SUMS).write_bytes(manifest.text(digests))
    faults = {fault.what for fault in check_export(folder, None).faults if fault.file == "record.made-up"}
    assert "is not what the ledger inside gives" in faults
    alone = _export(store, tmp_path / "alone", "made-up").folder
    assert check_export(alone, None).holds


def test_a_place_that_cannot_be_written_is_one_sentence(store: Path, folder: Path) -> None:
    with pytest.raises((BadInputError, NotNowError), match=r"README.txt"):
        _export(store, folder / "README.txt")
    with pytest.raises((BadInputError, NotNowError), match=r"README.txt"):
        _export(store, folder / "README.txt" / "below")


def test_a_running_session_can_be_exported_and_says_so(
    store: Path, session: Callable[..., Path], tmp_path: Path, run: Run
) -> None:
    session(ended=False)
    package = _export(store, tmp_path / "out")
    assert package.state == "running"
    assert any(mark.startswith("NOT FINISHED") for mark in package.marks)
    assert "NOT FINISHED" in (package.folder / "README.txt").read_text(encoding="utf-8")
    assert run("verify", package.folder)[0] == 0


def test_an_erased_subject_is_exported_without_its_number(
    store: Path, session: Callable[..., Path], tmp_path: Path, keys: Path
) -> None:
    session()
    for key in keys.glob("*/subjects/*"):
        key.unlink()
    folder = _export(store, tmp_path / "out").folder
    assert json.loads((folder / "session.json").read_bytes())["subject_reference"] is None
    assert b"P1" not in (folder / "README.txt").read_bytes()


@pytest.mark.parametrize("command", ["export", "deliver"])
def test_help_says_which_formats_are_written_by_name_only(command: str, run: Run) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "[default:allbutfhir-injections]" in "".join(out.split())


def test_the_command_line(store: Path, session: Callable[..., Path], tmp_path: Path, run: Run) -> None:
    session()
    to = tmp_path / "out"
    code, out, err = run("export", "last", "--to", to, "--store", store)
    assert code == 0
    folder = Path(out.strip())
    assert folder.parent == to
    assert "SIMULATED" in err
    assert "are there already, unchanged" in run("export", "last", "--to", to, "--store", store)[2]
    assert run("verify", folder, "--store", store)[0] == 0
    assert "this installation's" in run("verify", to, "--store", store)[1]
    assert "no store is at hand" in run("verify", to, "--store", tmp_path / "nowhere")[1]
    for format_ in ("docx", "json,cda", ""):
        code, _, err = run("export", "last", "--to", to, "--store", store, "--format", format_)
        assert code == 2
        assert "csv, fhir, fhir-injections, hl7, json, pdf" in err
    assert run("export", "nobody", "--to", to, "--store", store)[0] == 2
    assert run("verify", tmp_path, "--store", store)[0] == 2
    assert run("verify", folder / "README.txt", "--store", store)[0] == 2
