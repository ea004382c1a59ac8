"""Who may speak to the service, what a program can do to it, and that none of it keeps a recording from going on."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, cast

import pytest

from devicelog.errors import NotNowError, StoreBusyError, StoreFailedError
from devicelog.ledger import SEAL_ENTRIES
from devicelog.recording.backlog import Trouble
from devicelog.store import outbox
from devicelog.store.beside import client, place, wire
from devicelog.store.beside.server import Beside
from devicelog.store.database import Connection, transaction
from devicelog.store.folder import open_folder
from devicelog.store.retaining import rule, set_rule
from devicelog.store.sealing import append_act
from devicelog.store.writer import Writer
from tests.beside.conftest import Station
from tests.beside.station import Recorded
from tests.end_to_end.running import Devicelog, wait_until
from tests.waiting import exit_code_of


@pytest.fixture(scope="module")
def store(shared: Devicelog) -> Iterator[Devicelog]:
    """The module's store, with its keys known in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(shared.keys))
        yield shared


@pytest.fixture
def line(store: Devicelog, recording_station: Station) -> Iterator[socket.socket]:
    """A line to the service that nothing was said on yet."""
    assert recording_station.pid
    made = place.connect(open_folder(store.store), 5.0)
    assert made is not None
    with made:
        yield made


def in_another_process(act: Callable[[], object]) -> int:
    """Run something in a process of its own; how that ended."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(int(bool(act())))
        finally:
            os._exit(99)
    return exit_code_of(child)


def acknowledges(station: Station, times: int = 20) -> bool:
    """Whether the service goes on recording: each commit acknowledges something."""
    before = int(station("commit 1"))
    return int(station(f"commit {times}")) >= before + times


def test_a_program_that_dawdles_in_a_transaction_holds_nothing_up(store: Devicelog, recording_station: Station) -> None:
    def dawdle(writer: Writer) -> None:
        with transaction(writer.folder, writer.connection):
            append_act(writer, "test", by="who dawdles")
            assert writer.connection.execute("SELECT max(number) FROM seal").fetchall()  # which the service was asked

            assert acknowledges(recording_station, SEAL_ENTRIES)  # and seals, which changes what was read

    with Writer.open(store.store) as writer:
        with pytest.raises(StoreBusyError, match="at the same moment"):
            dawdle(writer)
        assert acknowledges(recording_station, 1)
        assert not any(b"who dawdles" in act.body for _, act in writer.acts())


def test_a_program_killed_in_a_transaction_leaves_nothing_of_it(store: Devicelog, recording_station: Station) -> None:
    def killed() -> None:
        with Writer.open(store.store) as writer, transaction(writer.folder, writer.connection):
            append_act(writer, "test", by="who dies")
            assert writer.connection.execute("SELECT max(number) FROM seal").fetchall()
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_another_process(killed) == -signal.SIGKILL

    assert acknowledges(recording_station)
    with Writer.open(store.store) as writer:
        set_rule(writer, 9, 25, by="who comes next")
        assert not any(b"who dies" in act.body for _, act in writer.acts())


def test_half_a_message_holds_nothing_up(store: Devicelog, recording_station: Station) -> None:
    found = client.reach(open_folder(store.store))
    assert found is not None
    message = wire.framed(wire.Perform([wire.Step("DELETE FROM outbox", [[]])]))
    found._line.sendall(message[:-3])

    assert acknowledges(recording_station)
    with Writer.open(store.store) as writer:
        set_rule(writer, 8, 25, by="another")
        assert rule(writer).years == 8
    found.close()


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff\xff\xff", b"\0\0\0\1\xc1", wire.framed(wire.Proof(bytes(32)))],
    ids=["another protocol", "too long", "no message", "a proof of nothing"],
)
def test_who_does_not_greet_as_a_program_does_is_not_let_in(
    line: socket.socket, recording_station: Station, said: bytes
) -> None:
    line.sendall(said)
    line.settimeout(30)
    assert ended(line)
    assert acknowledges(recording_station, 1)


def ended(line: socket.socket) -> bool:
    """Whether the service ends the line without a word."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_who_has_not_the_keys_is_not_let_in(line: socket.socket) -> None:
    line.sendall(wire.framed(wire.Hello(wire.VERSION, bytes(wire.NONCE))))
    assert isinstance(wire.reply_of(wire.receive(line, 1024, 5.0) or b""), wire.Welcome)
    line.sendall(wire.framed(wire.Proof(bytes(32))))
    line.settimeout(30)
    assert ended(line)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_is_not_let_in_though_files_are_open_to_all(store: Devicelog, recording_station: Station) -> None:
    assert recording_station.pid
    folder = open_folder(store.store)
    service = folder.path / "service.sock"
    assert service.stat().st_mode & 0o777 == 0o600
    parents = [path for path in service.parents if path.stat().st_mode & 0o001 == 0]
    modes = {path: path.stat().st_mode for path in (service, *parents)}

    def refused() -> bool:
        os.setuid(65534)
        if place.connect(folder, 5.0) is not None:  # the program sees that the service is another user's
            return False
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(service))
            line.settimeout(30)
            return ended(line)  # and the service that the program is

    try:
        for path in modes:
            path.chmod(0o777)
        assert in_another_process(refused) == 1
    finally:
        for path, mode in modes.items():
            path.chmod(mode & 0o7777)


