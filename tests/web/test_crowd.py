"""A crowd of connections takes nothing from whoever was there, nor from what records."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.web import connection, listening
from devicelog.web.certificate import own_certificate
from devicelog.web.pages import live
from devicelog.web.security import PIECE, Security
from tests.waiting import until
from tests.web.people import log_in
from tests.web.served import served_alone
from tests.web.sessions import begun, ended
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

    from tests.web.served import Served


def test_a_crowd_that_asks_for_nothing_makes_room_for_who_comes(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "MOST", 20)
    place = ("127.0.0.1", station.settings.port)
    crowd = [socket.create_connection(place, timeout=5) for _ in range(20)]
    for one in crowd[10:]:
        one.sendall(b"GET / HTTP/1.1\r\nHost: ")  # and never goes on
    for _ in range(5):
        assert httpx.get(f"{station.url}/static/icon.svg").status_code == 200
    assert crowd[0].recv(1) == b""  # who came first has left
    crowd[-1].setblocking(False)
    with pytest.raises(BlockingIOError):
        crowd[-1].recv(1)
    for one in crowd:
        one.close()


def test_who_is_one_too_many_is_let_go_at_once_where_an_answer_is_due_to_all_and_later_there_is_room(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = log_in(station.accounts, "Dr. C. Rowd")
    monkeypatch.setattr(listening, "MOST", 20)
    place = ("127.0.0.1", station.settings.port)
    head = f"GET /live/stream HTTP/1.1\r\nHost: localhost:{place[1]}\r\nCookie: devicelog={token}\r\n\r\n"
    crowd = [socket.create_connection(place, timeout=5) for _ in range(20)]
    for one in crowd:
        one.sendall(head.encode())
        assert one.recv(1) == b"H"
    with socket.create_connection(place, timeout=5) as late:
        assert late.recv(1) == b""
    for one in crowd:
        one.close()
    until(lambda: is_let_in(station.url), "a place at the station")


def test_a_crowd_that_takes_no_answer_makes_room_for_who_comes(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "MOST", 5)
    crowd = [deaf(station) for _ in range(5)]
    for _ in range(3):
        assert httpx.get(f"{station.url}/static/icon.svg").status_code == 200
    for one in crowd:
        one.close()


def test_a_crowd_that_never_agrees_on_tls_makes_room_for_who_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "MOST", 20)
    made = own_certificate(tmp_path / "tls", ["localhost"], datetime.now(UTC))
    with served_alone(tmp_path, certificate=made) as secure:
        crowd = [socket.create_connection(("127.0.0.1", secure.settings.port), timeout=5) for _ in range(20)]
        for _ in range(5):
            assert httpx.get(f"{secure.url}/static/icon.svg", verify=False).status_code == 200
        assert crowd[0].recv(1) == b""  # who came first has left
        for one in crowd:
            one.close()


def test_whoever_takes_no_answer_loses_the_connection(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TAKEN_S", 0.5)
    with deaf(station) as line:
        until(lambda: is_cut(line), "the end of a connection on which nothing is taken")


def test_a_long_answer_goes_in_pieces_so_that_it_is_seen_whether_they_are_taken(station: Served) -> None:
    whole, sent = bytes(range(256)) * 1024 + b"end", []

    async def answering(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": whole})

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def taking(message: Message) -> None:
        sent.append(message)

    host = f"localhost:{station.settings.port}".encode()
    scope = {"type": "http", "method": "GET", "headers": [(b"host", host)]}
    asyncio.run(Security(answering, station.settings)(scope, nothing, taking))
    bodies = sent[1:]
    assert b"".join(one["body"] for one in bodies) == whole
    assert max(len(one["body"]) for one in bodies) <= PIECE
    assert [one.get("more_body", False) for one in bodies] == [True] * (len(bodies) - 1) + [False]


def deaf(station: Served) -> socket.socket:
    """A connection that asks for more and more and reads nothing, until the station reads nothing from it either."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.connect(("127.0.0.1", station.settings.port))
    line.settimeout(1)
    asked = f"GET /static/station.css HTTP/1.1\r\nHost: localhost:{station.settings.port}\r\n\r\n".encode()
    with suppress(TimeoutError, ConnectionError):
        while True:
            line.sendall(asked * 100)
    return line


def is_cut(line: socket.socket) -> bool:
    """Whether the station has ended a connection of which nothing is read."""
    line.setblocking(False)
    try:
        line.send(b"G")
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return False


def is_let_in(url: str) -> bool:
    """Whether somebody more is answered."""
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/static/icon.svg").status_code == 200
    return False


def test_pages_that_look_on_are_no_more_than_leave_room_for_others(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 3)
    token = log_in(station.accounts, "Dr. M. Any")
    head = f"GET /live/stream HTTP/1.1\r\nHost: localhost:{station.settings.port}\r\nCookie: devicelog={token}\r\n\r\n"
    looking = [socket.create_connection(("127.0.0.1", station.settings.port), timeout=5) for _ in range(3)]
    for one in looking:
        one.sendall(head.encode())
        assert b"retry:" in one.recv(4096) + one.recv(4096)
    with Visit(station.url, token=token) as visit:
        refused = visit.http.get("/live/stream")
        assert (refused.status_code, "3 pages look on already" in refused.text) == (503, True)
        assert visit.get("/account").status_code == 200
    for one in looking:
        one.close()


def test_tablets_that_never_read_hold_nothing_up(station: Served) -> None:
    token = log_in(station.accounts, "Dr. A. Example")
    running = begun(
        station.station, "Dr. A. Example", device="reference-mesogun@sim://reference-mesogun?seed=1&speed=50"
    )
    head = f"GET /live/stream HTTP/1.1\r\nHost: localhost:{station.settings.port}\r\nCookie: devicelog={token}\r\n\r\n"
    deaf = []
    for _ in range(60):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", station.settings.port))
        line.sendall(head.encode())
        deaf.append(line)
    try:
        with Visit(station.url, token=token) as visit, visit.http.stream("GET", "/live/stream") as stream:
            said = b"".join(islice(stream.iter_bytes(), 40))
        assert said.count(b"event:") > 10
        assert station.station.current is running
    finally:
        for line in deaf:
            line.close()
        ended(station.station, "Dr. A. Example")
