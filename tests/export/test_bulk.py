"""Many sessions into one folder: each as by itself, a list over all, and a run that broke off goes on."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import BadInputError, NotNowError
from devicelog.export import FORMATS
from devicelog.export.folder.package import Placed
from devicelog.export.json import session_json
from devicelog.export.many import bulk, index
from devicelog.export.many.bulk import Bulk, Manner, Outcome, Outcomes
from devicelog.export.many.index import WORK
from devicelog.export.proof.index_check import check_index
from devicelog.ledger import Kind, fingerprint
from devicelog.store.people import known, merge
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from tests.export.conftest import WHOLE, Script, record_into

IDS = [f"2026120{day}-100000-aaaa" for day in range(1, 5)]
FEW = ["json", "csv"]


jsonschema: Any = import_module("jsonschema")


@pytest.fixture
def four(store: Path) -> Path:
    """A store with four small sessions of two patients."""
    with Writer.open(store) as writer:
        for number, session in enumerate(IDS):
            record_into(writer, Script(says=WHOLE[:4], session=session, subject=f"P{1 + number % 2}"))
    return store


def _export(store: Path, to: Path, tell: Callable[[Outcome], None] | None = None, **manner: Any) -> Outcomes:
    with Reader.open(store) as reader:
        return Bulk(reader, to, Manner(**{"formats": FEW, **manner})).run(reader.sessions(), tell or (lambda _: None))


def _placed(outcomes: Outcomes) -> list[Placed | None]:
    return [one.placed for one in outcomes.all]


# -- each session, and the list --------------------------------------------------------------------------------


def test_each_session_is_there_and_the_list_knows_it(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    assert _placed(_export(four, to)) == [Placed.WRITTEN] * 4
    found, _ = index.read(to)
    assert [item.session for item in found.sessions] == IDS
    assert (found.complete, found.deidentified, found.formats) == (True, False, FEW)
    assert sorted(path.name for path in to.iterdir()) == [*IDS, index.FILE, index.SIGNATURE]


def test_when_de_identified_copies_were_made_tells_nothing(four: Path, tmp_path: Path) -> None:
    to, told = tmp_path / "out", list[str]()
    _export(four, to, lambda one: told.append(one.folder.name), formats=["csv"], deidentify=True)
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
    _export(four, to, formats=["csv"])
    data = bytearray((to / name).read_bytes())
    data[-5 if name == index.SIGNATURE else data.index(b"2026")] ^= 1
    (to / name).write_bytes(data)
    assert not check_index(to, None).holds


def test_an_export_of_another_kind_in_the_place_of_one_is_a_fault(four: Path, tmp_path: Path) -> None:
    to, other = tmp_path / "out", tmp_path / "other"
    _export(four, to, formats=["csv"])
    _export(four, other, formats=["json"])
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


# -- again, and after a break ----------------------------------------------------------------------------------


def test_what_is_there_unchanged_is_not_made_again(four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = tmp_path / "out"
    _export(four, to)
    monkeypatch.setattr(bulk, "exported_into", lambda *_, **__: pytest.fail("it was made again"))
    assert _placed(_export(four, to)) == [Placed.UNCHANGED] * 4


def test_what_was_changed_in_the_folder_is_not_taken_for_unchanged(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    _export(four, to)
    (to / IDS[2] / "README.txt").write_text("mine")
    assert _placed(_export(four, to))[2] is Placed.OLDER
    assert (to / IDS[2] / "README.txt").read_text() == "mine"


def test_a_session_that_changed_since_is_kept_until_it_is_to_be_replaced(
    four: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    to = tmp_path / "out"
    _export(four, to)
    before = (to / IDS[0] / "SHA256SUMS").read_bytes()
    with Writer.open(four, create=False) as writer:
        state_late(writer, writer.sessions()[0], Kind.FOLLOW_UP, {"on": "2026-12-24", "by": "Dr A"})
    arguments = ["export", "--since", "2026-01-01", "--to", to, "--store", four, "--format", "json,csv"]

    code, _, err = run(*arguments)
    assert code == 1
    assert f"{IDS[0]} has changed since" in err
    assert (to / IDS[0] / "SHA256SUMS").read_bytes() == before
    assert not index.read(to)[0].complete
    assert check_index(to, None).holds

    code, _, err = run(*arguments, "--replace")
    assert code == 0
    assert "1 replaced" in err
    assert (to / IDS[0] / "SHA256SUMS").read_bytes() != before
    assert check_index(to, None).holds


def test_a_folder_of_somebody_elses_is_never_replaced(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    (to / IDS[0]).mkdir(parents=True)
    (to / IDS[0] / "thesis.txt").write_text("mine")
    outcomes = _export(four, to, replace=True)
    assert _placed(outcomes) == [None, *[Placed.WRITTEN] * 3]
    assert "is no export" in str(outcomes.all[0].why)
    assert (to / IDS[0] / "thesis.txt").read_text() == "mine"


def test_an_export_with_a_file_of_somebody_elses_in_it_is_never_replaced(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    _export(four, to, formats=["csv"])
    (to / IDS[0] / "thesis.txt").write_text("mine")
    assert _placed(_export(four, to, replace=True))[0] is Placed.OLDER
    assert (to / IDS[0] / "thesis.txt").read_text() == "mine"


_KILLED = """
import os, signal, sys
from pathlib import Path
from devicelog.export.many import bulk
from devicelog.store.reader import Reader
real, count = bulk.exported_into, []
def slow(*a, **k):
    count.append(1)
    if len(count) == 3:
        (k["work"] / "half-done").mkdir()
        (k["work"] / "half-done" / "session.json").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*a, **k)