@pytest.mark.parametrize(
    "sql",
    ["PRAGMA synchronous = off", "DROP TABLE entry", "DELETE FROM outbox; DROP TABLE entry", "ATTACH 'x' AS y"],
)
def test_the_service_runs_nothing_but_statements_of_a_transaction(
    store: Devicelog, recording_station: Station, sql: str
) -> None:
    found = client.reach(open_folder(store.store))
    assert found is not None
    answer = found.ask(wire.Perform([wire.Step(sql, [[]])]))
    found.close()
    assert isinstance(answer, wire.Failed)
    assert "another version" in answer.said
    assert acknowledges(recording_station, 1)


@pytest.mark.parametrize(
    ("table", "row"),
    [("seal", (10_000, 0, b"{}", bytes(64))), ("approval", (10_000, b"{}", bytes(64)))],
)
def test_a_seal_under_another_key_is_not_written(
    store: Devicelog, recording_station: Station, table: str, row: tuple[Any, ...]
) -> None:
    assert recording_station.pid
    with Writer.open(store.store) as writer:
        places = ", ".join("?" * len(row))
        with pytest.raises(StoreBusyError), transaction(writer.folder, writer.connection):
            writer.connection.execute(f"INSERT INTO {table} VALUES ({places})", row)
        assert writer.seal_count() < 10_000


def test_the_ledger_cannot_be_rewritten_through_the_service(store: Devicelog, recording_station: Station) -> None:
    with Writer.open(store.store) as writer:
        with pytest.raises(NotNowError), transaction(writer.folder, writer.connection):
            writer.connection.execute("UPDATE entry SET body = x'00'")
        with pytest.raises(NotNowError):
            writer.connection.executemany("DELETE FROM outbox", [()])
        with pytest.raises(NotNowError):
            writer.connection.pragma("synchronous", "off")
    assert acknowledges(recording_station, 1)


def test_what_was_inserted_is_known_by_its_number(store: Devicelog, recording_station: Station) -> None:
    assert recording_station.pid
    content = outbox.Content("id", "folder", "json", outbox.TABLE, "somebody", "2026-01-01T00:00:00Z")
    with Writer.open(store.store) as writer:
        made = [outbox.add(writer, 1, "2026-01-01T00:00:00Z", content) for _ in range(2)]
        assert outbox.delivery(writer, made[1].number) == made[1]
        assert made[1].number == made[0].number + 1
        for one in made:
            outbox.change(writer, outbox.Delivery(one.number, 1, outbox.State.CANCELLED, one.due, content))


def test_more_programs_than_it_serves_are_told_to_try_again(store: Devicelog, recording_station: Station) -> None:
    from devicelog.store.beside.server import MOST

    folder = open_folder(store.store)
    lines = [client.reach(folder) for _ in range(MOST)]
    with pytest.raises(StoreBusyError, match=f"{MOST} programs"):
        client.reach(folder)
    for one in lines:
        assert one is not None
        one.close()
    assert acknowledges(recording_station, 1)

    def let_in() -> bool:
        try:
            found = client.reach(folder)
        except StoreBusyError:
            return False
        assert found is not None
        found.close()
        return True

    wait_until(let_in, "a place at the service")


def test_where_no_socket_can_be_it_is_a_port_of_this_computer(box: Devicelog, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, and where the path of the store is too long for a socket."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(box.keys))
    store = box.store.rename(box.root / ("a folder with a long name " * 5))
    with serving(store) as own:
        assert not (store / "service.sock").exists()
        assert (store / "service.port").stat().st_mode & 0o777 == 0o600
        with Writer.open(store) as writer:
            assert writer.is_beside
            set_rule(writer, 11, 25, by="somebody")
        assert rule(own).years == 11
    assert not (store / "service.port").exists()


def test_a_disk_that_fails_under_the_service_is_told_and_nothing_is_built_on_it(
    box: Devicelog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(box.keys))
    with serving(box.store) as own, Writer.open(box.store) as writer:
        recorded = Recorded(writer)
        before, connection = recorded.commit(5), own.connection
        failing = _Failing(own)

        assert recorded.commit(1) == before
        assert recorded.backlog.trouble is Trouble.FAILING
        assert failing.commits == 1
        assert own.connection is not connection, "the connection was given up"

        assert recorded.end() == len(box.entries(recorded.id))
    box("verify")


class _Failing:
    """The connection of a writer, whose next COMMIT fails as a disk does that cannot be synchronised."""

    def __init__(self, writer: Writer) -> None:
        self.commits = 0
        self._connection = writer.connection
        writer.connection = cast("Connection", self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statements: str, bindings: Any = None) -> Any:
        if statements == "COMMIT":
            self.commits += 1
            raise StoreFailedError("the disk failed; check the disk.")
        return self._connection.execute(statements, bindings)


@contextmanager
def serving(store: Path) -> Iterator[Writer]:
    """A service in this process; its writer."""
    with Writer.open(store) as own:
        alone = Lock()

        def do(job: Callable[[Writer], Any]) -> Any:
            with alone:
                return job(own)

        beside = Beside(own.folder, do)
        beside.start()
        try:
            yield own
        finally:
            beside.close()


def test_whoever_listens_without_the_keys_is_taken_for_nobody(box: Devicelog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port of a service that was killed may be another program's by now: it learns nothing."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(box.keys))
    monkeypatch.setattr(place, "_may_have_socket", lambda _: False)
    monkeypatch.setattr(client, "_GREETING", 0.3)
    with (
        Writer.open(box.store) as own,
        place.listen(own.folder),
        pytest.raises(StoreBusyError, match=f"in use by process {os.getpid()}"),
    ):
        Writer.open(box.store)
