"""What a salvage does with each kind of loss, one at a time, and what the command says of it."""

from __future__ import annotations

import fcntl
import secrets
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devicelog.cli import cli
from devicelog.errors import BadInputError, StoreBusyError, StoreFormatError
from devicelog.search.upkeep import catch_up
from devicelog.store import outbox
from devicelog.store.database import open_database, transaction
from devicelog.store.erasure import Request, erase
from devicelog.store.folder import open_folder
from devicelog.store.pages import Pages
from devicelog.store.projection import TABLES
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.rows import SHAPES, rows_on
from devicelog.store.schema import SHIFT
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store
from tests.salvage.conftest import SESSIONS, recorded_in

if TYPE_CHECKING:
    from tests.salvage.conftest import Broken

GUN, UNIT, LONG, RUNNING = 1, 2, 3, 4


def _delete(broken: Broken, *statements: str) -> None:
    """Take rows out of the store for good: no older page of the WAL has them either."""
    database = open_database(open_folder(broken.path), write=True)
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.pragma("wal_checkpoint", "TRUNCATE")
    database.pragma("secure_delete", True)
    for statement in statements:
        database.execute(f"DELETE FROM {statement}")
    database.pragma("wal_checkpoint", "TRUNCATE")
    database.close()
    broken.wal.touch()


def _of(session: int, first: int, last: int) -> str:
    return f"key BETWEEN {(session << SHIFT) + first} AND {(session << SHIFT) + last}"


def test_a_store_without_damage_is_saved_whole(broken: Broken) -> None:
    result = broken.salvage()

    assert result.report.whole
    assert {session.outcome for session in result.report.sessions} == {"whole"}
    assert recorded_in(broken.saved) == broken.truth


def test_every_table_has_its_shape_and_every_row_is_found_on_its_page(broken: Broken) -> None:
    folder = open_folder(broken.path)
    database = open_database(folder, write=True)
    catch_up(Reader(folder, database))
    assert list(database.execute("SELECT count(*) FROM term")) > [(0,)]  # which must not be taken for another's rows
    database.pragma("wal_checkpoint", "TRUNCATE")
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")} - {
        *TABLES,
        outbox.TABLE,
    }
    rows = {table: sorted(database.execute(f"SELECT * FROM {table}").fetchall()) for table in tables}
    database.close()

    found: dict[str, list[tuple[object, ...]]] = {table: [] for table in SHAPES}
    with Pages(bytes.fromhex(folder.keys.store_key()), broken.database, broken.wal) as pages:
        list(pages.scan())
        for number in pages.current:
            page = pages.page(number)
            assert page is not None
            for table, values in rows_on(page, number, pages.page):
                found[table].append(values)

    assert {table: sorted(set(values)) for table, values in found.items()} == rows


def test_entries_that_are_gone_are_made_again_from_the_kept_bytes(broken: Broken) -> None:
    _delete(broken, f"entry WHERE {_of(LONG, 100, 340)}", f"entry WHERE {_of(UNIT, 2, 5)}")

    result = broken.salvage()

    assert [session.outcome for session in result.report.sessions] == ["whole", "rebuilt", "rebuilt", "whole"]
    assert result.report.whole
    assert recorded_in(broken.saved) == broken.truth


def test_entries_behind_a_hole_are_saved_as_far_as_a_seal_proves_them(broken: Broken) -> None:
    last = max(broken.truth[LONG].lines)
    _delete(broken, f"entry WHERE {_of(LONG, 100, 120)}", f"chunk WHERE {_of(LONG, 40, 40)}")

    session = broken.salvage().report.sessions[LONG - 1]

    assert session.outcome == "damaged"
    assert list(session.entries.missing) == [(100, 120)]
    assert list(session.entries.unproved) == [(121, 121)]
    assert recorded_in(broken.saved)[LONG].lines.keys() == {*range(1, 100), *range(122, last + 1)}
    assert list(session.chunks.missing) == [(40, 40)]


