"""A crowd of connections takes nothing from whoever was there, nor from what records."""

from __future__ import annotations

import socket
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.web import listening
from devicelog.web.pages import live
from tests.waiting import until
from tests.web.people import log_in
from tests.web.sessions import begun, ended
from tests.web.visiting import Visit

if TYPE_CHECKING:
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
