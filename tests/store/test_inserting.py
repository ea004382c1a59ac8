"""Many rows in few statements: each is there once and in its place, and one that is there already refuses all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.errors import StoreChangedError
from devicelog.store.database import insert, transaction
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSERT = "INSERT INTO entry VALUES (?, ?, ?)"


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as one:
        yield one


def stored(writer: Writer) -> list[tuple[int, bytes, bytes]]:
    return [(key, body, hash_) for key, body, hash_ in writer.connection.execute("SELECT * FROM entry ORDER BY key")]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_each_row_is_there_once(writer: Writer, count: int) -> None:
    rows = [(number, b"body %d" % number, bytes(32)) for number in range(1, count + 1)]
    with transaction(writer.folder, writer.connection):
        insert(writer.connection, INSERT, rows)
    assert stored(writer) == rows


def test_of_rows_of_which_one_is_there_already_none_is_kept(writer: Writer) -> None:
    with transaction(writer.folder, writer.connection):
        insert(writer.connection, INSERT, [(150, b"first", bytes(32))])
    rows = [(number, b"second", bytes(32)) for number in range(1, 201)]
    with pytest.raises(StoreChangedError), transaction(writer.folder, writer.connection):
        insert(writer.connection, INSERT, rows)
    assert stored(writer) == [(150, b"first", bytes(32))]


def test_a_statement_that_is_no_plain_insert_runs_for_each_row(writer: Writer) -> None:
    with transaction(writer.folder, writer.connection):
        rows = [(number, f"s-{number}", "subject", "2026-11-22T10:00:00Z", "running") for number in (1, 2, 3)]
        insert(writer.connection, "INSERT INTO session VALUES (?, ?, ?, ?, ?)", rows)
        insert(writer.connection, "UPDATE session SET state = ? WHERE number = ?", [("ended", 1), ("interrupted", 3)])
    assert [row.state for row in writer.sessions()] == ["ended", "running", "interrupted"]
