"""What pages and streams do while the accounts or the disk fail, and what is logged of whoever only listens."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.errors import StoreFormatError, StoreFullError
from devicelog.store.access import Access, accesses, log
from devicelog.store.accounts.accounts import AccountsFile
from devicelog.store.folder import Folder, open_folder
from devicelog.web import accesses as keeping
from devicelog.web.pages.records import exporting
from tests.waiting import PATIENCE
from tests.web.api.clinic import client
from tests.web.people import log_in
from tests.web.sessions import begun, ended, recorded, until_seen
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.served import Served

WHO = "Dr. A. Example"


@pytest.fixture(scope="module")
def token(station: Served) -> str:
    return log_in(station.accounts, WHO)


@pytest.fixture
def session(station: Served) -> Iterator[str]:
    running = begun(station.station, WHO)
    yield running.session
    ended(station.station, WHO)


def _damaged(*_: object, **__: object) -> None:
    raise StoreFormatError("accounts.db is damaged; restore the store from a backup.")


def _full(*_: object, **__: object) -> None:
    raise StoreFullError("the disk is full; make room and try again.")


def test_damaged_accounts_are_said_in_a_sentence_on_every_page(
    station: Served, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station.accounts.door, "look", _damaged)
    with Visit(station.url, token=token) as visit:
        for path in ("/", "/live", "/sessions", "/login"):
            visit.http.headers["sec-fetch-mode"] = "navigate"
            answer = visit.get(path)
            assert answer.status_code == 503
            assert "accounts.db is damaged" in answer.text
            assert "<html" in answer.text


def test_damaged_accounts_are_no_fault_of_a_program_that_asks(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with client(station) as program:
        monkeypatch.setattr(station.accounts.tokens, "holder", _damaged)
        for path in ("/api/v1/sessions", "/api/v1/devices", "/metrics", "/health/ready"):
            answer = program.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), path
            assert answer.json()["detail"].startswith("accounts.db is damaged")
            assert "retry-after" not in answer.headers, "to ask again does not help"


def test_a_log_that_takes_its_time_keeps_nobody_from_the_live_page_and_is_written(
    station: Served, token: str, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until_seen(station.station)
    answers = threading.Event()

    def late(folder: Folder, access: Access) -> str | None:
        answers.wait(30)
        return log(folder, access)

    monkeypatch.setattr(keeping, "_WAIT", 0.1)
    monkeypatch.setattr(keeping, "log", late)
    with Visit(station.url, token=token) as visit:
        try:
            assert visit.get("/live").status_code == 200
        finally:
            answers.set()
        visit.get("/live")
    done = keeping._LOG.do(lambda: None, 30)
    assert done.done()
    logged = [one.access for one in accesses(open_folder(station.station.store)) if one.access is not None]
    assert len([one for one in logged if (one.what, one.session) == ("live", session)]) == 2


def test_whoever_only_listens_to_the_stream_stands_in_the_log_of_accesses(
    station: Served, token: str, session: str
) -> None:
    until_seen(station.station)
    with Visit(station.url, token=token) as visit, visit.http.stream("GET", "/live/stream") as stream:
        assert b"event: swap" in next(came for came in stream.iter_bytes() if b"event:" in came)
    logged = [one.access for one in accesses(open_folder(station.station.store)) if one.access is not None]
    assert [(one.what, one.by) for one in logged if one.session == session] == [("live", WHO)]


def test_a_stream_ends_when_nobody_can_tell_any_more_who_watches(
    station: Served, token: str, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until_seen(station.station)
    with Visit(station.url, token=token) as visit, visit.http.stream("GET", "/live/stream") as stream:
        came = stream.iter_bytes()
        next(came)
        monkeypatch.setattr(station.accounts.door, "look", _damaged)
        assert b"".join(came).endswith(b"event: leave\ndata: /live\n\n")


def test_on_a_full_disk_whoever_logs_out_is_out(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = log_in(station.accounts, "Dr. G. One")
    with Visit(station.url, token=gone) as visit, Visit(station.url, token=gone) as other:
        visit.get("/account")
        with monkeypatch.context() as patched:
            patched.setattr(AccountsFile, "changing", _full)
            assert visit.post("/logout").headers["location"] == "/login"
            assert other.get("/account").headers["location"].startswith("/login")
        assert other.get("/account").headers["location"].startswith("/login")


def test_a_disk_that_takes_no_file_is_said_in_a_sentence(
    station: Served, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    done = recorded(station.station, WHO)
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with Visit(station.url, token=token) as visit:
        visit.get(f"/sessions/{done}")
        answer = visit.post(f"/sessions/{done}/export", format="csv")
    assert answer.status_code == 503
    assert "a file cannot be written on this computer (No space left on device)" in answer.text


def test_many_who_want_exports_at_once_leave_threads_to_others(
    station: Served, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = recorded(station.station, WHO)
    with Visit(station.url, token=token) as visit, exporting._MAKING, ThreadPoolExecutor(60) as crowd:
        visit.get(f"/sessions/{done}")
        form = {"csrf": visit.csrf, "format": "json"}
        for _ in range(60):
            crowd.submit(visit.http.post, f"/sessions/{done}/export", data=form, timeout=PATIENCE)
        with Visit(station.url, token=token) as other:
            assert other.get("/account").status_code == 200
        exporting._MAKING.release()
        crowd.shutdown()
        exporting._MAKING.acquire()


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1"])
def test_a_number_that_is_none_is_no_fault_of_the_station(station: Served, number: str) -> None:
    admin = log_in(station.accounts, f"A. {number[:3]}", Role.ADMIN, login=f"admin{ord(number[0])}")
    with Visit(station.url, token=admin) as visit:
        for path in ("/administration/accesses?before=", "/devices/unbind/"):
            assert visit.get(f"{path}{number}").status_code < 500
        visit.get("/administration/backups")
        assert visit.post("/administration/backups/folder", keep=number, password="x").status_code < 500
        assert visit.post(f"/administration/outbox/{number}/cancel").status_code < 500
