"""What is kept for lists and searches: the same as the ledgers make, and never in the way of the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog import clock
from devicelog.ledger import Kind
from devicelog.ledger.amendment import amending
from devicelog.record.signatures import Status, status
from devicelog.salvage.saving import salvage
from devicelog.search import terms
from devicelog.search.digest import VERSION
from devicelog.search.finding import Search, digests, listed
from devicelog.search.projector import project
from devicelog.search.upkeep import catch_up, rebuild, writing
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.projection import Projection
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.verification.store import verify_store
from tests.search.conftest import SESSIONS
from tests.store.dying import killed_at

if TYPE_CHECKING:
    from pathlib import Path

_SIGNED = {"by": "Dr. Ann Berg", "role": "physician", "meaning": "treated", "entries": 1, "head": "00", "missing": []}


def rows(reader: Reader) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept."""
    tables = {"listed": "number", "digest": "number", "term": "session, key, value"}
    return {
        table: list(reader.connection.execute(f"SELECT * FROM {table} ORDER BY {order}"))
        for table, order in tables.items()
    }


def missing(reader: Reader) -> list[int]:
    return [row.number for row in Projection(reader, VERSION).missing()]


def sign(writer: Writer, number: int) -> None:
    """Sign a session, as a person does when it is over."""
    row = next(row for row in writer.sessions() if row.number == number)
    state_late(writer, row, Kind.SIGNED, _SIGNED)


def amend(writer: Writer, number: int) -> None:
    """An amendment that leaves the entries as they are."""
    row = next(row for row in writer.sessions() if row.number == number)
    *_, last = writer.lines(number)
    content = {"amendment": 1, "what": "fields", "by": "A", "reason": "r", "at": {"wall": "2026-01-01T00:00:00Z"}}
    lines = amending(last, {**content, "software": "s", "drivers": []}, [])
    LedgerWriter.resume(writer, number, row.id).commit(lines, [], state=row.state)


def test_what_is_kept_is_what_the_ledgers_make(writer: Writer) -> None:
    kept = rows(writer)

    rebuild(writer)

    assert rows(writer) == kept
    assert len(kept["listed"]) == SESSIONS
    assert missing(writer) == []


def test_a_digest_is_the_fold_of_the_session_whoever_reads(writer: Writer) -> None:
    kept = digests(writer, Search()).sessions
    Projection(writer, VERSION).drop()

    assert digests(writer, Search()).sessions == kept


def test_a_list_says_the_same_while_nothing_is_kept(writer: Writer) -> None:
    kept = listed(writer, Search()).sessions
    Projection(writer, VERSION).drop()

    assert listed(writer, Search()).sessions == kept


def test_a_late_statement_is_found_before_and_after_it_is_kept(writer: Writer) -> None:
    signed = Search([terms.by_signature(signed=True)])
    assert listed(writer, signed).sessions == []

    sign(writer, 3)

    assert missing(writer) == [3]
    before = [row.number for row, _ in listed(writer, signed).sessions]
    catch_up(writer)
    assert missing(writer) == []
    assert before == [row.number for row, _ in listed(writer, signed).sessions] == [3]


def test_an_amendment_behind_a_signature_shows(writer: Writer) -> None:
    sign(writer, 3)
    amend(writer, 3)
    sign(writer, 4)

    for _ in range(2):
        found = {digest.number: digest.signed for _, digest in digests(writer, Search()).sessions}
        assert {number: signed for number, signed in found.items() if signed != Status.UNSIGNED} == {
            3: Status.AMENDED,
            4: Status.SIGNED,
        }
        catch_up(writer)


def test_what_was_said_behind_a_signature_shows_as_in_the_record(writer: Writer) -> None:
    sign(writer, 3)
    row = next(row for row in writer.sessions() if row.number == 3)
    state_late(writer, row, Kind.FOLLOW_UP, {"on": "2020-02-01", "by": "Ann"})

    for _ in range(2):
        [(_, digest)] = digests(writer, Search([terms.with_follow_ups()])).sessions
        assert digest.signed == Status.ADDED == status(record_of(writer, row))
        assert [(one.on, one.by, one.settled) for one in digest.follow_ups] == [("2020-02-01", "Ann", None)]
        catch_up(writer)
    noted = state_late(writer, row, Kind.NOTE, {"text": "all is well", "by": "Ann"})
    [(_, digest)] = digests(writer, Search([terms.with_follow_ups()])).sessions
    assert digest.follow_ups[0].settled == noted


def test_a_row_for_another_ledger_or_of_another_version_counts_as_missing(writer: Writer) -> None:
    writer.connection.execute("UPDATE listed SET seal = seal - 1, body = x'7b7d' WHERE number = 2")
    writer.connection.execute("UPDATE listed SET version = version + 1 WHERE number = 5")
    writer.connection.execute("DELETE FROM listed WHERE number = 7")

    assert missing(writer) == [2, 5, 7]
    assert [row.number for row, _ in listed(writer, Search()).sessions] == list(range(1, SESSIONS + 1))


