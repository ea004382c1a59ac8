"""Many sessions into one folder: each as by itself, and a list over all."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import BadInputError, NotNowError
from devicelog.export.folder.package import Placed
from devicelog.export.json import session_json
from devicelog.export.many import index
from devicelog.export.proof.index_check import check_index
from devicelog.ledger import fingerprint
from devicelog.store.access import accesses
from devicelog.store.people import known, merge
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer
from tests.export.four import FEW, IDS, export_many, placed

jsonschema: Any = import_module("jsonschema")


# -- each session, and the list --------------------------------------------------------------------------------


def test_each_session_is_there_and_the_list_knows_it(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    assert placed(export_many(four, to)) == [Placed.WRITTEN] * 4
    found, _ = index.read(to)
    assert [item.session for item in found.sessions] == IDS
    assert (found.complete, found.deidentified, found.formats) == (True, False, FEW)
    assert sorted(path.name for path in to.iterdir()) == [*IDS, index.FILE, index.SIGNATURE]


def test_when_de_identified_copies_were_made_tells_nothing(four: Path, tmp_path: Path) -> None:
    to, told = tmp_path / "out", list[str]()
    export_many(four, to, lambda one: told.append(one.folder.name), formats=["csv"], deidentify=True)
    assert told == sorted(told)
    folders = [to / name for name in told]
    assert len({path.stat().st_mtime for folder in folders for path in (folder, *folder.iterdir())}) == 1


def test_verify_holds_the_list_and_every_export(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    to = tmp_path / "out"
    code, out, err = run("export", "--since", "2026-01-01", "--to", to, "--store", four, "--format", "json")
    assert (code, out.strip()) == (0, str(to))
    assert f"4 of 4: {IDS[3]} written" in err
    code, out, _ = run("verify", to, "--store", four, "--json")
    assert code == 0
    assert len(json.loads(out)["results"]) == 5
    shutil.rmtree(to / IDS[1])
    code, out, _ = run("verify", to, "--store", four)
    assert code == 1
    assert f"{IDS[1]}: is missing, and {index.FILE} lists it" in out


@pytest.mark.parametrize("name", [index.FILE, index.SIGNATURE])
def test_one_changed_character_of_the_list_is_a_fault(four: Path, tmp_path: Path, name: str) -> None:
    to = tmp_path / "out"
    export_many(four, to, formats=["csv"])
    data = bytearray((to / name).read_bytes())
    data[-5 if name == index.SIGNATURE else data.index(b"2026")] ^= 1
    (to / name).write_bytes(data)
    assert not check_index(to, None).holds


def test_an_export_of_another_kind_in_the_place_of_one_is_a_fault(four: Path, tmp_path: Path) -> None:
    to, other = tmp_path / "out", tmp_path / "other"
    export_many(four, to, formats=["csv"])
    export_many(four, other, formats=["json"])
    shutil.rmtree(to / IDS[0])
    shutil.copytree(other / IDS[0], to / IDS[0])
    assert [fault.file for fault in check_index(to, None).faults] == [IDS[0]]


def test_the_filters_are_those_of_sessions(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    arguments = ["export", "--subject", "P2", "--to", tmp_path / "out", "--store", four, "--format", "csv"]
    assert run(*arguments)[0] == 0
    assert [item.session for item in index.read(tmp_path / "out")[0].sessions] == [IDS[1], IDS[3]]
    assert run("export", "--until", "2020-01-01", "--to", tmp_path / "none", "--store", four)[0] == 0
    assert not (tmp_path / "none").exists()


def test_a_session_and_since_are_one_too_many(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    code, _, err = run("export", "last", "--since", "2026-01-01", "--to", tmp_path / "out", "--store", four)
    assert code == 2
    assert "found both 'last' and --since" in err
    code, _, err = run("export", "--to", tmp_path / "out", "--store", four)
    assert code == 2
    assert "found no SESSION" in err


# -- de-identified ---------------------------------------------------------------------------------------------


def test_a_folder_is_of_one_kind(four: Path, tmp_path: Path) -> None:
    export_many(four, tmp_path / "out", formats=["csv"])
    with pytest.raises(BadInputError, match="not de-identified"):
        export_many(four, tmp_path / "out", formats=["csv"], deidentify=True)
    export_many(four, tmp_path / "hidden", formats=["csv"], deidentify=True)
    with pytest.raises(BadInputError, match="are de-identified"):
        export_many(four, tmp_path / "hidden", formats=["csv"])


def test_sessions_of_one_person_stay_one_persons(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    export_many(four, to, deidentify=True)
    records = [json.loads((to / item.folder / session_json.FILE).read_bytes()) for item in index.read(to)[0].sessions]
    subjects = [document["record"]["subject"] for document in records]
    assert len(set(subjects)) == 2
    names = " ".join(path.name for path in to.rglob("*")) + (to / index.FILE).read_text()
    with Reader.open(four) as reader:
        known_ids = [row.subject for row in reader.sessions()]
    assert not any(word in names for word in (*IDS, *known_ids, reader.folder.id, reader.folder.public_key))
    schema = json.loads(session_json.schema())
    for document in records:
        jsonschema.Draft202012Validator(schema).validate(document)


def test_merged_patients_become_one(four: Path, tmp_path: Path) -> None:
    with Writer.open(four, create=False) as writer:
        merge(writer, known(writer, "P2"), known(writer, "P1"), by="Dr A")
    to = tmp_path / "out"
    export_many(four, to, deidentify=True)
    documents = [json.loads((to / item.folder / session_json.FILE).read_bytes()) for item in index.read(to)[0].sessions]
    assert len({document["record"]["subject"] for document in documents}) == 1


def test_the_clinic_knows_its_own_and_nobody_else_does(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    to = tmp_path / "out"
    arguments = ["export", "last", "--deidentified", "--to", to, "--store", four, "--format", "csv"]
    code, out, err = run(*arguments)
    assert code == 0
    assert "DE-IDENTIFIED" in err
    assert IDS[-1] not in out
    assert "which is this installation's" in run("verify", to, "--store", four)[1]
    assert "no store is at hand" in run("verify", to, "--store", tmp_path / "nowhere")[1]


# -- all of one person -----------------------------------------------------------------------------------------


def test_all_of_one_person_has_a_list_and_a_schema(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    to = tmp_path / "out"
    arguments = ["subjects", "export", "P1", "--to", to, "--store", four]
    code, _, err = run(*arguments)
    assert code == 0
    assert "2 of 2" in err
    (folder,) = to.iterdir()
    document = json.loads((folder / "subject.json").read_bytes())
    jsonschema.Draft202012Validator(json.loads((folder / "subject.schema.json").read_bytes())).validate(document)
    assert document["sessions"] == [item.session for item in index.read(folder)[0].sessions] == [IDS[0], IDS[2]]
    assert run("verify", folder, "--store", four)[0] == 0
    assert run(*arguments)[0] == 2
    assert "2 unchanged" in run(*arguments, "--replace")[2]
    (folder / "subject.json").write_bytes(b"{}")
    assert run("verify", folder, "--store", four)[0] == 1


# -- a list in the hands of others -----------------------------------------------------------------------------


def _signed_by_a_stranger(to: Path) -> None:
    """One session less, and a list that says so."""
    said = json.loads((to / index.FILE).read_bytes())
    shutil.rmtree(to / said["sessions"].pop()["session"])
    key = Ed25519PrivateKey.generate()
    said["public_key"] = key.public_key().public_bytes_raw().hex()
    data = json.dumps(said).encode()
    (to / index.FILE).write_bytes(data)
    (to / index.SIGNATURE).write_bytes(key.sign(data))


def test_a_list_that_somebody_else_signed_is_not_that_of_the_key_that_was_named(
    four: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    to = tmp_path / "out"
    export_many(four, to)
    named = ("--key", to / IDS[0] / "public_key.pem", "--store", tmp_path / "nowhere")
    assert run("verify", to, *named)[0] == 0
    _signed_by_a_stranger(to)
    code, out, _ = run("verify", to, *named)
    assert code == 1
    assert f"{index.FILE}: is signed with the key" in out


def test_a_list_that_was_signed_after_the_key_was_changed_is_still_that_of_the_older_key(
    four: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    with Reader.open(four) as reader:
        older = fingerprint(bytes.fromhex(reader.folder.public_key))
    with Writer.open(four) as writer:
        rotate(writer)
    to = tmp_path / "out"
    export_many(four, to)
    code, out, _ = run("verify", to, "--key", older, "--store", tmp_path / "nowhere")
    assert (code, "and the fingerprint" in out) == (0, False)


def test_what_was_added_to_the_folder_is_said(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    export_many(four, to)
    (to / "subject.json").write_bytes(b"{}")
    shutil.copytree(to / IDS[0], to / "more")
    found = check_index(to, None, None, [to / "more"])
    assert [(fault.file, "was added" in fault.what) for fault in found.faults] == [("subject.json", True)]
    assert any("not on the list: more" in note for note in found.notes)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_is_known_of_a_person_is_written_for_its_owner_only(
    four: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    before = os.umask(0o022)
    try:
        assert run("subjects", "export", "P1", "--to", tmp_path / "out", "--store", four)[0] == 0
    finally:
        os.umask(before)
    [folder] = (tmp_path / "out").iterdir()
    modes = {path.name: path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())}
    assert "subject.json" in modes
    assert set(modes.values()) == {0}, modes


def test_an_export_that_broke_off_is_an_access_too(
    four: Path, tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise NotNowError("the power went.")

    monkeypatch.setattr("devicelog.export.folder.package.export", broken)
    assert run("export", IDS[0], "--to", tmp_path / "out", "--store", four)[0] == 3
    with Reader.open(four) as reader:
        logged = [line.access for line in accesses(reader.folder)]
    assert [(one.what, one.session) for one in logged if one is not None] == [("export", IDS[0])]
