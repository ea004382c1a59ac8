"""Many sessions into one folder again: what is there stays, and a run that broke off goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devicelog.errors import NotNowError
from devicelog.export import FORMATS
from devicelog.export.folder.package import Placed
from devicelog.export.many import bulk, index
from devicelog.export.many.bulk import Outcome
from devicelog.export.many.index import WORK
from devicelog.export.proof.index_check import check_index
from devicelog.ledger import Kind
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from tests.export.four import IDS, export_many, placed
from tests.waiting import PATIENCE


def test_what_is_there_unchanged_is_not_made_again(four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = tmp_path / "out"
    export_many(four, to)
    monkeypatch.setattr(bulk, "exported_into", lambda *_, **__: pytest.fail("it was made again"))
    assert placed(export_many(four, to)) == [Placed.UNCHANGED] * 4


def test_what_was_changed_in_the_folder_is_not_taken_for_unchanged(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    export_many(four, to)
    (to / IDS[2] / "README.txt").write_text("mine")
    assert placed(export_many(four, to))[2] is Placed.OLDER
    assert (to / IDS[2] / "README.txt").read_text() == "mine"


def test_a_session_that_changed_since_is_kept_until_it_is_to_be_replaced(
    four: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    to = tmp_path / "out"
    export_many(four, to)
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
    outcomes = export_many(four, to, replace=True)
    assert placed(outcomes) == [None, *[Placed.WRITTEN] * 3]
    assert "is no export" in str(outcomes.all[0].why)
    assert (to / IDS[0] / "thesis.txt").read_text() == "mine"


def test_an_export_with_a_file_of_somebody_elses_in_it_is_never_replaced(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    export_many(four, to, formats=["csv"])
    (to / IDS[0] / "thesis.txt").write_text("mine")
    assert placed(export_many(four, to, replace=True))[0] is Placed.OLDER
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
    done = subprocess.run([sys.executable, "-c", _KILLED, str(four), str(to)], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL
    assert not (to / index.FILE).exists()
    assert [fault.file for fault in check_index(to, None).faults] == [WORK, index.FILE]

    outcomes = export_many(four, to)

    assert placed(outcomes) == [Placed.UNCHANGED, Placed.UNCHANGED, Placed.WRITTEN, Placed.WRITTEN]
    assert sorted(path.name for path in to.iterdir()) == [*IDS, index.FILE, index.SIGNATURE]
    assert check_index(to, None).holds


def test_two_runs_into_one_folder_do_not_meet(four: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"

    def second(_: Outcome) -> None:
        with pytest.raises(NotNowError, match="another export is writing"):
            export_many(four, to)

    assert export_many(four, to, second).holds


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
