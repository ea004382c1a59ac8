"""An export read again, without a store: the same entries, hashes and record, and the same files byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.cli import cli
from devicelog.errors import DevicelogError
from devicelog.export import chosen
from devicelog.export.folder import manifest
from devicelog.export.folder.package import contents, export
from devicelog.export.pdf import session_pdf
from devicelog.export.proof.check import check_export
from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.testing.simulated import record_session
from tests.export.conftest import SEAL_ENTRIES

SAID = "she said it itches"


class Place:
    """A store with a session, an export of it, and what the commands say of either."""

    def __init__(self, room: Path) -> None:
        self.store, self.nowhere, self.folder = room / "store", room / "nowhere", Path()

    def run(self, *arguments: str | Path, store: Path | None = None) -> Result:
        words = [*map(str, arguments), "--store", str(store or self.nowhere)]
        result = CliRunner().invoke(cli, words, env={"COLUMNS": "120"})
        if isinstance(result.exception, DevicelogError):
            result.exit_code = result.exception.exit_code
        elif result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def here(self, *arguments: str | Path) -> Result:
        return self.run(*arguments, store=self.store)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A simulated session with a free text behind its end."""
    from devicelog import registry

    place = Place(tmp_path_factory.mktemp("again"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(place.store.parent / "keys"))
        patch.setattr("devicelog.store.ledger_writer.SEAL_ENTRIES", SEAL_ENTRIES)
        simulator = registry.simulator("reference-mesogun")
        device = simulator.start(1, simulator.scenarios["face-limits"])
        driver = registry.driver("reference-mesogun")
        record_session(driver, device, place.store, protocol="meso-face-gun-intradermal", zones=["forehead"])
        with Writer.open(place.store) as writer:
            state_late(writer, writer.session("last"), Kind.NOTE, {"text": SAID, "by": "A. Nurse"})
        with Reader.open(place.store) as reader:
            place.folder = export(reader, "last", place.store.parent / "out", chosen([])).folder
        yield place


@pytest.fixture(autouse=True)
def keys(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the store of this file."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(place.store.parent / "keys"))


@pytest.mark.parametrize(
    "words",
    [
        ("show", "{}", "--json"),
        ("show", "{}"),
        ("entries", "{}", "--json"),
        ("entries", "{}"),
        ("entries", "{}", "--ids"),
        ("entries", "{}", "--kind", "note"),
        ("replay", "{}", "--json"),
    ],
    ids=" ".join,
)
def test_the_views_say_the_same_of_the_folder_of_its_json_and_of_the_store(
    place: Place, words: tuple[str, ...]
) -> None:
    of_store = place.here(*[word.format("last") for word in words])
    for path in (place.folder, place.folder / "session.json"):
        of_path = place.run(*[word.format(path) for word in words])
        assert (of_path.exit_code, of_path.stdout) == (0, of_store.stdout)
        assert "read from an export of installation" in of_path.stderr
    assert SAID in of_store.stdout or "note" not in words


def test_the_same_hashes(place: Place) -> None:
    from devicelog.export.exported import ExportedReader

    exported = ExportedReader.open(place.folder)
    with Reader.open(place.store) as reader:
        row = reader.session("last")
        assert list(exported.lines(1)) == list(reader.lines(row.number))
        assert list(exported.chunks(1)) == list(reader.chunks(row.number))
        assert [(number, seal) for number, _, seal in exported.seals(1)] == [
            (number, seal) for number, _, seal in reader.seals(row.number)
        ]
    assert list(exported.lines(2)) == []


def test_an_export_of_an_export_is_the_same_byte_for_byte(place: Place, tmp_path: Path) -> None:
    done = place.run("export", place.folder, "--to", tmp_path)
    assert done.exit_code == 0
    again = Path(done.stdout.strip())
    assert contents(again) == contents(place.folder)
    assert check_export(again, None).faults == []
    twice = place.run("export", again, "--to", tmp_path / "twice")
    assert contents(Path(twice.stdout.strip())) == contents(place.folder)


def test_so_it_is_of_an_export_with_some_formats(place: Place, tmp_path: Path) -> None:
    with Reader.open(place.store) as reader:
        some = export(reader, "last", tmp_path / "some", chosen(["json", "fhir"])).folder
    done = place.run("export", some, "--to", tmp_path / "again")
    assert contents(Path(done.stdout.strip())) == contents(some)


def test_and_where_the_page_would_be_set_into_other_bytes(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_pdf, "made_with", lambda _session: {"typst": "99"})
    monkeypatch.setattr(session_pdf, "pdf", lambda _session: b"%PDF of another version")
    done = place.run("export", place.folder, "--to", tmp_path)
    assert contents(Path(done.stdout.strip())) == contents(place.folder)


def test_other_formats_are_written_only_if_they_may_lack_a_signature(place: Place, tmp_path: Path) -> None:
    with Reader.open(place.store) as reader:
        alone = export(reader, "last", tmp_path / "json", ["json"]).folder
    refused = place.run("export", alone, "--to", tmp_path / "out", "--format", "csv,pdf")
    assert refused.exit_code == 2
    assert "cannot be signed by its key" in str(refused.exception)
    assert not (tmp_path / "out").exists()
    done = place.run("export", alone, "--to", tmp_path / "out", "--format", "csv,pdf", "--without-signature")
    assert done.exit_code == 0
    assert "not signed" in done.stderr
    made = Path(done.stdout.strip())
    assert not {"SHA256SUMS", "SHA256SUMS.sig", "public_key.pem"} & contents(made).keys()
    assert all(contents(place.folder)[name] == digest for name, digest in contents(made).items())
    assert place.run("export", place.folder, "--to", tmp_path / "x", "--without-signature").exit_code == 2
    assert place.here("export", "last", "--to", tmp_path / "x", "--without-signature").exit_code == 2
    assert place.here("export", "--since", "2020-01-01", "--to", tmp_path / "x", "--without-signature").exit_code == 2


def test_which_sessions_nobody_signed_is_no_question_to_an_export(place: Place, tmp_path: Path) -> None:
    done = place.run("export", place.folder, "--to", tmp_path / "x", "--format", "csv", "--unsigned")
    assert done.exit_code == 2
    assert "--unsigned" in done.output
    assert not (tmp_path / "x").exists()


def test_a_session_json_alone_can_be_written_out_without_a_signature(place: Place, tmp_path: Path) -> None:
    file = shutil.copy(place.folder / "session.json", tmp_path / "kept.json")
    assert place.run("export", file, "--to", tmp_path / "out").exit_code == 2
    done = place.run("export", file, "--to", tmp_path / "out", "--format", "csv", "--without-signature")
    assert (Path(done.stdout.strip()) / "summary.csv").read_bytes() == (place.folder / "summary.csv").read_bytes()


def _forged(folder: Path, old: bytes, new: bytes) -> None:
    """Change the ledger and sign the folder anew with a key of one's own."""
    file = folder / "session.json"
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))
    for name in (*manifest.UNLISTED, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    manifest.sign(folder, Ed25519PrivateKey.generate())


@pytest.mark.parametrize("command", [("show",), ("entries",), ("replay",), ("export", "--to", "{to}")], ids=" ".join)
def test_what_does_not_verify_is_not_shown(place: Place, tmp_path: Path, command: tuple[str, ...]) -> None:
    spoilt = Path(shutil.copytree(place.folder, tmp_path / "spoilt"))
    _forged(spoilt, b'"kind":"received"', b'"kind":"sent"')
    for path in (spoilt, spoilt / "session.json"):
        done = place.run(command[0], path, *[word.format(to=tmp_path / "to") for word in command[1:]])
        assert done.exit_code == 2
        assert done.stdout == ""
        assert "does not verify" in str(done.exception)
    assert not (tmp_path / "to").exists()


def test_a_name_without_a_separator_is_a_session_of_the_store(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though a folder of that name lies in the working directory."""
    monkeypatch.chdir(place.folder.parent)
    name = place.folder.name
    assert "read from an export" not in place.here("show", name).stderr
    assert "read from an export" in place.here("show", f"./{name}").stderr


def test_what_needs_a_store_says_so(place: Place) -> None:
    assert place.run("show", place.folder, "--last-time").exit_code == 2
    words = ("replay", place.folder, "--accept", "--by", "Dr A", "--reason", "because")
    assert place.run(*words).exit_code == 2
    for missing in (place.folder / "no.json", place.folder.parent, place.folder / "summary.csv"):
        assert place.run("show", missing).exit_code == 2


def test_an_id_that_would_lead_elsewhere_is_no_session(place: Place, tmp_path: Path, monkeypatch: Any) -> None:
    from devicelog.errors import BadInputError
    from devicelog.export.exported import ExportedReader
    from devicelog.export.json.ledger_file import ExportedLedger

    given: Callable[..., None] = ExportedLedger.__init__
    monkeypatch.setattr("devicelog.export.exported.check_ledger", lambda *_: None)

    def named(self: ExportedLedger, path: Path) -> None:
        given(self, path)
        self.id = "../../elsewhere"

    monkeypatch.setattr(ExportedLedger, "__init__", named)
    with pytest.raises(BadInputError, match="none that devicelog gives"):
        ExportedReader.open(place.folder / "session.json")


def test_what_stands_in_a_session_json_beside_its_ledger_is_not_believed(place: Place, tmp_path: Path) -> None:
    """The record in the file is for readers of JSON; what is shown is folded of the ledger."""
    data = (place.folder / "session.json").read_bytes()
    head, ledger = data.split(b'"ledger": {', 1)
    (tmp_path / "session.json").write_bytes(head.replace(b'"forehead"', b'"chin"') + b'"ledger": {' + ledger)
    shown = place.run("show", tmp_path / "session.json", "--json")
    assert shown.stdout == place.here("show", "last", "--json").stdout
    assert "stand in no entry" in shown.stderr
