"""A4: who a subject is can be erased for good; the record of the treatment stays, and verifies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devicelog import registry
from devicelog.acts.keychain import SUBJECT_ERASED, act_of
from devicelog.errors import BadInputError
from devicelog.store import people
from devicelog.store.erasure import Request, erase, tombstones
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.retaining import set_rule
from devicelog.store.subjects import Sealer
from devicelog.store.writer import Writer
from devicelog.subject import Ground
from devicelog.testing.simulated import record_session
from devicelog.verification.store import verify_store
from tests.faults.forger import Forger
from tests.store.dying import killed_at

#: The session of the tests is of today, so it is to be kept for years.
ASKED = Request("Dr. A", Ground.CONSENT_WITHDRAWN, reason="asked in writing", requested="2026-01-31")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one session of the subject "test", and another subject."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "box" / "keys"))
    store = tmp_path / "box" / "store"
    simulator = registry.simulator("reference-mesogun")
    device = simulator.start(1, simulator.scenarios["face"])
    record_session(registry.driver("reference-mesogun"), device, store, seconds=10)
    with Writer.open(store) as writer:
        writer.subject_for("somebody else")
    return store


def test_nothing_of_the_subject_can_be_recovered_and_everything_else_holds(store: Path) -> None:
    with Reader.open(store) as reader:
        subject = reader.sessions()[0].subject
        lookup = Sealer(reader.folder.keys).lookup("test")
        sealed = bytes(reader.connection.execute("SELECT sealed FROM subject WHERE id = ?", (subject,)).get)
        key = reader.folder.keys.subject_key(subject)
    assert key is not None
    with Writer.open(store) as writer:
        assert erase(writer, "test", ASKED) == [subject]
        plain = bytes(writer.connection.serialize("main"))
    assert all(piece not in plain for piece in (lookup, sealed))
    kept = [path.read_bytes() for path in store.parent.rglob("*") if path.is_file()]
    assert all(key not in data for data in kept)
    with Reader.open(store) as reader:
        assert reader.reference(subject) is None
        assert reader.subject("test") is None
        assert reader.subject("somebody else") is not None
        [(number, act)] = reader.acts()
        found = verify_store(reader)
    said = act_of(act)
    assert said is not None
    assert (said.act, said.subject, said.seal) == (SUBJECT_ERASED, subject, number)
    assert found.faults == []
    assert any("1 subject erased" in note for note in found.notes)


def test_a_subject_that_is_not_known_is_said(store: Path) -> None:
    with Writer.open(store) as writer, pytest.raises(BadInputError, match="no subject"):
        erase(writer, "nobody", ASKED)


def test_the_number_can_be_given_again_and_is_another_subject_then(store: Path) -> None:
    with Writer.open(store) as writer:
        [before] = erase(writer, "test", ASKED)
        assert writer.subject_for("test") != before


@pytest.mark.parametrize("what", ["key", "row"])
def test_what_comes_back_from_an_old_copy_is_found(store: Path, what: str) -> None:
    with Reader.open(store) as reader:
        subject = reader.sessions()[0].subject
        row = reader.connection.execute("SELECT id, lookup, sealed FROM subject WHERE id = ?", (subject,)).fetchall()[0]
        key = reader.folder.keys.subject_key(subject)
    assert key is not None
    with Writer.open(store) as writer:
        erase(writer, "test", ASKED)
        if what == "key":
            (writer.folder.keys.folder / "subjects" / subject).write_bytes(key)
        else:
            writer.connection.execute("INSERT INTO subject VALUES (?, ?, ?)", row)
    with Reader.open(store) as reader:
        assert any("is here again" in fault.what for fault in verify_store(reader).faults)


def test_a_row_that_is_gone_without_an_act_is_a_fault(store: Path) -> None:
    forger = Forger(store)
    found = forger.after("DELETE FROM subject")
    forger.close()
    assert any("nothing is kept of who that is" in fault.what for fault in found.faults)


def test_an_erasure_that_is_killed_at_any_step_can_be_finished(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1, 60):
        box = tmp_path / f"box-{step}"
        shutil.copytree(store.parent, box)
        monkeypatch.setenv("DEVICELOG_KEYS", str(box / "keys"))
        killed = killed_at(step, box / "store", lambda writer: erase(writer, "test", ASKED))
        with Writer.open(box / "store") as writer:
            if writer.subject("test") is not None:
                erase(writer, "test", ASKED)
            assert len(list(writer.acts())) == 1
            assert list((open_folder(box / "store").keys.folder / "subjects").iterdir()) != []
            found = verify_store(writer)
        assert found.faults == [], step
        assert any("1 subject erased" in note for note in found.notes)
        if not killed:
            break
    assert not killed
    assert step > 4


def test_who_decided_it_and_on_what_ground_is_left_and_nothing_of_the_person(store: Path) -> None:
    with Writer.open(store) as writer:
        [subject] = erase(writer, "test", ASKED)
        stone = tombstones(writer)[subject]
        [(_, act)] = writer.acts()
    assert (stone.by, stone.ground, stone.requested) == ("Dr. A", "consent-withdrawn", "2026-01-31")
    assert (stone.reason, stone.decision) == ("asked in writing", "erased before the end of its retention")
    assert stone.keep_until is not None
    assert b'"test"' not in act.body


@pytest.mark.parametrize("reason", [None, ""])
def test_before_the_retention_is_over_it_needs_a_reason_and_nothing_is_changed(store: Path, reason: str | None) -> None:
    with Writer.open(store) as writer:
        subject = writer.sessions()[0].subject
        with pytest.raises(BadInputError, match="to be kept until"):
            erase(writer, "test", Request("Dr. A", reason=reason))
        assert writer.reference(subject) == "test"
        assert list(writer.acts()) == []


def test_somebody_without_records_is_erased_without_a_reason(store: Path) -> None:
    with Writer.open(store) as writer:
        [subject] = erase(writer, "somebody else", Request("Dr. A"))
        assert tombstones(writer)[subject].decision == "erased"
        assert verify_store(writer).faults == []


def test_once_the_retention_is_over_no_reason_is_needed(store: Path) -> None:
    with Writer.open(store) as writer:
        set_rule(writer, 0, 0, by="Dr. A")
        [subject] = erase(writer, "test", Request("Dr. A"))
        assert tombstones(writer)[subject].decision == "erased"


def test_merged_subjects_are_erased_together_by_either_number(store: Path) -> None:
    with Writer.open(store) as writer:
        both = people.known(writer, "test"), people.known(writer, "somebody else")
        people.merge(writer, *both, by="Dr. A")
        gone = erase(writer, "test", ASKED)
        assert set(gone) == {both[0].id, both[1].id}
        assert list((writer.folder.keys.folder / "subjects").iterdir()) == []
        assert list(writer.people()) == []
        found = verify_store(writer)
    assert found.faults == []
