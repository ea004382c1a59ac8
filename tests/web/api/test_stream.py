"""The ledger as it grows: a program that loses the line goes on where it was, and one without a token hears nothing."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.store.reader import Reader
from tests.waiting import until
from tests.web.api.clinic import begun, client, ended, over
from tests.web.api.events import events

if TYPE_CHECKING:
    import httpx

    from tests.web.served import Served

STREAM = "/api/v1/stream"


def test_every_entry_comes_once_though_the_line_breaks_again_and_again(station: Served, program: httpx.Client) -> None:
    session, last, found = begun(program), "", []
    for piece in (1, 3, 20, 5):
        headers = {"last-event-id": last} if last else {}
        with program.stream("GET", STREAM, headers=headers) as answer:  # given up in the middle
            for kind, id_, data in islice(events(answer), piece):
                assert kind == "entry"
                found.append(data["entry"])
                last = id_
    ended(program, session)
    with Reader.open(station.station.store) as reader:
        whole = len(list(reader.lines(reader.session(session).number)))
    with program.stream("GET", STREAM, headers={"last-event-id": last}) as answer:
        for _, id_, data in events(answer):
            found.append(data["entry"])
            if id_ == f"{session}/{whole}":
                break
    assert found == list(range(1, whole + 1))


def test_a_stream_goes_on_into_the_next_session(program: httpx.Client) -> None:
    first = begun(program)
    ended(program, first)
    last = program.get(f"/api/v1/sessions/{first}/state").json()["entries"]
    with program.stream("GET", STREAM, headers={"last-event-id": f"{first}/{last}"}) as answer:
        second = begun(program)
        _, id_, data = next(events(answer))
        assert (id_, data["kind"]) == (f"{second}/1", "started")
    ended(program, second)


def test_a_token_that_is_revoked_hears_no_more(station: Served) -> None:
    with client(station) as program:
        session = begun(program)
        with client(station, "live:read") as watching, watching.stream("GET", STREAM) as answer:
            coming = events(answer)
            assert next(coming)[0] == "entry"
            name = station.accounts.tokens.all()[-1]
            station.accounts.tokens.revoke(name.id, clock.now().wall_ns, by="a test")
            kinds = [kind for kind, _, _ in coming]
        assert kinds[-1] == "end"
        assert watching_is_refused(station, session)
        ended(program, session)


def watching_is_refused(station: Served, session: str) -> bool:
    with client(station, "entries:read") as other:
        return other.get(STREAM).status_code == 403 and bool(session)


def test_somebody_who_does_not_read_on_holds_up_nothing(station: Served, program: httpx.Client) -> None:
    session = begun(program)
    with program.stream("GET", STREAM):  # and nobody reads what comes
        before = program.get(f"/api/v1/sessions/{session}/state").json()["entries"]
        until(
            lambda: program.get(f"/api/v1/sessions/{session}/state").json()["entries"] > before + 20,
            "entries become durable",
        )
    assert over(station, program, session)["state"] == "ended"


def test_an_empty_page_waits_for_the_next_entry(program: httpx.Client) -> None:
    session = begun(program)
    last = program.get(f"/api/v1/sessions/{session}/state").json()["entries"]
    answer = program.get(f"/api/v1/sessions/{session}/entries", params={"after": last, "wait": 20}).json()
    assert answer["entries"][0]["entry"] == last + 1
    ended(program, session)
    last = program.get(f"/api/v1/sessions/{session}/state").json()["entries"]
    answer = program.get(f"/api/v1/sessions/{session}/entries", params={"after": last, "wait": 20}).json()
    assert (answer["entries"], answer["state"]) == ([], "ended")


@pytest.mark.parametrize("last", ["nonsense", "20200101-000000-0000/1", "/", "x/99999999999"])
def test_an_id_that_is_none_of_the_station_is_told(program: httpx.Client, last: str) -> None:
    assert program.get(STREAM, headers={"last-event-id": last}).status_code == 422
