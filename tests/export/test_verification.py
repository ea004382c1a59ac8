"""What verification says of running and interrupted sessions, of erased subjects, and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devicelog.ledger import Kind
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_session, verify_store

Run = Callable[..., tuple[int, str, str]]


def test_what_no_seal_covers_yet_is_a_note(store: Path, session: Callable[..., Path], whole: list[Any]) -> None:
    session(session="s-1", says=whole[:20], ended=False)
    with Reader.open(store) as reader:
        found = verify_store(reader)
    assert found.faults == []
    assert any("not covered by a seal yet" in note for note in found.notes)


def test_a_session_that_broke_off_is_closed_and_holds(store: Path, session: Callable[..., Path]) -> None:
    session(session="s-1", ended=False)
    with Writer.open(store):
        pass
    with Reader.open(store) as reader:
        found = verify_store(reader)
        assert reader.session("s-1").state == "interrupted"
    assert found.faults == []
    assert not any("not covered" in note for note in found.notes)


def test_a_store_can_be_verified_while_it_is_written(store: Path, session: Callable[..., Path]) -> None:
    session(session="s-1")
    with Writer.open(store) as writer, Reader.open(store) as reader:
        ledger = writer.begin("s-2", writer.subject_for("P1"), "2026-12-01T10:00:00.000000Z")
        assert verify_store(reader).holds
        del ledger


def test_one_session_is_verified_with_its_place_in_the_chain_of_seals(
    store: Path, session: Callable[..., Path]
) -> None:
    session(session="s-1")
    session(session="s-2")
    with Reader.open(store) as reader:
        found = verify_session(reader, "last")
    assert found.holds
    assert found.sessions == 1
    assert any("other sessions" in note for note in found.notes)


def test_an_erased_subject_is_a_note(store: Path, session: Callable[..., Path]) -> None:
    session()
    for key in (open_folder(store).keys.folder / "subjects").iterdir():
        key.unlink()
    with Reader.open(store) as reader:
        found = verify_store(reader)
    assert found.holds
    assert any("1 subject erased" in note for note in found.notes)


def test_without_the_signing_key_that_is_said(store: Path, session: Callable[..., Path]) -> None:
    session()
    (open_folder(store).keys.folder / "seal.key").unlink()
    with Reader.open(store) as reader:
        found = verify_store(reader)
    assert found.holds
    assert any("signing key is not at hand" in note for note in found.notes)


def test_entries_are_what_their_canonical_encoding_says(store: Path, session: Callable[..., Path]) -> None:
    from devicelog.ledger import decode, encode

    texts = {Kind.NOTE: {"text": 'ä 李雷 \u2028 "quoted" \\ / \n\t\x01 😀'}}
    session(says=[{"id": "SN-1"}, Kind.NOTE, {"report": "injection", "values": [0, 0.50, None, "N"]}], acts=texts)
    with Reader.open(store) as reader:
        bodies = [line.body for line in reader.lines(1)]
    assert len(bodies) > 6
    for body in bodies:
        assert encode(decode(body)) == body
        own = json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert own.encode() == body


def test_the_command_line_says_what_holds(store: Path, session: Callable[..., Path], run: Run) -> None:
    session(session="s-1")
    code, out, err = run("verify", "--store", store)
    assert (code, err) == (0, "")
    assert "holds (1 session, " in out
    assert run("verify", "last", "--store", store)[0] == 0
    assert run("verify", store)[0] == 0
    code, out, err = run("verify", "nothing-like-it", "--store", store)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    code, _, err = run("verify", store / "none", "--store", store)
    assert (code, err.count("\n")) == (2, 1)
    assert "expected the folder of an export" in err
    assert run("verify", "--store", store / "none")[0] == 2


def test_the_command_line_says_what_does_not_hold(store: Path, session: Callable[..., Path], run: Run) -> None:
    from devicelog.store.database import open_database

    session(session="s-1")
    db = open_database(open_folder(store), write=True)
    db.execute("DROP TRIGGER entry_is_never_deleted")
    db.execute("DELETE FROM entry WHERE key = (1 << 32) + 7")
    db.close()
    code, out, _ = run("verify", "--store", store)
    assert code == 1
    assert "DOES NOT HOLD" in out
    assert "s-1/8" in out
    code, out, _ = run("verify", "--store", store, "--json")
    assert code == 1
    result = json.loads(out)
    assert result["holds"] is False
    assert result["results"][0]["faults"][0]["session"] == "s-1"
    code, _, err = run("export", "last", "--to", store.parent / "out", "--store", store)
    assert code == 2
    assert "does not verify (s-1/8" in err
    assert not (store.parent / "out").exists()


@pytest.mark.parametrize("at", [3, 40])
def test_a_damaged_first_page_is_one_sentence(store: Path, session: Callable[..., Path], run: Run, at: int) -> None:
    session()
    file = store / "devicelog.db"
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    code, out, err = run("verify", "--store", store)
    assert code in (1, 2)
    assert "damaged" in out + err
    assert "Traceback" not in err
