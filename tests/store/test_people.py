"""Subjects in a store: added, found, changed, merged and parted again; nothing of them readable in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devicelog.errors import BadInputError
from devicelog.store import people, retaining
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store

ANNA = {"reference": "P-17", "name": "Anna Müller", "birth_date": "2012-05-17", "contact": "0123", "note": "likes tea"}
STARTED = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the subjects P-17, of whom everything is known, and P-18, of whom only the number is."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        people.add(writer, ANNA)
        writer.subject_for("P-18")
    return tmp_path / "store"


def found(reader: Reader, text: str) -> list[str]:
    return sorted(subject.name for subject in people.find(reader, text))


def rows(writer: Writer, sql: str, *bindings: str) -> list[tuple[Any, ...]]:
    return list(writer.connection.execute(sql, bindings))


def listed(writer: Writer, subject: str, number: int, started: str = STARTED) -> None:
    """Put a session into the list, as a recording would."""
    row = (number, f"s-{number}", subject, started, "ended")
    writer.connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", row)


def test_a_subject_is_found_by_number_name_and_birth_date(store: Path) -> None:
    with Reader.open(store) as reader:
        assert found(reader, "müll") == found(reader, "2012-05-17") == found(reader, "p-17") == ["P-17"]
        assert found(reader, "") == ["P-17", "P-18"]
        assert found(reader, "tea") == []
        person = people.known(reader, "P-17").person
        assert person is not None
        assert person.content() == ANNA
        assert people.known(reader, reader.subject_ids("P-18")[0]).name == "P-18"


def test_nothing_of_a_subject_stands_readable_in_the_database(store: Path) -> None:
    with Reader.open(store) as reader:
        plain = bytes(reader.connection.serialize("main"))
    assert all(value.encode() not in plain for value in ANNA.values())


def test_a_change_keeps_what_was_before_and_leaves_no_bytes_of_the_old_row(store: Path) -> None:
    with Writer.open(store) as writer:
        subject = people.known(writer, "P-17")
        [[before]] = rows(writer, "SELECT sealed FROM subject WHERE id = ?", subject.id)
        assert people.change(writer, subject, {"name": "Anna Meyer", "contact": "", "reference": "P-99"}, by="Bo")
        assert before not in bytes(writer.connection.serialize("main"))
        changed = people.known(writer, "P-99")
        assert changed.id == subject.id
        assert changed.person is not None
        assert (changed.person.name, changed.person.contact) == ("Anna Meyer", None)
        [former] = changed.person.before
        assert former.values == {"reference": "P-17", "name": "Anna Müller", "contact": "0123"}
        assert former.by == "Bo"
        assert writer.subject("P-17") is None
        assert not people.change(writer, changed, {"name": "Anna Meyer"}, by="Bo")
        assert verify_store(writer).faults == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"reference": "P-18"}, "is in this store already"),
        ({"reference": ""}, "cannot be without a number"),
        ({"birth_date": "yesterday"}, "is no date"),
        ({"birth_date": "2999-01-01"}, "cannot be one"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(store: Path, values: dict[str, str], said: str) -> None:
    with Writer.open(store) as writer:
        with pytest.raises(BadInputError, match=said):
            people.change(writer, people.known(writer, "P-17"), values, by="Bo")
        assert people.known(writer, "P-17").person is not None


def test_a_number_is_given_once(store: Path) -> None:
    with Writer.open(store) as writer, pytest.raises(BadInputError, match="is in this store already"):
        people.add(writer, {"reference": " P-17 "})


def test_merged_subjects_are_one_for_lists_and_their_sessions_stay_what_they_were(store: Path) -> None:
    with Writer.open(store) as writer:
        anna, other = people.known(writer, "P-17"), people.known(writer, "P-18")
        listed(writer, anna.id, 1)
        listed(writer, other.id, 2)
        people.merge(writer, other, anna, by="Bo")
        assert writer.subject_ids("P-17") == writer.subject_ids("P-18") == [anna.id, other.id]
        sessions = people.sessions_of(writer, people.known(writer, "P-18"))
        assert [(row.id, row.subject) for row in sessions] == [("s-1", anna.id), ("s-2", other.id)]
        assert [row.subject for row in writer.sessions()] == [anna.id, other.id]
        with pytest.raises(BadInputError, match="one person already"):
            people.merge(writer, people.known(writer, "P-17"), people.known(writer, "P-18"), by="Bo")


def test_a_merge_is_taken_back_by_another_act(store: Path) -> None:
    with Writer.open(store) as writer:
        anna, other = people.known(writer, "P-17"), people.known(writer, "P-18")
        people.merge(writer, other, anna, by="Bo")
        people.part(writer, people.known(writer, "P-18"), by="Ann")
        assert writer.subject_ids("P-18") == [other.id]
        assert len(list(writer.acts())) == 2
        with pytest.raises(BadInputError, match="was not merged"):
            people.part(writer, people.known(writer, "P-18"), by="Ann")
        assert verify_store(writer).faults == []


def test_an_act_that_this_installation_did_not_sign_merges_nobody(store: Path) -> None:
    with Writer.open(store) as writer:
        anna, other = people.known(writer, "P-17"), people.known(writer, "P-18")
        people.merge(writer, other, anna, by="Bo")
        [[body]] = rows(writer, "SELECT body FROM seal")
        writer.connection.execute("DROP TRIGGER seal_is_never_updated")
        writer.connection.execute("UPDATE seal SET body = ?", (body.replace(b'"by":"Bo"', b'"by":"Al"'),))
        assert writer.subject_ids("P-17") == [anna.id]
        assert any("seal 1 was changed" in fault.what for fault in verify_store(writer).faults)


def test_the_records_of_a_minor_are_kept_longer_under_whichever_number(store: Path) -> None:
    with Writer.open(store) as writer:
        anna, other = people.known(writer, "P-17"), people.known(writer, "P-18")
        listed(writer, other.id, 1)
        [kept] = retaining.kept(writer)
        assert (str(kept.until), kept.minor) == ("2034-01-01", None)
        people.merge(writer, anna, other, by="Bo")
        [kept] = retaining.kept(writer)
        assert (str(kept.last), str(kept.until), kept.minor, kept.sessions) == ("2026-01-01", "2037-05-17", True, 1)


def test_a_rule_is_an_act_and_the_last_one_is_in_force(store: Path) -> None:
    with Writer.open(store) as writer:
        retaining.set_rule(writer, 10, 30, by="Dr A")
        with pytest.raises(BadInputError, match="expected years"):
            retaining.set_rule(writer, -1, 25, by="Dr A")
        rule = retaining.rule(writer)
        assert (rule.years, rule.minor_until, rule.by) == (10, 30, "Dr A")
        assert verify_store(writer).faults == []
