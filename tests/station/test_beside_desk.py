"""Long work beside a recording: read and done on the thread of whoever wants it, only its transaction at the desk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from devicelog import units
from devicelog.amending.correcting import correct
from devicelog.recording.recording import Recording
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from tests.station.conftest import begun, ended, triggers
from tests.waiting import until

if TYPE_CHECKING:
    import pytest

    from devicelog.station.station import Station
    from devicelog.store.writer import Writer


def amend(writer: Writer, session: str, practitioner: str) -> None:
    row = writer.session(session)
    correct(writer, row, "practitioner", practitioner, by="Dr. A. Example", role=None, reason="misread")


def test_a_session_is_amended_beside_a_recording_that_goes_on_meanwhile(station: Station) -> None:
    over = begun(station).session
    ended(station)
    running = begun(station)
    threads, before = [], triggers(running)

    def job(writer: Writer) -> None:
        threads.append(threading.current_thread())
        until(lambda: triggers(running) > before)  # readings are acknowledged while this is at work
        amend(writer, over, "Dr. B. Example")

    station.beside(job)
    assert threads == [threading.current_thread()]
    with Reader.open(station.store) as reader:
        record = record_of(reader, reader.session(over))
    assert [one.content["changes"][0]["new"] for one in record.amendments] == ["Dr. B. Example"]
    ended(station)


def test_what_somebody_else_wrote_meanwhile_is_seen_before_it_is_amended_again(station: Station) -> None:
    over = begun(station).session
    ended(station)
    begun(station)
    tries: list[int] = []

    def job(writer: Writer) -> None:
        row = writer.session(over)
        tries.append(len(record_of(writer, row).amendments))
        list(writer.lines(row.number))  # read here, and changed by somebody else before it is written
        if len(tries) == 1:
            station.desk.do(lambda desk: amend(desk, over, "Dr. B. Example"))
        amend(writer, over, "Dr. C. Example")

    station.beside(job)
    assert tries == [0, 1]
    with Reader.open(station.store) as reader:
        record = record_of(reader, reader.session(over))
    assert [one.content["changes"][0]["new"] for one in record.amendments] == ["Dr. B. Example", "Dr. C. Example"]
    ended(station)


def test_what_units_are_computed_with_is_loaded_before_ports_are_opened(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes a second beside a crowd that loads pages, and the first readings would wait for it."""
    opened, loaded = Recording.open_ports, list[int]()

    def open_ports(recording: Recording) -> None:
        loaded.append(units._registry.cache_info().currsize)
        opened(recording)

    monkeypatch.setattr(Recording, "open_ports", open_ports)
    units._registry.cache_clear()
    begun(station)
    assert loaded == [1]
    ended(station)
