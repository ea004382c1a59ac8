"""A program begins a session, follows it, ends it, and reads it: what it reads is what the store holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devicelog.store.access import accesses
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_session
from tests.waiting import until
from tests.web.api.clinic import WHO, begun, client, over, plan

if TYPE_CHECKING:
    import httpx

    from tests.web.served import Served


@pytest.fixture(scope="module")
def session(station: Served, program: httpx.Client) -> str:
    """A session from its beginning to its end, with what was stated in it."""
    id_ = begun(program, subject="P-7")
    until(lambda: program.get(f"/api/v1/sessions/{id_}/state").json()["entries"] > 40, "entries come")
    for said in (
        {"kind": "note", "text": "comfortable", "by": WHO},
        {"kind": "event", "code": "pain", "by": WHO},
        {"kind": "pause", "by": WHO},
        {"kind": "resume", "by": WHO},
        {"kind": "zone", "zone": "face.cheek.left", "by": WHO},
    ):
        answer = program.post(f"/api/v1/sessions/{id_}/statements", json=said)
        assert answer.status_code == 202, answer.text
    assert program.post("/api/v1/sessions", json=plan()).status_code == 409
    assert over(station, program, id_)["state"] == "ended"
    return id_


def test_a_session_that_a_program_began_is_recorded_and_verifies(
    station: Served, program: httpx.Client, session: str
) -> None:
    with Reader.open(station.station.store) as reader:
        assert verify_session(reader, session).holds
    record = program.get(f"/api/v1/sessions/{session}").json()
    assert (record["session"], record["state"], record["practitioner"]) == (session, "ended", WHO)
    assert record["notes"][0]["text"] == "comfortable"
    assert record["ended_because"] == f"ended by {WHO}"
    assert {"pain"} <= {one["code"] for one in record["events"]}
    assert "face.cheek.left" in {zone["zone"] for zone in record["zones"]}


def test_the_record_is_the_same_document_as_everywhere(station: Served, program: httpx.Client, session: str) -> None:
    from devicelog.record import as_json
    from devicelog.stored import record_of

    with Reader.open(station.station.store) as reader:
        own = as_json.content(record_of(reader, reader.session(session)))
    assert program.get(f"/api/v1/sessions/{session}").json() == json.loads(json.dumps(own, default=str))


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_entries_by_cursor_are_exactly_the_ledger(
    station: Served, program: httpx.Client, session: str, limit: int
) -> None:
    from devicelog.terminal.entry import EntryTeller

    with Reader.open(station.station.store) as reader:
        row = reader.session(session)
        lines = EntryTeller(row).tell(reader.lines(row.number), None, as_json=True, reader=reader)
        own = [json.loads(line) for line in lines][: 40 * limit]
    found: list[object] = []
    after = 0
    while len(found) < len(own):
        page = program.get(f"/api/v1/sessions/{session}/entries", params={"after": after, "limit": limit}).json()
        assert page["entries"], f"nothing comes behind entry {after}"
        found += page["entries"]
        after = page["after"]
    assert found[: len(own)] == own


def test_entries_come_as_lines_for_whoever_asks_so(program: httpx.Client, session: str) -> None:
    answer = program.get(f"/api/v1/sessions/{session}/entries", headers={"accept": "application/x-ndjson"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    numbers = [json.loads(line)["entry"] for line in answer.text.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_free_texts_are_opened_only_for_a_token_that_may_read_sessions(station: Served, session: str) -> None:
    def note(*scopes: str) -> object:
        with client(station, *scopes) as program:
            pages = program.get(f"/api/v1/sessions/{session}/entries", params={"limit": 5000}).json()["entries"]
        return next(one["content"]["text"] for one in pages if one["kind"] == "note")

    sealed = note("entries:read")
    assert isinstance(sealed, dict)
    assert sealed.keys() == {"sealed", "digest"}
    assert note("entries:read", "sessions:read") == "comfortable"


def test_sessions_are_listed_page_by_page_and_found(program: httpx.Client, session: str) -> None:
    page = program.get("/api/v1/sessions", params={"limit": 1}).json()
    assert [one["session"] for one in page["sessions"]] == [session]
    assert page["next"] is None
    by_number = program.post("/api/v1/sessions/search", json={"subject": "P-7"}).json()["sessions"]
    assert [one["session"] for one in by_number] == [session]
    by_id = program.get("/api/v1/sessions", params={"subject": by_number[0]["subject"]}).json()["sessions"]
    assert by_id == by_number
    assert program.get("/api/v1/sessions", params={"until": "2020-01-01"}).json()["sessions"] == []
    assert program.get("/api/v1/sessions", params={"subject": "P-7"}).status_code == 422
    assert program.get("/api/v1/sessions", params={"after": session}).json()["sessions"] == []


def test_every_read_of_a_record_is_logged_with_the_token_that_read_it(
    station: Served, program: httpx.Client, session: str
) -> None:
    program.get(f"/api/v1/sessions/{session}")
    program.get(f"/api/v1/sessions/{session}/entries")
    logged = [one.access for one in accesses(open_folder(station.station.store)) if one.access is not None]
    read = [one for one in logged if one.session == session]
    assert {"session", "entries"} <= {one.what for one in read}
    assert all(one.by.startswith("token program") for one in read)


def test_an_error_is_a_problem_in_one_sentence(program: httpx.Client) -> None:
    for answer, status in (
        (program.get("/api/v1/sessions/none-such"), 404),
        (program.get("/api/v1/nothing"), 404),
        (program.put("/api/v1/sessions"), 405),
        (program.get("/api/v1/sessions", params={"limit": 0}), 422),
        (program.post("/api/v1/sessions", content=b"{", headers={"content-type": "application/json"}), 422),
        (program.post("/api/v1/sessions", content=b"{}", headers={"content-type": "text/plain"}), 415),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert said["status"] == status
        assert said["detail"].endswith(".")
    assert "GET" in program.put("/api/v1/sessions").headers["allow"]
