"""The log of who read what: durable, chained, bound to the seals, readable with the store's key only."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.store import access
from devicelog.store.access import Access, accesses, log
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store
from tests.store.accesses_logged import log_twenty
from tests.waiting import PATIENCE

SHOWN = Access("show", "Dr Xanthippe", why="a complaint", session="s-1", subjects=("subject-0123456789abcdef",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty store."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        return writer.folder


def faults(folder: Folder) -> list[str]:
    with Reader.open(folder.path) as reader:
        return [fault.what for fault in verify_store(reader).faults]


def sealed(folder: Folder) -> None:
    """Make a seal, which covers the accesses so far."""
    with Writer.open(folder.path) as writer:
        rotate(writer)


def test_an_access_is_read_back_as_it_was_logged(folder: Folder) -> None:
    assert log(folder, SHOWN) is None
    assert log(folder, Access("subjects find", "Bo", subjects=("a",) * 99)) is None
    first, second = accesses(folder)
    assert (first.number, first.fault, second.number, second.fault) == (1, "", 2, "")
    assert first.access is not None
    assert second.access is not None
    assert (first.access.what, first.access.by, first.access.why) == ("show", "Dr Xanthippe", "a complaint")
    assert (first.access.session, first.access.subjects) == ("s-1", SHOWN.subjects)
    assert first.access.at.endswith("Z")
    assert (second.access.subjects, second.access.count) == ((), 99)
    assert faults(folder) == []


def test_nothing_of_it_can_be_read_without_the_key(folder: Folder) -> None:
    log(folder, SHOWN)
    data = (folder.path / access.FILE).read_bytes()
    assert all(word not in data for word in (b"Xanthippe", b"complaint", b"subject-0123", b"show"))


def test_readers_log_while_somebody_records(folder: Folder) -> None:
    with Writer.open(folder.path):
        assert log(folder, SHOWN) is None


def test_many_readers_at_once_make_one_chain(folder: Folder) -> None:
    context = multiprocessing.get_context("spawn")
    readers = [context.Process(target=log_twenty, args=(folder, SHOWN)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(PATIENCE)
    assert [reader.exitcode for reader in readers] == [0] * 4
    assert [(one.number, one.fault) for one in accesses(folder)] == [(number, "") for number in range(1, 81)]


def test_a_line_that_broke_off_is_replaced_by_the_next(folder: Folder) -> None:
    log(folder, SHOWN)
    file = folder.path / access.FILE
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole + whole[:cut])
        assert [one.fault for one in accesses(folder)] == [""]
        assert log(folder, SHOWN) is None
        assert [(one.number, one.fault) for one in accesses(folder)] == [(1, ""), (2, "")]


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_any_changed_line_that_a_seal_covers_is_found(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as name:
        box = Path(name)
        patch.setenv("DEVICELOG_KEYS", str(box / "keys"))
        with Writer.open(box / "store") as writer:
            folder = writer.folder
            for _ in range(3):
                log(folder, SHOWN)
            rotate(writer)
        file = folder.path / access.FILE
        lines = file.read_bytes().splitlines(keepends=True)
        which = data.draw(st.integers(0, 2))
        what = data.draw(st.sampled_from(["gone", "twice", "flipped", "cut"]))
        if what == "flipped":
            line = bytearray(lines[which])
            line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 7))
            lines[which] = bytes(line)
        elif what == "cut":
            lines = lines[:which]
        else:
            lines[which : which + 1] = [] if what == "gone" else [lines[which]] * 2
        file.write_bytes(b"".join(lines))
        assert any("log of accesses" in fault for fault in faults(folder)), what


def test_a_log_that_is_gone_is_found_once_a_seal_covers_it(folder: Folder) -> None:
    log(folder, SHOWN)
    sealed(folder)
    assert faults(folder) == []
    (folder.path / access.FILE).unlink()
    assert faults(folder) == ["the log of accesses has 0 lines, and seal 1 covers 1: it was cut"]
    log(folder, SHOWN)
    assert faults(folder) == ["line 1 of the log of accesses, which seal 1 covers, was changed"]


def test_a_log_that_cannot_be_written_is_said_and_keeps_nobody_from_reading(folder: Folder) -> None:
    (folder.path / access.FILE).mkdir()
    said = log(folder, SHOWN)
    assert said is not None
    assert "could not be logged" in said


def test_a_damaged_log_keeps_no_session_from_its_seal(folder: Folder) -> None:
    log(folder, SHOWN)
    (folder.path / access.FILE).write_bytes(b"nonsense\n")
    assert log(folder, SHOWN) is not None
    sealed(folder)
    with Reader.open(folder.path) as reader:
        [(_, act)] = reader.acts()
    assert "accesses" not in act.content
    assert faults(folder) == [
        "line 1 of the log of accesses is not in its place: it or one before it was changed or is gone"
    ]