def test_a_session_that_had_not_ended_can_be_closed_after_a_salvage(broken: Broken) -> None:
    broken.salvage()

    Writer.open(broken.saved).close()

    assert recorded_in(broken.saved)[RUNNING].state == "interrupted"
    with Writer.open(broken.saved) as writer:
        assert verify_store(writer).holds


def test_a_session_of_which_nothing_is_left_is_named_by_its_seals(broken: Broken) -> None:
    everything = (f"{table} WHERE {_of(GUN, 0, 1 << 31)}" for table in ("entry", "chunk"))
    _delete(broken, *everything, f"session WHERE number = {GUN}")

    result = broken.salvage()

    assert result.findings.holds
    session = result.report.sessions[0]
    assert (session.outcome, session.session) == ("lost", broken.truth[GUN].id)
    assert list(session.entries.missing) == [(1, len(broken.truth[GUN].lines))]


def test_the_list_of_sessions_is_made_again_from_the_ledger(broken: Broken) -> None:
    _delete(broken, "session")

    result = broken.salvage()

    assert result.report.whole
    assert recorded_in(broken.saved) == broken.truth


def test_a_change_of_keys_whose_act_is_gone_is_put_back_from_beside_the_keys(broken: Broken) -> None:
    with Writer.open(broken.path) as writer:
        act = writer.seal_count() + 1
        rotate(writer)
        writer.approve(
            {"approval": "treatment protocol", "id": "p", "version": "1", "sha256": "aa", "by": "A", "at": ""}
        )
        rotate(writer)
    _delete(broken, f"seal WHERE number = {act}")

    result = broken.salvage()

    assert result.report.whole
    assert result.findings.holds, result.findings.faults
    with Writer.open(broken.saved) as writer:
        assert len(writer.keychain().keys) == 3
        assert verify_store(writer).holds


def test_a_person_who_was_erased_whose_row_is_found_again_is_left_out(broken: Broken) -> None:
    name = f"P-{SESSIONS[GUN - 1][0]}"
    with Writer.open(broken.path) as writer:
        [subject] = erase(writer, name, Request("Dr A", reason="asked for it"))
    with Writer.open(broken.path) as writer:
        row = (subject, b"lookup", b"sealed")
        with transaction(writer.folder, writer.connection):
            writer.connection.execute("INSERT INTO subject VALUES (?, ?, ?)", row)

    result = broken.salvage()

    assert result.findings.holds, result.findings.faults
    assert subject not in result.report.lost_subjects


def test_approvals_that_only_a_seal_knows_of_are_named_as_lost(broken: Broken) -> None:
    with Writer.open(broken.path) as writer:
        for by in ("A", "B"):
            writer.approve(
                {"approval": "treatment protocol", "id": "p", "version": "1", "sha256": "aa", "by": by, "at": ""}
            )
        rotate(writer)
    _delete(broken, "approval WHERE number = 2")

    result = broken.salvage()

    assert list(result.report.lost_approvals) == [(2, 2)]
    assert result.findings.holds, result.findings.faults


def test_lost_seals_approvals_and_subjects_are_named(broken: Broken) -> None:
    with Writer.open(broken.path) as writer:
        for by in ("A", "B"):
            writer.approve(
                {"approval": "treatment protocol", "id": "p", "version": "1", "sha256": "aa", "by": by, "at": ""}
            )
    _delete(broken, "seal WHERE number IN (1, 3)", "approval WHERE number = 1", "subject")

    result = broken.salvage()

    assert result.findings.holds, result.findings.faults
    assert list(result.report.lost_seals) == [(1, 1), (3, 3)]
    assert list(result.report.lost_approvals) == [(1, 1)]
    assert len(result.report.lost_subjects) == 2
    assert result.report.sessions[GUN - 1].lacks == ("its final seal is gone",)


