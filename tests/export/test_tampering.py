"""Rows that go, come or change places in a store are found, and named; the sweep over all of them is tests/faults."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from devicelog.ledger import Chain, decode, encode
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store
from devicelog.verification.witnesses import file_testimony
from devicelog.witness.file import line_of
from tests.faults.forger import Forger, Rewrite


@pytest.fixture
def forger(store: Path, session: Callable[..., Path]) -> Iterator[Forger]:
    """Three closed sessions and two approvals, in the hands of a forger."""
    session(session="s-1")
    session(session="s-2", subject="P2", says=[{"id": "SN-1"}, {"report": "settings", "values": [1]}])
    session(session="s-3")
    with Writer.open(store) as writer:
        for name in ("a", "b"):
            writer.approve({"id": name, "sha256": name * 64, "by": "Dr A", "at": "2026-12-01T10:00:00Z"})
    forger = Forger(store)
    yield forger
    forger.close()


def test_an_honest_store_holds(forger: Forger) -> None:
    found = forger.verify()
    assert found.faults == []
    assert (found.sessions, found.fault_count) == (3, 0)
    assert found.entries > 100
    assert found.chunks > 80
    assert found.seals >= 6


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM entry WHERE key = (1 << 32) + 1"],
        ["DELETE FROM entry WHERE key = (1 << 32) + 20"],
        ["DELETE FROM entry WHERE key = (SELECT max(key) FROM entry WHERE key >> 32 = 1)"],
        ["DELETE FROM entry WHERE key >> 32 = 3 AND key & 4294967295 > 10"],
        ["DELETE FROM entry WHERE key >> 32 = 1"],
        ["DELETE FROM entry"],
        ["DELETE FROM chunk WHERE key = (1 << 32) + 1"],
        ["DELETE FROM chunk WHERE key = (1 << 32) + 9"],
        ["DELETE FROM chunk WHERE key = (SELECT max(key) FROM chunk WHERE key >> 32 = 3)"],
        ["DELETE FROM chunk WHERE key >> 32 = 3"],
        ["DELETE FROM seal WHERE number = 1"],
        ["DELETE FROM seal WHERE number = (SELECT max(number) FROM seal)"],
        ["DELETE FROM seal"],
        ["DELETE FROM session WHERE number = 1"],
        ["DELETE FROM session WHERE number = 3"],
        ["DELETE FROM approval WHERE number = 1"],
        ["DELETE FROM subject"],
        ["INSERT INTO entry SELECT key + 1000, body, hash FROM entry WHERE key = (1 << 32) + 5"],
        ["INSERT INTO entry SELECT max(key) + 1, body, hash FROM entry"],
        ["INSERT INTO entry SELECT (1 << 32), body, hash FROM entry WHERE key = (1 << 32) + 5"],
        ["INSERT INTO entry SELECT (9 << 32) + 1, body, hash FROM entry WHERE key = (1 << 32) + 1"],
        ["INSERT INTO entry SELECT -1, body, hash FROM entry WHERE key = (1 << 32) + 1"],
        ["INSERT INTO chunk SELECT max(key) + 1, link, kind, boot_ns, wall_ns, packed, data FROM chunk"],
        ["INSERT INTO chunk SELECT (1 << 32), link, kind, boot_ns, wall_ns, packed, data FROM chunk LIMIT 1"],
        ["INSERT INTO seal SELECT max(number) + 1, session, body, signature FROM seal"],
        ["INSERT INTO seal VALUES (1000, 1, x'7b7d', x'00')"],
        ["INSERT INTO session VALUES (4, 's-4', 'subject-1', '2026-12-01T10:00:00.000000Z', 'ended')"],
        ["INSERT INTO approval VALUES (3, x'7b7d', x'00')"],
        ["INSERT INTO approval SELECT 3, body, signature FROM approval WHERE number = 2"],
        # A session as a whole, and rows in the place of each other.
        *[
            [f"DELETE FROM {table} WHERE key >> 32 = {number}" for table in ("entry", "chunk")]
            + [f"DELETE FROM seal WHERE session = {number}", f"DELETE FROM session WHERE number = {number}"]
            for number in (1, 2)
        ],
        *[
            [
                f"UPDATE {table} SET {key} = -5 WHERE {key} = {one}",
                f"UPDATE {table} SET {key} = {one} WHERE {key} = {other}",
                f"UPDATE {table} SET {key} = {other} WHERE {key} = -5",
            ]
            for table, key, one, other in (
                ("entry", "key", (1 << 32) + 8, (1 << 32) + 9),
                ("chunk", "key", (1 << 32) + 8, (1 << 32) + 9),
                ("seal", "number", 1, 2),
                ("session", "number", 1, 3),
                ("approval", "number", 1, 2),
            )
        ],
        ["UPDATE seal SET session = 2 WHERE number = 1"],
        ["UPDATE seal SET session = 0 WHERE number = 1"],
        ["UPDATE session SET state = 'running' WHERE number = 3"],
        ["UPDATE session SET state = 'interrupted' WHERE number = 1"],
    ],
    ids=lambda statements: "; ".join(statements)[:90],
)
def test_rows_that_go_come_or_change_places_are_found(forger: Forger, statements: Sequence[str]) -> None:
    assert not forger.after(*statements).holds


def test_a_chain_written_anew_without_the_key_is_found_at_its_first_seal(forger: Forger) -> None:
    lines = list(forger.db.execute("SELECT key, body FROM entry WHERE key >> 32 = 1 ORDER BY key"))
    number, at, kind, *content = decode(lines[19][1])
    content[2][1] = 10_000
    chain = Chain()
    with forger.undone():
        for key, body in lines:
            line = chain.append(encode((number, at, kind, *content)) if key & 0xFFFFFFFF == 20 else body)
            forger.db.execute("UPDATE entry SET body = ?, hash = ? WHERE key = ?", (line.body, line.hash, key))
        found = forger.verify()
    assert kind == "observation"
    assert len(found.faults) == 1
    assert "does not fit the entries" in found.faults[0].what
    assert found.faults[0].entry is not None
    assert found.faults[0].entry <= 20


def test_where_a_history_that_was_signed_anew_begins_to_differ_is_named_by_a_witness(
    forger: Forger, tmp_path: Path
) -> None:
    seals = list(Reader(forger.folder, forger.db).seals())
    covered = [seal.content["entries"] for _, session, seal in seals if session == 3]
    (tmp_path / "witness").write_bytes(b"".join(line_of(seal) + b"\n" for _, _, seal in seals))
    witness = file_testimony(tmp_path / "witness", asked=True)
    assert len(covered) > 3
    assert forger.verify([witness]).holds
    for before, after in pairwise(covered):
        with forger.undone():
            spoilt = before + 1
            forger.sign_anew(_spoiling(3, spoilt))
            assert forger.verify().holds
            found = forger.verify([witness])
        assert [fault.where for fault in found.faults] == [f"s-3/{before + 1}"]
        assert before < spoilt <= after


def _spoiling(session: int, at: int) -> Rewrite:
    """Another body for one entry of a session."""
    return lambda of, number, body: body + b" " if (of, number) == (session, at) else body


def test_the_first_bad_entry_is_named(forger: Forger) -> None:
    found = forger.after(
        "UPDATE entry SET body = CAST(replace(body, '20000', '10000') AS BLOB) WHERE key = (1<<32) + 20"
    )
    assert found.faults[0].where == "s-1/20"


def test_an_approval_that_a_session_names_must_be_there(store: Path, session: Callable[..., Path]) -> None:
    session(session="s-1")
    forger = Forger(store)
    body = next(forger.db.execute("SELECT body FROM entry WHERE key = (1 << 32) + 1"))[0]
    assert b'"approved":null' in body
    claimed = body.replace(b'"approved":null', b'"approved":{"at":"2026","by":"Dr Nobody"}')
    found = forger.after_setting("entry", (1 << 32) + 1, "key", "body", claimed)
    forger.close()
    assert any("approval" in fault.what for fault in found.faults)


def test_the_number_of_faults_that_are_kept_is_bounded(forger: Forger) -> None:
    found = forger.after("UPDATE entry SET body = x'00'", "UPDATE seal SET body = x'00'")
    assert found.fault_count > 100
    assert len(found.faults) == 100


def test_another_key_in_the_description_of_the_store_is_found(store: Path, session: Callable[..., Path]) -> None:
    session()
    description = store / "store.json"
    text = description.read_text()
    key = open_folder(store).public_key
    description.write_text(text.replace(key, key[::-1]))
    with Reader.open(store) as reader:
        found = verify_store(reader)
    assert any("signs with" in fault.what for fault in found.faults)


def test_every_page_of_the_file_is_covered(store: Path, session: Callable[..., Path]) -> None:
    session()
    file = store / "devicelog.db"
    whole = file.read_bytes()
    chance = random.Random(7)
    for at in chance.sample(range(4096, len(whole)), 25):
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        with Reader.open(store) as reader:
            found = verify_store(reader)
        assert not found.holds, at
    assert "damaged" in found.faults[0].what
