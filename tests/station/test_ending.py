"""A station that is asked to end does so in a bounded time; what hangs is said in the log and left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.accounts.accounts import Accounts
from devicelog.delivery.courier import Courier
from devicelog.errors import NotNowError
from devicelog.station import ending
from devicelog.station import station as stations
from devicelog.store.beside.server import Beside
from devicelog.store.folder import open_folder
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.web.api.exporting import Exports
from tests.logging_anew import all_events
from tests.station.conftest import begun, ended
from tests.waiting import PATIENCE, join, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.station.station import Station

#: So long is waited here for what hangs (s).
SHORT = 0.3


class Hanging:
    """What whoever calls it never comes back from, until the test is over."""

    def __init__(self) -> None:
        self.is_reached, self.goes_on = threading.Event(), threading.Event()
        self.count = 0

    def __call__(self, *_: Any, **__: Any) -> None:
        self.count += 1
        self.is_reached.set()
        self.goes_on.wait(PATIENCE)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    one = Hanging()
    yield one
    one.goes_on.set()


def closed(close: Any) -> list[str]:
    """What was left behind when something was closed, on a thread that may hang."""
    with all_events() as events:
        closing = threading.Thread(target=close, daemon=True)
        closing.start()
        join(closing)
    return [event["why"] for event in events if event["event"] == "left behind"]


def test_a_station_whose_session_hangs_in_the_disk_ends_and_what_was_acknowledged_is_there(
    station: Station, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = begun(station)
    with monkeypatch.context() as patched:
        patched.setattr(LedgerWriter, "commit", hanging)
        patched.setattr(stations, "STATION", SHORT)
        assert hanging.is_reached.wait(PATIENCE)
        running.hub.drain()
        told = running.hub.state.record.entries
        assert closed(station.close) == ["the desk"]
    with Reader.open(station.store) as reader:
        row = reader.session(running.session)
        assert (row.state, record_of(reader, row).entries) == ("running", told)

    hanging.goes_on.set()
    until(lambda: not station.desk.is_alive, "the desk")


def test_who_waits_for_a_desk_that_is_left_behind_is_told_and_what_he_asked_is_not_done(
    station: Station, hanging: Hanging
) -> None:
    station.desk.post(hanging)
    assert hanging.is_reached.wait(PATIENCE)
    done: list[int] = []
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(NotNowError) as refused:
            station.desk.do(lambda _: done.append(1))
        told.append(str(refused.value))

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: not station.desk._jobs.empty(), "what is asked")
    assert closed(lambda: station.desk.close(SHORT)) == ["the desk"]
    join(asking)
    assert told == ["the station is ending; try again when it is back."]

    hanging.goes_on.set()
    until(lambda: not station.desk.is_alive, "the desk")
    assert done == []
    with Writer.open(station.store):
        pass


def test_who_asks_in_the_moment_in_which_the_desk_ends_is_told_at_once(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = station.desk.post

    def late(job: Any) -> Any:
        station.desk.close()
        return post(job)

    with monkeypatch.context() as patched:
        patched.setattr(station.desk, "post", late)
        with pytest.raises(NotNowError, match="the station is ending"):
            station.desk.do(lambda _: None, patience=3)


def test_a_job_that_ran_out_of_time_is_told_as_that(station: Station) -> None:
    def late(_: Writer) -> None:
        raise TimeoutError("the other side did not answer")

    with pytest.raises(TimeoutError, match="the other side"):
        station.desk.do(late, patience=3)


def test_webhooks_that_wait_for_a_desk_that_hangs_are_left_behind(
    station: Station, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog.delivery.courier.OTHERS", SHORT)
    courier = Courier(station.store, station.desk.do, lambda: 0.5)
    monkeypatch.setattr(courier, "_turn", hanging)
    courier.start()
    assert hanging.is_reached.wait(PATIENCE)
    assert closed(courier.close) == ["webhooks"]


def test_an_export_that_hangs_is_left_behind_and_those_that_wait_are_not_made(
    station: Station, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(station).session
    ended(station)
    monkeypatch.setattr("devicelog.web.api.exporting.OTHERS", SHORT)
    monkeypatch.setattr("devicelog.web.api.exporting.export", hanging)
    exports = Exports(station.store)
    with Reader.open(station.store) as reader:
        row = reader.session(session)
    orders = [exports.order(row, ["csv"], "token", deidentified=False) for _ in range(2)]
    assert hanging.is_reached.wait(PATIENCE)
    assert closed(exports.close) == ["an export"]

    hanging.goes_on.set()
    until(lambda: orders[0] is not None and orders[0].state == "failed", "the one that hung")
    assert orders[1] is not None
    assert orders[1].state == "making"
    assert closed(exports.close) == []  # an order that was called off is waited for no more


def test_a_chore_that_hangs_is_left_behind(station: Station, hanging: Hanging, monkeypatch: pytest.MonkeyPatch) -> None:
    chore = station.chores.begin("backup", "", "a test", hanging)
    assert hanging.is_reached.wait(PATIENCE)
    assert closed(lambda: station.chores.close(SHORT)) == ["backup"]
    hanging.goes_on.set()
    assert chore.over.wait(PATIENCE)


def test_programs_beside_that_wait_for_a_desk_that_hangs_are_left_behind_together(
    tmp_path: Path, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))

    def do(_: Any) -> None:
        hanging()
        raise NotNowError("the station is ending; try again when it is back.")

    store, asked = tmp_path / "store", list[threading.Thread]()
    with Writer.open(store) as own:
        beside = Beside(own.folder, do)
        beside.start()
        for _ in range(3):
            asked.append(threading.Thread(target=_ask, args=(store,), daemon=True))
            asked[-1].start()
        until(lambda: hanging.count == 3, "three programs")
        assert closed(lambda: beside.close(SHORT)) == ["writing beside"]
        hanging.goes_on.set()
        join(*asked)


def _ask(store: Path) -> None:
    with suppress(NotNowError), Writer.open(store) as writer:
        writer.subject_for("P-1")


def test_accounts_that_cannot_be_closed_are_left_behind(
    station: Station, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "OTHERS", SHORT)
    accounts = Accounts.open(open_folder(station.store))
    close = accounts.close

    def slow() -> None:
        hanging()
        close()

    monkeypatch.setattr(accounts, "close", slow)

    def served() -> None:
        with ending.closing_in_time(accounts, "the accounts"):
            assert accounts.people.all() == []

    assert closed(served) == ["the accounts"]
    hanging.goes_on.set()
    until(lambda: not any(thread.name == "closing" for thread in threading.enumerate()), "the accounts")


def test_a_process_that_a_thread_holds_ends_all_the_same() -> None:
    program = """
import threading
from devicelog import log
log.configure()
from devicelog.station.ending import end_at_last
threading.Thread(target=threading.Event().wait, args=(60,)).start()
end_at_last(0.1)
"""
    ended_ = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert ended_.returncode == 3, ended_.stderr
    assert 'event="left behind"' in ended_.stderr


def test_all_that_an_end_waits_for_is_less_than_what_ends_it_at_last() -> None:
    from devicelog.recording import backlog
    from devicelog.web import server

    before = server._GRACE + 3 * ending.OTHERS  # webhooks, exports, accounts
    assert before + ending.STATION < ending.LAST
    assert max(backlog.PATIENCE, backlog.PATIENCE_WITH_DISK) < ending.STATION
