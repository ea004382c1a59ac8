"""Free text of a session: sealed in the ledger, readable where the subject's key is, gone with it everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from devicelog import registry, stored
from devicelog.errors import BadInputError
from devicelog.ledger import Kind, sealed
from devicelog.record.record import Record, fold
from devicelog.store.erasure import Request, erase
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.terminal.entry import EntryTeller
from devicelog.testing.simulated import record_session
from devicelog.verification.store import verify_store

TEXT = "Zwiebelfisch rang an; swelling since Sunday"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one session that is over, of which an adverse event was stated."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    store = tmp_path / "store"
    simulator = registry.simulator("reference-mesogun")
    device = simulator.start(1, simulator.scenarios["face"])
    record_session(registry.driver("reference-mesogun"), device, store, seconds=5)
    with Writer.open(store) as writer:
        said = {"code": "swelling", "severity": "mild", "text": TEXT, "by": "A. Nurse"}
        state_late(writer, writer.session("last"), Kind.ADVERSE_EVENT, said)
        state_late(writer, writer.session("last"), Kind.NOTE, {"text": TEXT, "by": "A. Nurse"})
    return store


def texts(record: Record) -> list[str]:
    return [made.content["text"] for made in record.statements.of(Kind.ADVERSE_EVENT, Kind.NOTE)]


def told(reader: Reader) -> str:
    row = reader.session("last")
    return "\n".join(EntryTeller(row).tell(reader.lines(row.number), None, as_json=False, reader=reader))


def test_a_text_is_sealed_in_the_ledger_and_read_where_the_key_is(store: Path) -> None:
    with Reader.open(store) as reader:
        row = reader.session("last")
        assert all(TEXT.encode() not in line.body for line in reader.lines(row.number))
        assert all(TEXT.encode() not in chunk.data for chunk in reader.chunks(row.number))
        assert texts(stored.record_of(reader, row)) == [TEXT, TEXT]
        assert told(reader).count(TEXT) == 2


def test_a_fold_without_the_key_shows_that_there_is_a_text_and_not_which(store: Path) -> None:
    with Reader.open(store) as reader:
        row = reader.session("last")
        record = fold(line.entry() for line in reader.lines(row.number))
        said = "\n".join(EntryTeller(row).tell(reader.lines(row.number), None, as_json=False))
    assert [sealed.words(text) for text in texts(record)] == ["[sealed]", "[sealed]"]
    assert [text for _, text in record.notes] == ["[sealed]"]
    assert said.count("text [sealed]") == 2


def test_erasing_the_subject_erases_its_texts_and_everything_still_verifies(store: Path) -> None:
    with Writer.open(store) as writer:
        erase(writer, "test", Request("Dr. A", reason="asked for it"))
    with Reader.open(store) as reader:
        assert texts(stored.record_of(reader, reader.session("last"))) == ["[erased]", "[erased]"]
        assert told(reader).count("text [erased]") == 2
        assert verify_store(reader).faults == []


def test_a_damaged_key_hides_the_texts_and_not_the_session(store: Path) -> None:
    with Reader.open(store) as reader:
        row = reader.session("last")
        (reader.folder.keys.folder / "subjects" / row.subject).write_bytes(b"\0" * 32)
        assert texts(stored.record_of(reader, row)) == ["[does not open]", "[does not open]"]
        assert any("not under its own key" in fault.what for fault in verify_store(reader).faults)


def test_no_free_text_is_kept_of_who_was_erased_and_no_key_comes_back(store: Path) -> None:
    with Writer.open(store) as writer:
        erase(writer, "test", Request("Dr. A", reason="asked for it"))
        with pytest.raises(BadInputError, match="is not at hand or was erased"):
            state_late(writer, writer.session("last"), Kind.NOTE, {"text": TEXT})
        state_late(writer, writer.session("last"), Kind.AFTERCARE, {"leaflet": "A", "version": "1", "by": "A. Nurse"})
        assert verify_store(writer).faults == []


def test_nobody_is_recorded_under_a_number_whose_key_is_missing(store: Path) -> None:
    with Writer.open(store) as writer:
        (writer.folder.keys.folder / "subjects" / writer.sessions()[0].subject).unlink()
        with pytest.raises(BadInputError, match="another number, and merge"):
            writer.subject_for("test")
