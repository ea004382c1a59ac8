"""Recordings beside a service: two at once, and what becomes of them when either process dies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devicelog.errors import ServiceGoneError
from devicelog.ledger import SEAL_ENTRIES
from devicelog.recording.backlog import Trouble
from devicelog.store import writer as writer_module
from devicelog.store.beside import wire
from devicelog.store.beside.client import ServiceLine
from devicelog.store.beside.wire import Answer, Perform, Request
from devicelog.store.writer import Writer
from tests.beside.conftest import MESOGUN, Station
from tests.beside.station import Recorded
from tests.end_to_end.running import Devicelog, wait_until


@pytest.fixture
def writer(box: Devicelog, station: Station, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """The store beside the service, in this process."""
    assert station.pid
    monkeypatch.setenv("DEVICELOG_KEYS", str(box.keys))
    with Writer.open(box.store) as writer:
        assert writer.is_beside
        yield writer


def kept(box: Devicelog, session: str) -> int:
    """How many entries of a session are in the store."""
    return len(box.entries(session))


def test_two_sessions_are_recorded_at_once_and_both_verify(box: Devicelog, station: Station) -> None:
    own = station("begin")
    with box.record(MESOGUN) as recording:
        recording.wait_for(10)
        acknowledged = int(station(f"commit {SEAL_ENTRIES}"))
        recording.wait_for(len(recording.acks) + 5)
        assert box.states()[own] == box.states()[recording.session] == "running"

        assert recording.end() == 0

    assert box.states()[recording.session] == "ended"
    assert len(set(recording.acks)) == len(recording.acks) == kept(box, recording.session)
    assert kept(box, own) == acknowledged
    assert int(station("end")) == kept(box, own)
    box("verify")
    box("replay", recording.session)
    assert not list(box.store.glob("recording-*"))
    station.quit()


def test_a_recording_that_is_killed_is_closed_by_the_service_while_that_records(
    box: Devicelog, station: Station
) -> None:
    station("begin")
    with box.record(MESOGUN) as recording:
        recording.wait_for(10)
        recording.kill()

    wait_until(lambda: box.states()[recording.session] == "interrupted", "the session to be closed")
    entries = box.entries(recording.session)
    assert {f"{recording.session}/{entry.number}" for entry in entries} >= set(recording.acks)
    assert entries[-1].kind == "interrupted"
    before = int(station("commit 1"))
    assert int(station("commit 5")) >= before + 5
    station("end")
    box("verify")
    wait_until(lambda: not list(box.store.glob("recording-*")), "its mark to be gone")


def test_a_recording_survives_the_service_and_goes_on_beside_the_next_one(box: Devicelog) -> None:
    with Station(box) as first, box.record(MESOGUN) as recording:
        own = first("begin")
        first("commit 5")
        recording.wait_for(10)
        first.kill()
        before = len(recording.acks)
        with Station(box) as second:
            recording.wait_for(before + 20)
            assert box.states()[recording.session] == "running"
            assert box.states()[own] == "interrupted"
            assert recording.end() == 0
            second.quit()

    assert box.states()[recording.session] == "ended"
    assert len(set(recording.acks)) == len(recording.acks) == kept(box, recording.session)
    alarms = {one["text"] for one in box.of("alarm", recording.session)}
    assert Trouble.SERVICE.value in alarms
    box("verify")


def test_where_no_service_comes_back_a_recording_takes_the_store_itself(
    box: Devicelog, station: Station, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded(writer)
    before = recorded.commit(5)
    station.kill()

    assert recorded.commit(1) == before
    assert isinstance(recorded.backlog.error, ServiceGoneError)
    assert recorded.backlog.trouble is Trouble.SERVICE
    wait_until(lambda: recorded.commit(1) == before, "another try within the time of grace")

    monkeypatch.setattr(writer_module, "_GRACE_NS", 0)
    acknowledged = recorded.end()

    assert acknowledged > before
    assert not writer.is_beside
    assert "is in use by process" in box.sentence("subjects", "add", "--reference", "P-8", code=3)
    writer.close()
    assert kept(box, recorded.id) == acknowledged
    assert box.states()[recorded.id] == "ended"
    box("verify")


def test_what_the_service_had_done_when_its_answer_was_lost_is_not_done_twice(box: Devicelog, writer: Writer) -> None:
    recorded = Recorded(writer)
    losing = _Losing(writer)
    losing.next_answer = True
    assert recorded.commit(1) == 0, "nothing is acknowledged whose answer did not come"
    assert losing.lost == 1

    before = recorded.end()

    assert before == kept(box, recorded.id)
    losing.restore()
    again = Recorded(writer)
    again.commit(5)
    losing = _Losing(writer)
    losing.next_answer = True
    assert again.commit(1) < kept(box, again.id)
    assert again.end() == kept(box, again.id)
    assert losing.lost == 1
    box("verify")


class _Losing:
    """Ends the line of a writer after the service has done what was asked, and before its answer."""

    def __init__(self, writer: Writer) -> None:
        self.next_answer = False
        self.lost = 0
        self._writer = writer
        self._ask = ServiceLine.ask
        remote = writer.connection
        self._line = remote.ask.__self__  # type: ignore[attr-defined]
        remote.ask = self._asked  # type: ignore[attr-defined]

    def _asked(self, request: Request) -> Answer:
        answer: Answer = self._line.ask(request)
        if isinstance(request, Perform) and self.next_answer:
            self.next_answer = False
            self.lost += 1
            self._line.close()
            raise wire.gone(self._writer.folder)
        return answer

    def restore(self) -> None:
        """Forget about it: the writer has another line by now."""
        assert self._writer.connection.ask != self._asked  # type: ignore[attr-defined]


def test_sessions_that_begin_at_once_have_numbers_of_their_own(
    box: Devicelog, station: Station, writer: Writer
) -> None:
    with Writer.open(box.store) as other:
        first, second = Recorded(writer), Recorded(other)
        own = station("begin")
        assert first.commit(1)
        assert station("commit 1")
        assert second.commit(1)
        assert first.end() == kept(box, first.id)
        assert second.end() == kept(box, second.id)
    assert station("end") == str(kept(box, own))
    box("verify")


def test_a_session_of_which_nothing_was_recorded_yet_leaves_no_mark(box: Devicelog, writer: Writer) -> None:
    recorded = Recorded(writer)
    writer.mark(recorded.id)
    assert list(box.store.glob("recording-*"))
    writer.close()
    wait_until(lambda: not list(box.store.glob("recording-*")), "its mark to be gone")
    assert recorded.id not in box.states()


def test_a_new_key_of_the_service_signs_what_is_recorded_beside_it_from_then_on(
    box: Devicelog, station: Station, writer: Writer
) -> None:
    recorded = Recorded(writer)
    recorded.commit(5)
    new = station("rotate")
    recorded.end()
    assert list(writer.seals())[-1][2].is_signed_by(bytes.fromhex(new))
    box("verify")


def test_a_new_key_made_beside_the_service_signs_what_it_records_from_then_on(
    box: Devicelog, station: Station, writer: Writer
) -> None:
    station("begin")
    station("commit 5")
    box("keys", "rotate")
    station("end")
    assert list(writer.seals())[-1][2].is_signed_by(writer.keychain().current)
    assert len(writer.keychain().keys) == 2
    box("verify")
