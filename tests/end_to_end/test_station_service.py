"""The station as a service: what it tells its manager, and what becomes of a session when its process ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.ledger.resumption import NOT_RUNNING
from devicelog.recording.service import ServiceManager
from devicelog.station.station import Station
from devicelog.stored import record_of
from tests.end_to_end.running import PATIENCE, wait_until
from tests.test_service import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.testing.plugin import SimulateDevice
    from tests.end_to_end.running import Devicelog
    from tests.end_to_end.serving import Serving

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """What a service manager has."""
    listener = Listener(str(tmp_path / "notify"))
    yield listener
    listener.socket.close()


# -- what the service manager hears --------------------------------------------------------------------------------


def test_a_station_is_ready_when_it_can_be_opened_then_lives_then_says_that_it_ends(
    station: Serving, listener: Listener, tmp_path: Path
) -> None:
    station.start({"NOTIFY_SOCKET": str(tmp_path / "notify")})

    before = listener.hear_until("READY=1")
    answer = httpx.get(station.url, follow_redirects=False)
    lives = [listener.hear() for _ in range(3)]
    station.end()

    assert set(before) <= {"WATCHDOG=1", "READY=1"}
    assert answer.status_code < 500
    assert lives == ["WATCHDOG=1"] * 3, "nothing is recorded, and the desk looks up now and then"
    assert set(listener.hear_until("STOPPING=1")) <= {"WATCHDOG=1", "STOPPING=1"}


def test_a_station_that_cannot_begin_is_never_ready(station: Serving, listener: Listener, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", station.port)):
        more = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        sentence = station.box.sentence("serve", "--port", str(station.port), code=3, more=more)

    assert "another program has it" in sentence
    listener.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.hear()


def test_a_desk_that_hangs_starves_the_watchdog_and_one_that_turns_again_feeds_it(
    tmp_path: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    station = Station(tmp_path / "store", ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")}))
    station.start()
    hangs, goes_on = threading.Event(), threading.Event()
    try:
        listener.hear_until("WATCHDOG=1")
        station.desk.post(lambda _: hangs.set())
        station.desk.post(lambda _: goes_on.wait(PATIENCE))
        assert hangs.wait(PATIENCE)
        said_before = _drained(listener)
        listener.socket.settimeout(1.5)
        with pytest.raises(TimeoutError):
            listener.hear()
        goes_on.set()
        listener.socket.settimeout(PATIENCE)
        assert listener.hear() == "WATCHDOG=1"
    finally:
        goes_on.set()
        station.close()
    assert set(said_before) <= {"WATCHDOG=1"}


def _drained(listener: Listener) -> list[str]:
    """What was said and not heard yet."""
    listener.socket.setblocking(False)
    said = []
    try:
        while True:
            said.append(listener.hear())
    except BlockingIOError:
        return said
    finally:
        listener.socket.settimeout(PATIENCE)


# -- the session when the process ends -----------------------------------------------------------------------------


def test_a_session_outlives_every_process_of_its_station_and_loses_nothing(
    box: Devicelog, station: Serving, simulated_device: SimulateDevice
) -> None:
    # given a session whose first process was killed
    gun = simulated_device("reference-mesogun", speed=8.0)
    with box.record(gun.url) as recording:
        acknowledged = {name.partition("/")[2] for name in recording.wait_for(12)}
        session = recording.session
        recording.kill()

    # when a station starts and is killed, starts and is asked to end, and starts again
    counts = []
    for starts, ended_by in enumerate((signal.SIGKILL, signal.SIGTERM, signal.SIGTERM), start=1):
        before = station.entries()
        station.start()
        wait_until(lambda before=before: station.entries() > before + 8, "the session to go on")  # type: ignore[misc]
        wait_until(lambda starts=starts: gap_filled(box, starts), "what was missed")  # type: ignore[misc]
        counts.append(station.entries())
        assert station.signal(ended_by).code == (-signal.SIGKILL if ended_by is signal.SIGKILL else 0)

    # then it is one session, still open, and every injection that the device counts is in it
    assert set(box.states().items()) == {(session, "running")}
    with station.reader() as reader:
        [row] = reader.sessions()
        record = record_of(reader, row)
        numbers = {str(line.number) for line in reader.lines(row.number)}
    assert acknowledged <= numbers
    assert counts == sorted(counts)
    gaps = list(record.gaps.values())
    assert {gap.cause for gap in gaps} == {NOT_RUNNING}
    assert [gap.missing for gap in gaps] == [0] * 3, "the device remembers what it did while nobody listened"

    # and a command that records closes it, and all of it verifies
    box("record", "--device", "reference-mesogun@sim://reference-mesogun?speed=max", *_QUICK)
    assert box.states()[session] == "interrupted"
    box("verify")


_QUICK = ("--protocol", "none", "--subject", "P-2", "--practitioner", "Dr. Test", "--no-live", "--for", "300ms")


def gap_filled(box: Devicelog, count: int) -> bool:
    """Whether so many gaps were filled."""
    return sum(entry.kind == "gap_filled" for entry in box.entries()) >= count


def test_a_second_station_on_one_store_is_refused(box: Devicelog, station: Serving) -> None:
    station.start()

    sentence = box.sentence("serve", "--port", str(_another_port()), code=3)

    assert "has a station already" in sentence
    assert httpx.get(station.url).status_code < 500


def _another_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_commands_beside_the_station_work_and_write_through_it(box: Devicelog, station: Serving) -> None:
    station.start()

    box("record", "--device", "reference-mesogun@sim://reference-mesogun?seed=1&speed=max", *_QUICK)
    listed = box("sessions", "--json").document
    box("verify")
    station.end()

    assert list(box.states().values()) == ["ended"]
    assert len(listed if isinstance(listed, list) else listed["sessions"]) == 1
