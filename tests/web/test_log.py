"""The operational log tells type and place of what went wrong, and never the words, which may be a patient's name."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
import structlog

from devicelog import log
from devicelog.delivery.courier import Courier
from devicelog.link.link import Link
from devicelog.recorder.recorder import Recorder
from devicelog.store.writer import Writer
from tests.logging_anew import let_go
from tests.waiting import PATIENCE, join
from tests.web.people import log_in
from tests.web.sessions import begun, ended, until_seen
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.served import Served

WHO = "Dr. A. Example"
NAME = "Maria Marker, born 1984-05-17"


class Log:
    """The file to which this process logs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def until(self, *said: str) -> str:
        """What it says once all of this is in it; a name is never."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
            if all(one in text for one in said):
                assert "Marker" not in text
                assert "1984" not in text
                return text
            time.sleep(0.01)
        pytest.fail(f"the log never said {said}: {text}")


@pytest.fixture
def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The log as a command sets it up."""
    before, file = structlog.get_config(), (tmp_path / "log").open("a", encoding="utf-8")
    monkeypatch.setattr(log, "_target", lambda: file)
    monkeypatch.setenv("DEVICELOG_LOG_LEVEL", "debug")
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    log.configure()
    structlog.configure(cache_logger_on_first_use=False)  # for the tests that come after
    log.instead_of_tracebacks()
    let_go()
    yield Log(tmp_path / "log")
    structlog.configure(**before)
    file.close()


def fails(*_: object, **__: object) -> None:
    """Something that quotes what it had at hand, and was caught of the same."""
    try:
        raise KeyError(NAME)
    except KeyError as error:
        raise ValueError(f"no such person: {NAME}") from error


def test_a_page_that_fails(station: Served, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    with Visit(station.url, token=log_in(station.accounts, WHO)) as visit:
        monkeypatch.setattr("devicelog.web.pages.records.listing.sight", fails)
        answer = visit.get("/sessions")
    assert answer.status_code == 500
    assert "Marker" not in answer.text
    logged.until('event="a page failed"', "ValueError")


def test_a_job_at_the_desk_and_a_chore_that_fail(station: Served, logged: Log) -> None:
    with pytest.raises(ValueError, match=NAME):  # whoever asked has it; the log has nothing
        station.station.desk.do(fails)
    chore = station.station.chores.begin("backup", "", WHO, fails)
    assert chore.over.wait(5)
    assert chore.failure is not None
    assert "Marker" not in chore.failure
    logged.until('event="a chore failed"', "ValueError")


def test_a_recording_that_fails(station: Served, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    running = begun(station.station, WHO)
    until_seen(station.station)
    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "handle", fails)
        text = logged.until('event="recording failed"', 'event="session ended by a failure"')
    station.station.desk.do(lambda _: None)
    assert "ValueError at tests/web/test_log.py" in text
    assert "; of KeyError at tests/web/test_log.py" in text
    assert "devicelog/recording/recording.py" in text
    assert running.failure is not None
    assert "ValueError" in running.failure
    assert "Marker" not in running.failure


def test_the_reader_of_a_port_that_fails(station: Served, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(station.station, WHO)
    until_seen(station.station)
    with monkeypatch.context() as patched:
        patched.setattr(Link, "_read", fails)
        text = logged.until('event="reader failed"', "ValueError at ")
    ended(station.station, WHO)
    assert "driver=reference-mesogun" in text


def test_who_ended_a_session_stands_in_its_last_entry_alone(station: Served, logged: Log) -> None:
    begun(station.station, WHO)
    until_seen(station.station)
    ended(station.station, NAME)
    logged.until('event="session ended"')


def test_webhooks_that_fail(station: Served, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    courier = Courier(station.station.store, station.station.desk.do, lambda: 0.5)
    monkeypatch.setattr(courier, "_turn", fails)
    courier.start()
    try:
        logged.until('event="webhooks wait"', "ValueError at ", "devicelog/delivery/courier.py")
    finally:
        courier.close()


def test_a_session_that_cannot_be_closed(station: Served, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    running = begun(station.station, WHO)
    until_seen(station.station)
    ended(station.station, WHO)
    monkeypatch.setattr("devicelog.store.writer.LedgerWriter.resume", fails)

    def close(writer: Writer) -> None:
        writer.interrupt(writer.session(running.session))

    station.station.desk.do(close)
    logged.until('event="interrupted session is damaged"', "cause=ValueError")


class Lost:
    """Nobody can take what is raised while it goes."""

    __del__ = fails


def test_a_thread_that_dies_and_an_exception_that_nobody_can_take(logged: Log) -> None:
    thread = threading.Thread(target=fails)
    thread.start()
    join(thread)
    logged.until('event="a thread died"', "ValueError at ")
    Lost()
    logged.until('event="an exception was lost"')
