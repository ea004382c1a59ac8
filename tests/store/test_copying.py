"""A copy of a store is what it held at one moment, whatever is recorded while it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import Chunk, ChunkKind
from devicelog.errors import NotNowError
from devicelog.ledger import Chain, encode
from devicelog.store import copying
from devicelog.store.copying import copy_database, moment
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.store.schema import SHIFT
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devicelog.store.ledger_writer import LedgerWriter


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        yield writer


def _commit(ledger: LedgerWriter, chain: Chain, count: int) -> None:
    for _ in range(count):
        line = chain.append(encode([chain.count + 1, 0, "note", {"text": "x" * 50}]))
        ledger.commit([line], [Chunk(1, ChunkKind.RECEIVED, 5, 6, b"x" * 100)])


def _rows(reader: Reader) -> dict[str, list[Any]]:
    tables = ("entry", "chunk", "seal", "session", "subject", "approval")
    return {table: reader.connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def test_what_is_written_while_it_is_copied_is_not_in_the_copy(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PIECE", 20)
    (tmp_path / "copy").mkdir()
    to = Folder(tmp_path / "copy", writer.folder.id, writer.folder.public_key)
    first, second = Chain(), Chain()
    old = writer.begin("20260101-000000-aaaa", writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
    _commit(old, first, 50)
    new = writer.begin("20260101-000000-bbbb", writer.subject_for("P2"), "2026-01-01T00:00:00.000000Z")
    _commit(new, second, 50)

    with Reader.open(tmp_path / "store") as reader:
        held = moment(reader)
        before = _rows(reader)
        told: list[tuple[int, int]] = []

        def grow(done: int, total: int) -> None:
            told.append((done, total))
            _commit(old, first, 3)  # a session before the last one may grow, too
            _commit(new, second, 3)
            writer.subject_for(f"P{100 + done}")

        copy_database(reader, held, to, grow)
        assert len(_rows(reader)["entry"]) > 100

    with Reader.at(to) as copy:
        assert _rows(copy) == before
        assert copy.connection.pragma("journal_mode") == "delete"
        assert copy.check_pages() == []
        schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        assert copy.connection.execute(schema).fetchall() == writer.connection.execute(schema).fetchall()
    assert told[-1] == (held.rows, held.rows)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["devicelog.db"]


def test_no_checkpoint_waits_for_a_copy(writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_PIECE", 20)
    (tmp_path / "copy").mkdir()
    to = Folder(tmp_path / "copy", writer.folder.id, writer.folder.public_key)
    chain = Chain()
    ledger = writer.begin("20260101-000000-aaaa", writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
    _commit(ledger, chain, 50)

    with Reader.open(tmp_path / "store") as reader:

        def checkpoint(_done: int, _total: int) -> None:
            _commit(ledger, chain, 1)
            busy, *_ = writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
            assert not busy, "the copy holds a read transaction between two pieces"

        copy_database(reader, moment(reader), to, checkpoint)
        reader.connection.execute("BEGIN")
        reader.sessions()
        with pytest.raises(AssertionError, match="read transaction"):
            checkpoint(0, 0)
        reader.connection.execute("COMMIT")
        checkpoint(0, 0)

    assert (tmp_path / "store" / "devicelog.db-wal").stat().st_size == 0


def test_a_copy_never_goes_over_a_database(writer: Writer, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "devicelog.db").write_bytes(b"mine")
    to = Folder(tmp_path / "copy", writer.folder.id, writer.folder.public_key)
    with pytest.raises((NotNowError, FileExistsError)):
        copy_database(writer, moment(writer), to, lambda *_: None)
    assert (tmp_path / "copy" / "devicelog.db").read_bytes() == b"mine"


def test_rows_are_found_under_the_session_that_their_key_names(writer: Writer) -> None:
    ledger = writer.begin("20260101-000000-aaaa", writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
    _commit(ledger, Chain(), 5)

    spans = {span.table: (span.first, span.last) for span in moment(writer).spans}

    assert spans["entry"] == ((1 << SHIFT) + 1, (1 << SHIFT) + 5)