def test_a_row_that_cannot_be_read_is_made_again_in_memory(writer: Writer) -> None:
    lines, every = listed(writer, Search()), digests(writer, Search())

    writer.connection.execute("UPDATE listed SET body = x'00' WHERE number < 4")
    writer.connection.execute("UPDATE digest SET body = x'7b7d' WHERE number < 4")

    assert listed(writer, Search()) == lines
    assert digests(writer, Search()) == every


def test_a_session_that_is_running_is_found_and_not_kept(writer: Writer) -> None:
    [ended, *_] = writer.sessions()
    lines = [line for line in writer.lines(ended.number) if line.kind not in (Kind.ENDED, Kind.ADVERSE_EVENT)]
    ledger = writer.begin("RUNNING", ended.subject, clock.utc(clock.now().wall_ns))
    ledger.commit(lines, [])

    catch_up(writer)

    found = listed(writer, Search([terms.by_practitioner(_practitioner(writer, ended.number))])).sessions
    assert "RUNNING" in [row.id for row, _ in found]
    assert missing(writer) == [ledger.number]


def _practitioner(reader: Reader, number: int) -> str:
    found = {row.number: digest.practitioner for row, digest in digests(reader, Search()).sessions}
    return found[number] or ""


def test_a_session_that_cannot_be_read_is_named_and_hides_no_other(writer: Writer) -> None:
    database = writer.connection
    database.execute("DROP TRIGGER entry_is_never_updated")
    database.execute("UPDATE entry SET body = x'5b' WHERE key >> 32 = 6")
    database.execute("DELETE FROM listed WHERE number = 6")

    found = digests(writer, Search())

    assert [row.number for row in found.unread] == [6]
    assert len(found.sessions) == SESSIONS - 1
    catch_up(writer)
    assert missing(writer) == [6]


@pytest.mark.usefixtures("virtual_clock")  # a slow computer leaves some for the next time
def test_a_store_is_kept_up_by_every_command_that_writes(path: Path) -> None:
    with Writer.open(path) as writer:
        Projection(writer, VERSION).drop()
    with writing(path) as writer:
        assert missing(writer) == []
        sign(writer, 1)
    with Reader.open(path) as reader:
        assert missing(reader) == []


def test_what_takes_too_long_is_left_for_the_next_time_the_newest_first(writer: Writer) -> None:
    Projection(writer, VERSION).drop()

    catch_up(writer, 0)

    assert len(missing(writer)) == SESSIONS


def test_a_program_that_is_killed_while_it_keeps_leaves_readers_right(path: Path) -> None:
    with Writer.open(path) as writer:
        expected = digests(writer, Search()).sessions
        Projection(writer, VERSION).drop()

    step = 1
    while killed_at(step, path, catch_up):
        with Reader.open(path) as reader:
            assert digests(reader, Search()).sessions == expected
        step += step // 2 + 1

    with Reader.open(path) as reader:
        assert missing(reader) == []
        assert digests(reader, Search()).sessions == expected


def test_what_is_not_kept_is_no_fault(writer: Writer) -> None:
    Projection(writer, VERSION).drop()

    assert verify_store(writer).holds


def test_a_salvage_makes_it_again(path: Path, tmp_path: Path) -> None:
    with Reader.open(path) as reader:
        expected = digests(reader, Search()).sessions

    salvage(path, tmp_path / "saved")

    with Reader.open(tmp_path / "saved") as reader:
        assert missing(reader) == []
        assert digests(reader, Search()).sessions == expected


def test_no_free_text_of_a_person_is_kept(writer: Writer) -> None:
    row = writer.session("last")
    state_late(writer, row, Kind.NOTE, {"text": "SECRET", "by": "A"})
    state_late(writer, row, Kind.ADVERSE_EVENT, {"code": "bruise", "severity": "mild", "text": "SECRET", "by": "A"})

    digest, kept = project(writer, row)

    assert digest.adverse_events >= 1
    assert b"SECRET" not in kept.digest + kept.listed
    assert not any("secret" in value for _, value in kept.terms)


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE listed SET body = (SELECT body FROM listed WHERE number = 2) WHERE number = 1",
        "UPDATE digest SET body = (SELECT body FROM digest WHERE number = 2) WHERE number = 1",
        "DELETE FROM digest WHERE number = 1",
        "UPDATE term SET value = 'somebody' WHERE session = 1 AND key = 'practitioner'",
        "DELETE FROM term WHERE session = 1",
        "INSERT INTO term VALUES ('lot', 'a1', 1)",
    ],
)
def test_a_list_or_search_that_lies_about_a_session_is_found_and_made_anew(writer: Writer, lie: str) -> None:
    assert verify_store(writer).faults == []

    writer.connection.execute(lie)

    (found,) = verify_store(writer).faults
    assert "lists and searches show something else than the ledger says" in str(found)
    rebuild(writer)
    assert verify_store(writer).faults == []


def test_what_is_kept_of_a_session_that_is_not_there_is_found(writer: Writer) -> None:
    writer.connection.execute("INSERT INTO term VALUES ('lot', 'a1', 4711)")

    (found,) = verify_store(writer).faults

    assert "a session 4711 that is not in the store" in str(found)
