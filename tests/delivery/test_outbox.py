"""The outbox: what is to be delivered is written down before it leaves, tried until it is there, and never twice."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from devicelog.delivery.asking import Order, ask_of, whats
from devicelog.delivery.delay import delay
from devicelog.delivery.running import alone, run
from devicelog.delivery.target import target
from devicelog.delivery.trying import Manner
from devicelog.ledger import Kind
from devicelog.store.access import accesses
from devicelog.store.outbox import Means, State
from tests.delivery import fhir_server as server_of
from tests.delivery.conftest import Clinic, Said
from tests.delivery.fhir_server import FhirServer, Handler, answer, outcome
from tests.delivery.listener import Listener

Devicelog = Callable[..., Said]
ONCE = ("--wait", "1 ms")


def _deliver(devicelog: Devicelog, to: object, *more: object) -> Said:
    return devicelog("deliver", "last", "--to", to, *ONCE, "--json", *more)


def test_a_record_arrives_and_its_receipt_is_an_entry(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    said = _deliver(devicelog, fhir.url)

    assert said.code == 0
    (tried,) = said.document["tried"]
    (receipt,) = clinic.receipts()
    (body,) = fhir.documents.values()
    assert tried["state"] == "delivered"
    assert tried["entry"] == clinic.lines()[-1].number
    assert receipt["target"] == fhir.url
    assert receipt["what"] == "fhir_transaction.json"
    assert receipt["messages"] == list(fhir.documents)
    assert receipt["bytes"] == len(body)
    assert receipt["answered"]["status"] == 200
    assert receipt["by"] == "Nurse B."
    assert (receipt["tries"], receipt["unanswered"]) == (1, 0)
    clinic.must_hold()


def test_it_is_written_down_before_the_first_byte_leaves(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer
) -> None:
    seen: list[Any] = []

    def look(handler: Handler, body: bytes) -> None:
        seen.extend(clinic.outbox())
        server_of.take(handler, body)

    fhir.acts = [look]
    assert _deliver(devicelog, fhir.url).code == 0
    (row,) = seen
    assert row.state is State.SENDING
    assert row.content.messages == tuple(fhir.documents)


def test_a_token_that_ran_out_refuses_nothing(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    fhir.acts = [answer(401, outcome("expired"))]
    said = _deliver(devicelog, fhir.url)
    assert said.code == 3
    (tried,) = said.document["tried"]
    assert (tried["state"], tried["said"]) == ("waiting", "expired at Bundle.entry[0]")
    assert "--token-file" in tried["why"]
    assert devicelog("outbox", "run", "--all").code == 0


def test_what_was_refused_is_listed_until_the_same_is_ordered_again(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer
) -> None:
    fhir.acts = [answer(403), answer(422)]
    assert [_deliver(devicelog, fhir.url).code for _ in range(2)] == [1, 1]
    assert [one["number"] for one in devicelog("outbox", "--json").document] == [2]
    assert _deliver(devicelog, fhir.url).code == 0
    assert devicelog("outbox", "--json").document == []
    assert len(devicelog("outbox", "--all", "--json").document) == 3


def test_what_was_delivered_is_not_sent_again_unless_that_is_asked(
    clinic: Clinic, devicelog: Devicelog, listener: Listener
) -> None:
    assert _deliver(devicelog, listener.url).code == 0
    again = devicelog("deliver", "last", "--to", listener.url)
    assert again.code == 0
    assert "already" in again.out
    assert len(listener.messages) == 1

    assert _deliver(devicelog, listener.url, "--again").code == 0
    assert len(listener.messages) == 2
    assert listener.messages[0] == listener.messages[1], "receipts change nothing of what is sent"
    clinic.must_hold()


def test_after_a_change_the_new_record_goes(clinic: Clinic, devicelog: Devicelog, tmp_path: Path) -> None:
    """A receipt is behind what was delivered; a note is more to be delivered."""
    to = tmp_path / "to"
    for _ in range(2):
        assert _deliver(devicelog, to).code == 0
    note = clinic.state(Kind.NOTE, text="it itches", by="Nurse B.")
    assert _deliver(devicelog, to).code == 0

    first, second = sorted(to.iterdir(), key=lambda path: int(path.name.rsplit("-", 1)[1]))
    assert second.name.endswith(f"-{note}")
    assert json.loads((first / "session.json").read_text())["record"]["afterwards"]["statements"] == []
    assert "it itches" in (second / "session.json").read_text()
    assert [one["of"]["entries"] for one in clinic.receipts()] == [note - 2, note]
    for folder in (first, second):
        assert devicelog("verify", folder).code == 0
    assert "was delivered" not in devicelog("verify", to).err
    clinic.must_hold()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_folder_that_is_made_for_it_is_for_its_owner_only(
    clinic: Clinic, devicelog: Devicelog, tmp_path: Path
) -> None:
    before = os.umask(0o022)
    try:
        assert _deliver(devicelog, tmp_path / "to").code == 0
    finally:
        os.umask(before)
    (folder,) = (tmp_path / "to").iterdir()
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "to", folder, *folder.iterdir())].count(0) > 10
    assert not any(path.stat().st_mode & 0o077 for path in (tmp_path / "to", folder, *folder.iterdir()))


def test_a_folder_that_holds_something_else_is_not_touched(
    clinic: Clinic, devicelog: Devicelog, tmp_path: Path
) -> None:
    to = tmp_path / "to"
    assert _deliver(devicelog, to).code == 0
    (folder,) = to.iterdir()
    (folder / "README.txt").write_text("mine")
    said = _deliver(devicelog, to, "--again")
    assert said.code == 1
    assert "something else" in said.document["tried"][0]["why"]
    assert (folder / "README.txt").read_text() == "mine"


def test_a_disk_that_is_not_connected_is_waited_for(clinic: Clinic, devicelog: Devicelog, tmp_path: Path) -> None:
    to = tmp_path / "share" / "records"
    assert _deliver(devicelog, to).code == 3
    to.parent.mkdir()
    assert devicelog("outbox", "run", "--all").code == 0
    (folder,) = to.iterdir()
    assert devicelog("verify", folder).code == 0


# -- who may, and when -----------------------------------------------------------------------------------------


def test_one_process_delivers_at_a_time(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    with alone(clinic.store):
        assert devicelog("deliver", "last", "--to", fhir.url).code == 3
        assert devicelog("outbox", "run").code == 3
    assert fhir.requests == []
    assert devicelog("outbox", "run").code == 0
    assert len(fhir.requests) == 1


def test_another_delivery_that_holds_the_store_for_a_moment_is_waited_for(clinic: Clinic, tmp_path: Path) -> None:
    place = target(str(tmp_path / "to"))
    order = Order(place, whats(place, ()), ("json",), Means(), "Nurse B.")
    with ExitStack() as held:
        held.enter_context(clinic.writing())
        row, asked = ask_of(clinic.store, "last", order, wait=3600, sleep=lambda _: held.close())
    assert row == clinic.row()
    assert [one.number for one in asked.waiting] == [one.number for one in clinic.outbox()] == [1]


def test_a_store_in_use_is_said_and_nothing_is_sent(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    with clinic.writing():
        said = _deliver(devicelog, fhir.url)
    assert said.code == 3
    assert "nothing was written down" in said.err
    assert fhir.requests == []
    assert clinic.outbox() == []


def test_the_store_is_free_while_a_receiver_is_waited_for(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer
) -> None:
    def record_meanwhile(handler: Handler, body: bytes) -> None:
        clinic.state(Kind.NOTE, text="it itches", by="Nurse B.")
        server_of.take(handler, body)

    fhir.acts = [record_meanwhile]
    assert _deliver(devicelog, fhir.url).code == 0
    assert [line.kind for line in clinic.lines()][-2:] == [Kind.NOTE, Kind.DELIVERED]
    (receipt,) = clinic.receipts()
    assert receipt["of"]["entries"] == clinic.lines()[-3].number
    clinic.must_hold()
    assert _deliver(devicelog, fhir.url).code == 0
    assert len(fhir.requests) == 2, "the note was not yet delivered"


def test_a_delivery_is_an_access_to_the_record(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    _deliver(devicelog, fhir.url, "--why", "her new doctor asked for it")
    with clinic.reading() as reader:
        (logged,) = [one.access for one in accesses(reader.folder)]
    assert logged is not None
    assert (logged.what, logged.by, logged.why) == ("deliver", "Nurse B.", "her new doctor asked for it")
    assert logged.session == clinic.row().id


def test_nothing_of_the_record_is_left_beside_the_store(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    left = clinic.store / "outbox" / "1"
    left.mkdir(parents=True)
    (left / "fhir_transaction.json").write_text("of a process that was killed")
    fhir.acts = [answer(503)]
    assert _deliver(devicelog, fhir.url).code == 3
    assert [path.name for path in (clinic.store / "outbox").iterdir()] == ["lock"]


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "ftp://x/"),
        ("--to", "http://10.0.0.7/fhir"),
        ("--to", "mllp://127.0.0.1:1", "--token-file", "x"),
        ("--to", "mllp://127.0.0.1:1", "--format", "pdf"),
        ("--to", "mllps://127.0.0.1:1", "--ca", "/dev/null"),
        ("--to", "http://127.0.0.1:1/fhir", "--ca", "/dev/null"),
        ("--to", "https://127.0.0.1:1/fhir", "--key", "/dev/null"),
        ("--to", "https://127.0.0.1:1/fhir", "--message", "document"),
        ("--to", "out", "--format", "docx"),
        ("--to", "out", "--wait", "soon"),
        ("--to", "out", "--timeout", "-1 s"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written_down(
    clinic: Clinic, devicelog: Devicelog, words: tuple[str, ...]
) -> None:
    said = devicelog("deliver", "last", *words)
    assert said.code == 2
    assert said.err.startswith("devicelog: ")
    assert said.err.count("\n") == 1
    assert clinic.outbox() == []


def test_nothing_is_delivered_into_the_store_itself(clinic: Clinic, devicelog: Devicelog) -> None:
    assert _deliver(devicelog, clinic.store / "exports").code == 2
    assert clinic.outbox() == []


def test_a_session_that_does_not_verify_is_not_sent(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    with clinic.writing() as writer:
        writer.connection.execute("DROP TRIGGER chunk_is_never_updated")
        writer.connection.execute("UPDATE chunk SET wall_ns = wall_ns + 1 WHERE key & 4294967295 = 3")
    said = _deliver(devicelog, fhir.url)
    assert said.code == 2
    assert "does not verify" in said.err
    assert fhir.requests == []
    assert clinic.outbox() == []


# -- delays ----------------------------------------------------------------------------------------------------


def test_delays_double_from_seconds_to_an_hour() -> None:
    full = [delay(tries, lambda: 1.0) for tries in range(1, 40)]
    assert full[:4] == [5, 10, 20, 40]
    assert full == sorted(full)
    assert full[-1] == 3600
    assert [delay(tries, lambda: 0.0) for tries in (1, 2, 50)] == [2.5, 5, 1800]


def test_a_receiver_is_left_alone_for_as_long_as_it_asks_but_not_for_ever() -> None:
    assert delay(1, lambda: 0.0, 600) == 600
    assert delay(1, lambda: 0.0, 0) == 2.5
    assert delay(1, lambda: 0.0, 10**9) == 86400


def test_what_a_receiver_asked_for_is_when_it_is_due(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    fhir.acts = [answer(503, Retry_After="7200")]
    _deliver(devicelog, fhir.url)
    (row,) = clinic.outbox()
    tried, due = (datetime.fromisoformat(text) for text in (str(row.content.tried), row.due))
    assert 7200 <= (due - tried).total_seconds() < 7260
    manner = Manner(lambda _what, _done, _total: None, lambda: 0.5)
    assert run(clinic.store, manner, wait=60, sleep=lambda _: pytest.fail("nobody waits for hours")) == []
    assert len(fhir.requests) == 1
