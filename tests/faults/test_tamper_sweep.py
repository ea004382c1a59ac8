"""A1: every way to tamper with a store is seen wherever docs/ledger.md says so, in every table and column there is."""

from __future__ import annotations

import os
from unittest import mock

import pytest

from devicelog.ledger import Fault, check_chain, decode
from devicelog.store.database import open_database
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store
from devicelog.verification.witnesses import file_testimony
from tests.faults.forger import Forger
from tests.faults.kept import Kept, make_store
from tests.faults.tampering import NEVER_SEEN, ONLY_WITNESSED, Attack, Count, Sweep

#: The whole sweep is for `make torture`; this many rows of each column are tried at every change of the program.
SAMPLES = 1
EVERYWHERE_SEEN = [attack for attack in Attack if attack not in (*ONLY_WITNESSED, *NEVER_SEEN)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}):
        return make_store(folder)


@pytest.fixture(autouse=True)
def _keys(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(kept.closed.parent / "keys"))


@pytest.fixture(scope="module")
def counts(kept: Kept) -> dict[Attack, Count]:
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(kept.closed.parent / "keys")}):
        return Sweep(kept, SAMPLES).run()


def test_what_nobody_tampered_with_holds(kept: Kept) -> None:
    for store in (kept.closed, kept.running, *kept.older):
        with Reader.open(store) as reader:
            assert verify_store(reader).faults == []


@pytest.mark.parametrize("attack", EVERYWHERE_SEEN)
def test_an_attack_is_seen_each_time(counts: dict[Attack, Count], attack: Attack) -> None:
    count = counts[attack]
    assert count.tried >= 2
    assert (count.missed, count.seen) == ([], count.tried)


@pytest.mark.parametrize("attack", ONLY_WITNESSED)
def test_an_attack_with_the_key_is_seen_each_time_with_a_witness(counts: dict[Attack, Count], attack: Attack) -> None:
    count = counts[attack]
    assert count.tried >= 1
    assert (count.missed, count.seen_with_witness) == ([], count.tried)


@pytest.mark.parametrize("attack", ONLY_WITNESSED)
def test_without_a_witness_the_same_attack_succeeds(counts: dict[Attack, Count], attack: Attack) -> None:
    """Which shows that the witness is what sees it, and that the attack is a good one."""
    assert counts[attack].seen == 0


@pytest.mark.parametrize("attack", NEVER_SEEN)
def test_what_the_page_says_is_not_seen_is_not(counts: dict[Attack, Count], attack: Attack) -> None:
    count = counts[attack]
    assert count.tried >= 3
    assert count.seen_with_witness == 0


def test_every_table_and_column_of_the_schema_was_tried(kept: Kept) -> None:
    tried: set[tuple[str, str]] = set()

    class Noted(Forger):
        def run(self, sql: str, *bindings: object) -> None:
            words = sql.split()
            if words[0] == "UPDATE":
                tried.add((words[1], words[3]))
            super().run(sql, *bindings)

    forger = Noted(kept.closed)
    with mock.patch.object(Forger, "verify", return_value=Findings()):
        sweep = Sweep(kept, SAMPLES)
        for table in forger.tables():
            sweep._edit(forger, table)
    schema = {(table, column) for table in forger.tables() for column in forger.columns(table)}
    forger.close()
    assert tried == schema
    assert {table for table, _ in schema} >= {"entry", "chunk", "seal", "session", "subject", "approval"}


def test_a_table_that_nothing_covers_makes_the_sweep_fail(kept: Kept) -> None:
    database = open_database(open_folder(kept.older[0]), write=True)
    database.execute("CREATE TABLE prescription (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    forger = Forger(kept.older[0])
    sweep = Sweep(kept, SAMPLES)
    with pytest.raises(AssertionError, match=r"no row in prescription"):
        sweep._edit(forger, "prescription")
    database.execute("INSERT INTO prescription VALUES (1, 'two a day')")
    sweep._edit(forger, "prescription")
    forger.close()
    database.execute("DROP TABLE prescription")
    database.close()
    count = sweep.counts[Attack.EDIT]
    assert count.tried > 0
    assert len(count.missed) == count.tried


def test_a_chain_without_seals_misses_a_cut_tail_and_a_seal_does_not(kept: Kept) -> None:
    with Reader.open(kept.closed) as reader:
        lines = list(reader.lines(1))
    assert not any(isinstance(found, Fault) for found in check_chain(lines[:-5]))
    forger = Forger(kept.closed)
    with forger.undone():
        forger.cut(1, len(lines) - 5)
        found = forger.verify()
    forger.close()
    assert not found.holds


def test_the_entry_from_which_on_a_history_was_signed_anew_is_named(kept: Kept) -> None:
    witness = file_testimony(kept.witness, asked=False)
    forger = Forger(kept.closed)
    before = [decode(row[0])["entries"] for row in forger.db.execute("SELECT body FROM seal WHERE session = 4")]
    with forger.undone():
        forger.sign_anew(lambda session, number, body: body + b" " * ((session, number) == (4, before[1] + 1)))
        found = forger.verify([witness])
    forger.close()
    assert len(before) > 2
    # From the first seal on all signatures are others: that is where the difference begins.
    assert [fault.where for fault in found.faults] == [f"{_session(kept, 1)}/1"]


def test_the_first_entry_that_is_gone_is_named(kept: Kept) -> None:
    witness = file_testimony(kept.witness, asked=False)
    forger = Forger(kept.closed)
    last = forger.sessions()[-1]
    name = _session(kept, last)
    with forger.undone():
        forger.remove_session(last)
        found = forger.verify([witness])
    forger.close()
    assert [fault.where for fault in found.faults] == [f"{name}/1"]
    assert "a roll-back to an older copy, or an end that was cut off" in found.faults[0].what


def _session(kept: Kept, number: int) -> str:
    with Reader.open(kept.closed) as reader:
        return next(row.id for row in reader.sessions() if row.number == number)