def test_what_was_kept_of_a_damaged_session_is_covered(broken: Broken) -> None:
    _delete(broken, f"entry WHERE {_of(LONG, 100, 120)}", f"chunk WHERE {_of(LONG, 40, 40)}")
    broken.salvage()
    shutil.copytree(broken.saved, broken.path.with_name("copy"))
    copy = type(broken)(broken.path.with_name("copy"), broken.truth)

    _delete(copy, f"entry WHERE {_of(LONG, 300, 300)}")

    with Writer.open(copy.path) as writer:
        faults = [str(fault) for fault in verify_store(writer).faults]
    assert faults == [f"{broken.truth[LONG].id}: what the salvage kept of the damaged session was changed"]


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\n{}\n"])
def test_the_history_of_a_damaged_store_is_carried_on(broken: Broken, content: bytes | None) -> None:
    broken.salvage()
    Writer.open(broken.saved).close()
    again = type(broken)(broken.saved.with_name("again"), broken.truth)
    shutil.copytree(broken.saved, again.path)
    shutil.rmtree(broken.saved)
    if content is not None:
        (again.path / "history.jsonl").write_bytes(content)

    result = again.salvage()

    assert result.findings.holds, result.findings.faults
    told = [note for note in result.findings.notes if "was salvaged" in note]
    assert len(told) == (2 if content is None else 1)


def test_a_forged_seal_is_not_saved(broken: Broken) -> None:
    database = open_database(open_folder(broken.path), write=True)
    database.execute(
        "INSERT INTO seal SELECT 1000, session, CAST(replace(body, '\"seal\":1,', '\"seal\":1000,') AS BLOB), signature"
        " FROM seal WHERE number = 1"
    )
    database.close()

    assert broken.salvage().findings.holds


def test_what_cannot_be_salvaged_is_said(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    with (broken.path / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError):
            broken.salvage()
    (broken.path / "lock").unlink()
    broken.saved.write_text("mine", encoding="ascii")
    with pytest.raises(BadInputError, match="there already"):
        broken.salvage()
    broken.saved.unlink()
    broken.database.write_bytes(secrets.token_bytes(100_000))
    broken.wal.unlink()
    with pytest.raises(StoreFormatError, match="no page"):
        broken.salvage()
    monkeypatch.setenv("DEVICELOG_KEYS", str(broken.path.with_name("elsewhere")))
    with pytest.raises(StoreFormatError, match="no key"):
        broken.salvage()
    assert not broken.saved.exists()


def _run(broken: Broken, *words: str) -> Result:
    return CliRunner().invoke(cli, ["salvage", str(broken.path), "--to", str(broken.saved), *words])


def test_the_command_exits_with_0_if_all_was_saved_and_with_1_if_not(broken: Broken) -> None:
    done = _run(broken)
    assert done.exit_code == 0, done.output
    assert "4 of 4 sessions saved whole" in done.stderr
    assert done.stdout == ""

    shutil.rmtree(broken.saved)
    _delete(broken, f"entry WHERE {_of(LONG, 100, 120)}", f"chunk WHERE {_of(LONG, 40, 41)}")
    done = _run(broken)
    assert done.exit_code == 1
    assert f"{broken.truth[LONG].id}: damaged" in done.stdout
    assert "  entries lost: 100-120\n" in done.stdout
    assert "  chunks lost: 40-41\n" in done.stdout

    with pytest.raises(StoreFormatError, match="it is missing"):
        CliRunner().invoke(cli, ["show", broken.truth[LONG].id, "--store", str(broken.saved)], catch_exceptions=False)
    listed = CliRunner().invoke(cli, ["sessions", "--store", str(broken.saved)], catch_exceptions=False)
    assert "damaged" in listed.stdout

    shutil.rmtree(broken.saved)
    done = _run(broken, "--json")
    assert done.exit_code == 1
    assert '"missing": [[100, 120]]' in " ".join(done.stdout.split()).replace("[ ", "[").replace(" ]", "]")
