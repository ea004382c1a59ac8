"""A session from its order to its end, recorded by the station with simulated devices on real links."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import ChunkKind
from devicelog.errors import BadInputError, NotNowError, PortError, StoreBusyError, StoreFullError
from devicelog.ledger import Kind
from devicelog.recorder.recorder import Recorder
from devicelog.recording.backlog import Backlog
from devicelog.recording.recording import Recording
from devicelog.screening.rules import SHIPPED
from devicelog.station.station import Station
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.witness.keeper import Keeper
from tests.station.conftest import begun, ended, gun, order, triggers
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from devicelog.station.running import Running


def test_what_is_recorded_is_told_as_it_becomes_durable(station: Station) -> None:
    running = begun(station)
    assert station.current is running
    ended(station)

    with Reader.open(station.store) as reader:
        record = record_of(reader, reader.session(running.session))
    assert (record.state, record.ended) == ("ended", "ended by Dr. A. Example")
    assert record.simulated
    running.hub.drain()
    assert running.hub.is_over
    assert running.hub.state.record.entries == record.entries


def test_what_must_be_known_at_the_beginning_is_told(station: Station) -> None:
    told = station.begin(order(gun())).told
    assert "no treatment protocol: nothing is checked" in told
    ended(station)


def test_what_is_stated_takes_its_place_among_the_readings_and_its_text_is_sealed(station: Station) -> None:
    running = begun(station)
    running.state(Kind.NOTE, {"text": "a quiet note", "by": "Dr. A. Example"})
    until(lambda: running.hub.drain() and running.hub.state.record.notes)
    ended(station)

    with Reader.open(station.store) as reader:
        row = reader.session(running.session)
        assert [text for _, text in record_of(reader, row).notes] == ["a quiet note"]
        assert not any(b"a quiet note" in line.body for line in reader.lines(row.number))


def test_what_is_stated_at_the_end_is_in_the_record_or_refused(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = begun(station)
    ending, go_on = threading.Event(), threading.Event()

    def slow(_: Keeper) -> None:  # a witness on a medium that takes its time
        ending.set()
        go_on.wait(PATIENCE)

    monkeypatch.setattr(Keeper, "finish", slow)
    running.state(Kind.NOTE, {"text": "in time", "by": "Dr. A. Example"})
    running.end("Dr. A. Example")
    assert ending.wait(PATIENCE)
    assert station.current is running
    try:
        with pytest.raises(NotNowError, match="has ended meanwhile, and this is not in it; add it to its record"):
            running.state_once(Kind.NOTE, {"text": "too late", "by": "Dr. A. Example"})
    finally:
        go_on.set()
    until(lambda: station.current is None)
    with Reader.open(station.store) as reader:
        assert [text for _, text in record_of(reader, reader.session(running.session)).notes] == ["in time"]


def test_the_desk_does_other_jobs_while_it_records(station: Station) -> None:
    running = begun(station)
    assert station.desk.do(lambda writer: writer.session(running.session).number) == 1
    ended(station)


def test_a_second_session_is_refused_while_one_is_recorded(station: Station) -> None:
    begun(station)
    with pytest.raises(NotNowError, match="being recorded already"):
        station.begin(order(gun()))
    ended(station)


def test_whoever_trains_a_second_time_begins_with_a_device_that_begins(station: Station) -> None:
    # given a session with a simulated device, which gave injections and was ended in the middle of its scenario
    device = gun()
    [first, second] = [_injected(station, device) for _ in range(2)]

    # then one after it has the same injections by the same counters, and no reset, anomaly or gap of the first
    assert second == first
    with Reader.open(station.store) as reader:
        records = [record_of(reader, row) for row in reader.sessions()]
    assert [(one.gaps, one.alarms) for one in records] == [({}, {}), ({}, {})]


def _injected(station: Station, device: str) -> list[bytes]:
    """The first two injections as the device reported them in a session of its own."""
    running = station.begin(order(device)).running
    assert running is not None
    until(lambda: triggers(running) >= 2)
    ended(station)
    with Reader.open(station.store) as reader:
        chunks = reader.chunks(reader.session(running.session).number)
        sent = b"".join(chunk.data for chunk in chunks if chunk.kind is ChunkKind.RECEIVED)
    return [line for line in sent.split(b"\r\n") if line.startswith(b"$DLR1,INJ")][:2]


def test_an_order_that_cannot_be_leaves_no_session_behind(station: Station, tmp_path: Path) -> None:
    with pytest.raises(PortError):
        station.begin(order(f"reference-mesogun@{tmp_path / 'gone'}"))
    with pytest.raises(BadInputError):
        station.begin(order("no-such-driver@sim://reference-mesogun"))
    assert station.current is None
    with Reader.open(station.store) as reader:
        assert reader.sessions() == []


def test_a_station_that_ends_leaves_the_session_open_and_all_of_it_durable(station: Station) -> None:
    running = begun(station)
    station.close()
    running.hub.drain()
    with Reader.open(station.store) as reader:
        row = reader.session(running.session)
        assert row.state == "running"
        assert record_of(reader, row).entries == running.hub.state.record.entries


def test_the_next_station_goes_on_with_the_session_that_was_left_open(tmp_path: Path, station: Station) -> None:
    before = begun(station)
    given = triggers(before)
    station.close()

    again = Station(tmp_path / "store")
    again.start()
    running = again.current
    assert running is not None
    assert running.session == before.session
    until(lambda: triggers(running) > given)
    assert running.during.by == "Dr. A. Example"
    ended(again)
    again.close()

    with Reader.open(again.store) as reader:
        record = record_of(reader, reader.session(before.session))
    assert record.state == "ended"
    assert [gap.cause for gap in record.gaps.values()] == ["the recorder was not running"]


def test_a_session_that_goes_on_is_asked_about_with_the_questions_of_the_clinic(
    tmp_path: Path, station: Station
) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace('title = "Epilepsy"', 'title = "Our own word"')
    own = tmp_path / "own.toml"
    own.write_text(text.replace('id = "contraindications"', 'id = "own"', 1), encoding="utf-8")
    begun(station)
    station.close()

    again = Station(tmp_path / "store", screening=own)
    again.start()
    assert again.current is not None
    assert again.current.during.questions["epilepsy"] == "Our own word"
    ended(again)
    again.close()


def test_a_second_station_on_the_same_store_is_refused(station: Station) -> None:
    with pytest.raises(StoreBusyError, match="has a station already"):
        Station(station.store).start()


def test_a_command_writes_through_the_station_while_it_records(station: Station) -> None:
    running = begun(station)
    with Writer.open(station.store) as writer:
        assert writer.is_beside
        writer.subject_for("P-2")
    with Reader.open(station.store) as reader:
        assert reader.subject("P-2") is not None
    assert station.current is running
    ended(station)


def test_a_session_whose_beginning_was_confirmed_is_durable(station: Station) -> None:
    running = station.begin(order(gun())).running
    assert running is not None
    with Reader.open(station.store) as reader:
        assert reader.session(running.session).state == "running"
    ended(station)


def test_a_store_that_takes_no_first_entry_is_told_to_whoever_begins(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFullError("the disk is full; make room.")

    with monkeypatch.context() as patched:
        patched.setattr(LedgerWriter, "commit", full)
        with pytest.raises(NotNowError, match="the disk is full"):
            station.begin(order(gun()))
    until(lambda: station.current is None)
    begun(station)
    ended(station)


def test_a_session_that_a_failure_ended_is_closed_and_not_gone_on_with(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = begun(station)
    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "handle", _broken)
        until(lambda: station.current is None)
    assert failed.failure is not None
    station.desk.do(lambda _: None)
    with Reader.open(station.store) as reader:
        assert reader.session(failed.session).state == "interrupted"
    station.close()

    again = Station(station.store)
    again.start()
    assert again.current is None
    again.close()


def test_a_surprise_that_ends_a_session_is_told(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = begun(station)
    with monkeypatch.context() as patched:
        patched.setattr(Backlog, "flush", _unplugged)
        until(lambda: station.current is None)
    assert failed.failure is not None
    assert "OSError" in failed.failure
    assert station.desk.do(lambda writer: writer.session(failed.session).state) == "interrupted"


def test_a_session_that_is_being_begun_when_the_station_ends_goes_on_with_the_next_one(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, go_on = threading.Event(), threading.Event()
    confirm = Recording.confirm

    def slow(recording: Recording) -> None:
        opening.set()
        assert go_on.wait(PATIENCE)
        confirm(recording)

    monkeypatch.setattr(Recording, "confirm", slow)
    begun_: list[str] = []
    beginning = threading.Thread(target=lambda: begun_.append(station.begin(order(gun())).session))
    beginning.start()
    assert opening.wait(PATIENCE)
    closing = threading.Thread(target=station.close)
    closing.start()
    until(lambda: not station.desk.is_open)
    go_on.set()
    beginning.join(PATIENCE)
    closing.join(PATIENCE)

    with Reader.open(station.store) as reader:
        assert [row.id for row in reader.sessions() if row.state == "running"] == begun_ != []


def test_a_session_goes_on_also_where_it_cannot_be_known_what_can_be_stated(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = begun(station)
    station.close()

    def lost(*_: object) -> None:
        raise BadInputError("that body map is not installed.")

    monkeypatch.setattr("devicelog.opening.during.named", lost)
    again = Station(station.store)
    again.start()
    running = again.current
    assert running is not None
    assert (running.session, running.during.zones) == (before.session, ["face.forehead"])
    ended(again)
    again.close()


def test_a_session_leaves_no_thread_behind(station: Station) -> None:
    before = set(threading.enumerate())
    begun(station)
    ended(station)
    until(lambda: not any(one.name == "watchdog" for one in set(threading.enumerate()) - before))


def _broken(*_: object) -> None:
    raise ValueError("a fault of ours")


def _unplugged(*_: object) -> None:
    raise OSError("gone")


def test_whoever_is_told_that_a_session_is_over_can_begin_the_next_one(station: Station) -> None:
    running = begun(station)
    seen: list[Running | None] = []
    running.hub.woken(lambda: seen.append(station.current) if running.hub.is_over else None)
    ended(station)
    until(lambda: running.hub.is_over)
    assert seen == [None]
