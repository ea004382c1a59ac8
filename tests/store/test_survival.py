"""What a store does about its own disk: doubt after a failure, the reserve, folders that are durable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.errors import NotNowError, StoreFailedError, StoreFormatError
from devicelog.ledger import Chain, Kind, Line, encode
from devicelog.store import reserve
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import Reader
from devicelog.store.schema import SHIFT
from devicelog.store.writer import Writer
from tests.faults.disk import Call, Op, watched

BEGAN = "2026-01-01T09:00:00.000000Z"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a store may be made, with keys of its own."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


class Notes:
    """Entries of a session that say what they are told to."""

    def __init__(self) -> None:
        self._chain = Chain()

    def __call__(self, *texts: str) -> tuple[list[Line], list[Chunk]]:
        lines = [self._line(text) for text in texts]
        return lines, [Chunk(NO_LINK, ChunkKind.ACT, line.number, line.number, line.body) for line in lines]

    def _line(self, text: str) -> Line:
        return self._chain.append(encode((self._chain.count + 1, 0, Kind.NOTE, {"text": text})))


class BreakingDisk:
    """Lets the next so many syncs fail; the commit may have happened all the same."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, call: Call) -> None:
        if call.op is Op.SYNC and self.left:
            self.left -= 1
            raise OSError(5, "injected")


def _begin(writer: Writer) -> LedgerWriter:
    return writer.begin("S1", writer.subject_for("P-1"), BEGAN)


@pytest.mark.parametrize("state", [None, "ended"])
@pytest.mark.parametrize("failures", [1, 2, 3, 4, 5])
def test_a_commit_that_failed_is_made_again_with_what_came_meanwhile(
    store: Path, failures: int, state: str | None
) -> None:
    disk, notes = BreakingDisk(), Notes()
    with watched(disk), Writer.open(store) as writer:
        ledger = _begin(writer)
        ledger.commit(*notes("one", "two"))
        lines, chunks = notes("three")
        disk.left = failures
        attempts = 0
        while True:
            try:
                ledger.commit(lines, chunks, state=state)
                break
            except NotNowError:
                attempts += 1
                more = notes(f"after failure {attempts}") if state is None else notes()
                lines, chunks = [*lines, *more[0]], [*chunks, *more[1]]
        assert attempts > 0
        if state is None:
            ledger.commit((), (), state="ended")
    with Reader.open(store) as reader:
        assert list(reader.lines(1))[2:] == lines
        assert [chunk.boot_ns for chunk in reader.chunks(1)] == [line.number for line in reader.lines(1)]
        assert [seal.content["final"] for _, _, seal in reader.seals(1)] == [True]
        assert [row.state for row in reader.sessions()] == ["ended"]


def test_an_entry_that_is_there_with_other_content_ends_the_recording(store: Path) -> None:
    disk, notes = BreakingDisk(), Notes()
    with watched(disk), Writer.open(store) as writer:
        ledger = _begin(writer)
        ledger.commit(*notes("one"))
        lines, chunks = notes("two")
        disk.left = 1
        with pytest.raises(StoreFailedError):
            ledger.commit(lines, chunks)
        writer.reopen()
        writer.connection.execute("INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", ((1 << SHIFT) + 2, b"x", b"y"))
        writer.connection.execute("INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", ((1 << SHIFT) + 3, b"x", b"y"))
        with pytest.raises(StoreFormatError, match="holds other entries"):
            ledger.commit(lines, chunks)


def test_the_reserve_is_there_while_it_is_needed(store: Path) -> None:
    with Writer.open(store) as writer:
        assert not (store / "reserve").exists()
        writer.check_room()
        assert (store / "reserve").stat().st_size == reserve.SIZE
        assert (store / "reserve").stat().st_blocks * 512 >= reserve.SIZE, "it takes no room"
        _begin(writer).give_up_reserve()
        assert not (store / "reserve").exists()
        writer.check_room()
    assert not (store / "reserve").exists()


def test_a_store_whose_description_is_gone_is_not_begun_anew(store: Path) -> None:
    with Writer.open(store):
        pass
    before = (store / "devicelog.db").read_bytes()
    (store / "store.json").unlink()
    with pytest.raises(StoreFormatError, match=r"no store\.json"):
        Writer.open(store)
    assert (store / "devicelog.db").read_bytes() == before


def test_a_store_that_was_cut_off_while_it_was_made_says_so_to_readers(store: Path) -> None:
    with Writer.open(store):
        pass
    for name in ("devicelog.db", "devicelog.db-wal"):
        (store / name).unlink(missing_ok=True)
    with pytest.raises(StoreFormatError, match="without a session"):
        Reader.open(store)
    (store / "devicelog.db").touch()
    with pytest.raises(StoreFormatError, match="without a session"):
        Reader.open(store)
    with Writer.open(store):
        pass
    with Reader.open(store) as reader:
        assert reader.sessions() == []


@pytest.mark.skipif(os.name != "posix", reason="folders are synced where the system has such a thing")
def test_what_is_made_is_durable_in_its_folder(store: Path) -> None:
    calls: list[Call] = []
    with watched(calls.append), Writer.open(store / "deep" / "down"):
        pass
    for at, call in enumerate(calls):
        if call.op in (Op.MAKE_FOLDER, Op.RENAME):
            following = calls[at + 1]
            assert (following.op, following.path) == (Op.SYNC_FOLDER, call.path.parent), call
    assert sum(call.op is Op.MAKE_FOLDER for call in calls) == 6