bulk.exported_into = slow
with Reader.open(Path(sys.argv[1])) as reader:
    bulk.Bulk(reader, Path(sys.argv[2]), bulk.Manner(["json", "csv"])).run(reader.sessions(), lambda _: None)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing is killed like that here")
def test_a_run_that_was_killed_goes_on_where_it_was(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", _KILLED, str(four), str(to)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not (to / index.FILE).exists()
    assert [fault.file for fault in check_index(to, None).faults] == [WORK, index.FILE]

    outcomes = _export(four, to)

    assert _placed(outcomes) == [Placed.UNCHANGED, Placed.UNCHANGED, Placed.WRITTEN, Placed.WRITTEN]
    assert sorted(path.name for path in to.iterdir()) == [*IDS, index.FILE, index.SIGNATURE]
    assert check_index(to, None).holds


def test_two_runs_into_one_folder_do_not_meet(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"

    def second(_: Outcome) -> None:
        with pytest.raises(NotNowError, match="another export is writing"):
            _export(four, to)

    assert _export(four, to, second).holds


def test_one_that_fails_stops_no_other(
    four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]
) -> None:
    real = FORMATS["csv"].write

    def write(session: Any, folder: Path) -> None:
        if session.record.session == IDS[1]:
            raise ValueError("Frau Muster")
        real(session, folder)

    monkeypatch.setattr(bulk, "exported_into", _with_writer(write))
    to = tmp_path / "out"
    code, _, err = run("export", "--since", "2026-01-01", "--to", to, "--store", four, "--format", "csv")
    assert code == 1
    assert f"{IDS[1]} was not exported" in err
    assert "Muster" not in err
    assert "3 written, 1 failed" in err
    assert not index.read(to)[0].complete
    findings = check_index(to, None)
    assert findings.holds
    assert any(f"1 session could not be exported: {IDS[1]}" in note for note in findings.notes)


def _with_writer(write: Callable[..., None]) -> Callable[..., Any]:
    from dataclasses import replace

    from devicelog.export.folder import package

    def made(*arguments: Any, **options: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(package, "FORMATS", {**FORMATS, "csv": replace(FORMATS["csv"], write=write)})
            return package.exported_into(*arguments, **options)

    return made


def test_a_full_disk_ends_the_run_and_keeps_what_is_done(
    four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]
) -> None:
    real = FORMATS["csv"].write

    def write(session: Any, folder: Path) -> None:
        if session.record.session == IDS[2]:
            raise OSError(28, "No space left on device")
        real(session, folder)

    to = tmp_path / "out"
    arguments = ["export", "--since", "2026-01-01", "--to", to, "--store", four, "--format", "csv"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "exported_into", _with_writer(write))
        code, _, err = run(*arguments)
    assert code == 3
    assert "No space left on device" in err
    assert "2 of 4 sessions done" in err
    assert sorted(path.name for path in to.iterdir()) == [WORK, *IDS[:2]]
    code, _, err = run(*arguments)
    assert code == 0
    assert "2 written, 2 unchanged" in err


def test_each_record_that_is_exported_is_an_access(four: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    run("export", "--since", "2026-01-01", "--to", tmp_path / "out", "--store", four, "--format", "csv")
    _, out, _ = run("accesses", "--store", four, "--json")
    assert [one["session"] for one in _listed(out) if one["what"] == "export"] == IDS


def _listed(out: str) -> list[dict[str, Any]]:
    document = json.loads(out)
    found: list[dict[str, Any]] = document if isinstance(document, list) else document["accesses"]
    return found


# -- de-identified ---------------------------------------------------------------------------------------------


def test_a_folder_is_of_one_kind(four: Path, tmp_path: Path) -> None:
    _export(four, tmp_path / "out", formats=["csv"])
    with pytest.raises(BadInputError, match="not de-identified"):
        _export(four, tmp_path / "out", formats=["csv"], deidentify=True)
    _export(four, tmp_path / "hidden", formats=["csv"], deidentify=True)
    with pytest.raises(BadInputError, match="are de-identified"):
        _export(four, tmp_path / "hidden", formats=["csv"])


def test_sessions_of_one_person_stay_one_persons(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    _export(four, to, deidentify=True)
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
    _export(four, to, deidentify=True)
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
    _export(four, to)
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
    _export(four, to)
    code, out, _ = run("verify", to, "--key", older, "--store", tmp_path / "nowhere")
    assert (code, "and the fingerprint" in out) == (0, False)


def test_what_was_added_to_the_folder_is_said(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    _export(four, to)
    (to / "subject.json").write_bytes(b"{}")
    shutil.copytree(to / IDS[0], to / "more")
    found = check_index(to, None, None, [to / "more"])
    assert [(fault.file, "was added" in fault.what) for fault in found.faults] == [("subject.json", True)]
    assert any("not on the list: more" in note for note in found.notes)
