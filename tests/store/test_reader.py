"""The store as it is read: approvals, numbered rows, and a look at the lock that changes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import Chunk, ChunkKind
from devicelog.ledger import Chain, encode
from devicelog.store.evidence import Evidence
from devicelog.store.folder import Lock
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        yield writer


def _approve(writer: Writer, sha256: str, by: str) -> None:
    named: dict[str, Any] = {"approval": "treatment protocol", "id": "p", "version": "1", "sha256": sha256}
    writer.approve({**named, "by": by, "at": "2026-01-01T00:00:00Z"})


def test_the_last_approval_of_a_text_counts(writer: Writer) -> None:
    for sha256, by in (("aa", "first"), ("bb", "other"), ("aa", "second")):
        _approve(writer, sha256, by)

    approved = [writer.approval(sha256) for sha256 in ("aa", "bb", "cc")]

    assert [approval and approval["by"] for approval in approved] == ["second", "other", None]


def test_an_approval_that_another_key_signed_is_none(writer: Writer) -> None:
    _approve(writer, "aa", "first")
    writer.connection.execute(
        "INSERT INTO approval SELECT 2, CAST(replace(body, 'first', 'other') AS BLOB), signature FROM approval"
    )

    approval = writer.approval("aa")

    assert approval is not None
    assert approval["by"] == "first"


def test_rows_keep_the_numbers_that_they_are_stored_under(writer: Writer) -> None:
    chain = Chain()
    chunks = [Chunk(1, kind, 5, 6, b"x") for kind in ChunkKind]
    for session in ("20260101-000000-aaaa", "20260101-000000-bbbb"):
        ledger = writer.begin(session, writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
        ledger.commit([chain.append(encode([chain.count + 1, 0, "note", {"text": "x"}]))], chunks)
        chain = Chain()
    second = writer.session("20260101-000000-bbbb").number

    assert list(writer.numbered_chunks(second)) == list(enumerate(chunks, start=1))
    assert list(writer.chunks(second)) == chunks
    assert list(Evidence(writer).chunks(second)) == list(writer.numbered_chunks(second))


def test_a_look_at_the_lock_neither_takes_nor_writes_it(writer: Writer, tmp_path: Path) -> None:
    other = Lock(tmp_path / "store")
    assert other.holder() == str(os.getpid())
    writer._lock.release()

    assert other.holder() is None
    other.acquire()
    assert Lock(tmp_path / "store").holder() == str(os.getpid())
    other.release()
    assert Lock(tmp_path / "nowhere").holder() is None


def test_an_approval_that_was_taken_back_stands_no_more_until_the_text_is_approved_again(writer: Writer) -> None:
    _approve(writer, "aa", "first")
    writer.approve({"approval": "withdrawn", "id": "p", "version": "1", "sha256": "aa", "by": "Dr B", "reason": "no"})

    assert writer.approval("aa") is None
    assert [one.withdrawn and one.withdrawn["reason"] for one in writer.approved()] == ["no"]

    _approve(writer, "aa", "again")

    approval = writer.approval("aa")
    assert approval is not None
    assert approval["by"] == "again"


def test_a_session_under_an_approval_that_was_taken_back_verifies_and_another_text_does_not(writer: Writer) -> None:
    _approve(writer, "aa", "first")
    writer.approve({"approval": "withdrawn", "id": "p", "version": "1", "sha256": "aa", "by": "Dr B", "reason": "no"})
    assert verify_store(writer).faults == []

    named: dict[str, Any] = {"approval": "treatment protocol", "id": "p", "version": "1", "sha256": "aa"}
    writer.approve({**named, "by": "Dr A", "at": "2026-01-01T00:00:00Z", "text": "not the one"})

    assert [fault.what for fault in verify_store(writer).faults] == [
        "approval 3 keeps another text than the one that it names by SHA-256"
    ]
