"""Damaged ledgers: every command that reads one says so in one sentence, and `ports` goes on without."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.ledger import encode
from devicelog.store.database import open_database
from devicelog.store.folder import open_folder
from devicelog.store.schema import SHIFT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Store

#: The first session of the store, and the keys of its first entry and chunk.
GUN = 1
FIRST = (GUN << SHIFT) + 1


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A copy of the store that can be changed as its triggers forbid."""

    store: Store

    def change(self, table: str, values: dict[str, Any], *, kind: int | None = None) -> None:
        """Change the first row of the session in a table, or its first chunk of a kind."""
        database = open_database(open_folder(self.store.path), write=True)
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        of_kind = f"AND kind = {kind}" if kind is not None else ""
        [[key]] = database.execute(f"SELECT min(key) FROM {table} WHERE key >= ? {of_kind}", (FIRST,)).fetchall()
        for column, value in values.items():
            database.execute(f"UPDATE {table} SET {column} = ? WHERE key = ?", (value, key))
        database.close()

    def change_start(self, **changes: Any) -> None:
        """Change fields of the session's first entry; None leaves one out."""
        number, t_us, kind, content = json.loads(self.store.lines("gun")[0].body)
        changed = {name: value for name, value in (content | changes).items() if value is not None}
        self.change("entry", {"body": encode([number, t_us, kind, changed])})

    def sentence(self, *words: str) -> str:
        """What a command says that cannot be done."""
        result = self.store.run(*words)
        assert result.exit_code == 2
        return str(result.exception)


@pytest.fixture
def spoilt(store: Store, tmp_path: Path) -> Spoilt:
    shutil.copytree(store.path, tmp_path / "store")
    return Spoilt(type(store)(tmp_path / "store", store.sessions))


@pytest.mark.parametrize(
    "changes",
    [
        {"devices": None},
        {"devices": 3},
        {"devices": [{"driver": "reference-mesogun"}]},
        {"at": {"wall": "yesterday"}},
        {"at": None},
        {"protocol": {"id": "x"}},
        {"settings": "none"},
    ],
)
def test_a_first_entry_that_was_changed_is_one_sentence(spoilt: Spoilt, changes: dict[str, Any]) -> None:
    spoilt.change_start(**changes)

    session = spoilt.store.sessions["gun"]
    said = spoilt.sentence("replay", session)
    assert said.startswith(f"entry 1 of session {session} cannot be read (")
    assert f"run `devicelog verify {session}`" in said


@pytest.mark.parametrize("body", [b"", b"[1,0,not json", b"[[[[", b"\xff", b"[1,0,2,3]", b"[" * 5_000])
def test_an_entry_that_is_none_is_one_sentence(spoilt: Spoilt, body: bytes) -> None:
    spoilt.change("entry", {"body": body})

    for command in ("replay", "show", "entries"):
        assert "cannot be read" in spoilt.sentence(command, spoilt.store.sessions["gun"])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (None, {"kind": 99}),
        (None, {"packed": 7}),
        (None, {"packed": 1, "data": b"not packed"}),
        (1, {"kind": 6}),
        (1, {"kind": 6, "data": b"\xff", "packed": 0}),
        (1, {"kind": 6, "data": b"[]", "packed": 0}),
    ],
)
def test_a_chunk_that_was_changed_is_one_sentence(spoilt: Spoilt, kind: int | None, values: dict[str, Any]) -> None:
    spoilt.change("chunk", values, kind=kind)

    said = spoilt.sentence("replay", spoilt.store.sessions["gun"])
    assert said.startswith("chunk ")
    assert "cannot be read" in said
    assert "devicelog verify" in said


@pytest.mark.parametrize("changes", [{"practitioner": None}, {"host": 3}, {"protocol": 7}])
def test_show_says_that_a_record_makes_no_sense(spoilt: Spoilt, changes: dict[str, Any]) -> None:
    spoilt.change_start(**changes)

    assert "cannot be read" in spoilt.sentence("show", spoilt.store.sessions["gun"])


@pytest.mark.parametrize("changes", [{"devices": 3}, {"devices": [{"link": 1}]}])
def test_ports_are_listed_beside_a_damaged_session(spoilt: Spoilt, changes: dict[str, Any]) -> None:
    spoilt.change_start(**changes)

    result = spoilt.store.run("ports", "--json")

    assert result.exit_code == 0
    assert isinstance(json.loads(result.stdout), list)
    assert result.stderr.count("note: ") == 1
    assert spoilt.store.sessions["gun"] in result.stderr


def test_a_public_key_that_is_none_is_said(spoilt: Spoilt) -> None:
    file = spoilt.store.path / "store.json"
    file.write_text(
        json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"public_key": "g" * 64}), encoding="utf-8"
    )

    for command in ("verify", "protocols", "sessions"):
        assert "store.json lacks the store's id or public key" in spoilt.sentence(command)
