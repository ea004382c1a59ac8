"""A store that cannot be written for a while, or for ever: nothing acknowledged is lost, and it is said at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import apsw
import pytest

from devicelog.ledger import Kind
from devicelog.store.folder import open_folder
from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.running import Devicelog, Recording
    from tests.faults.spoilt import Spoilt

URL = "sim://reference-noneedle?speed=30"


def _record(box: Devicelog, *words: str) -> Recording:
    return box.record(URL, *words, driver="reference-noneedle")


def _store_alarms(box: Devicelog) -> list[str]:
    """The alarms about the store in the last session; each has begun and ended."""
    alarms = {entry.content["alarm"]: entry.content for entry in box.entries() if entry.kind == Kind.ALARM}
    ended = {entry.content["alarm"] for entry in box.entries() if entry.kind == Kind.ALARM_ENDED}
    assert set(alarms) == ended
    return [f"{content['priority']}: {content['text'].split(':')[0]}" for content in alarms.values()]


def _everything_is_there(box: Devicelog, recording: Recording) -> None:
    """All acknowledged entries once and in order, no number missing, and a replay gives them bit for bit."""
    assert box("entries", "last", "--ids").out.split() == recording.acks
    assert [entry for entry in box.entries() if entry.kind == Kind.GAP] == []
    box("verify")
    box("replay", "last")


@pytest.mark.parametrize(
    ("disk", "alarm"), [("full", "high: the disk is full"), ("broken", "high: the disk of the store fails")]
)
def test_a_session_goes_on_while_the_disk_is_full_or_fails(
    box: Devicelog, computer: Spoilt, disk: str, alarm: str
) -> None:
    with _record(box) as recording:
        recording.wait_for(100)
        computer.set(disk=disk)
        began = time.monotonic()
        wait_until(lambda: "alarm: the disk" in recording.err, "the alarm")
        assert time.monotonic() - began < 2, "the alarm came late"
        assert "event=store" in recording.err, "the operational log does not say it"
        acknowledged = len(recording.acks)
        time.sleep(2)
        assert len(recording.acks) == acknowledged, "something was acknowledged that cannot be durable"
        computer.set(disk=None)
        began = time.monotonic()
        wait_until(lambda: "safe on the disk again" in recording.err, "the end of the alarm")
        assert time.monotonic() - began < 5, "the end of the alarm came late"
        recording.wait_for(acknowledged + 200)
        assert recording.end() == 0
    assert _store_alarms(box) == [alarm]
    _everything_is_there(box, recording)


def test_no_session_begins_on_a_disk_that_fails(box: Devicelog, computer: Spoilt) -> None:
    computer.set(disk="broken")
    with _record(box) as recording:
        assert recording.wait() == 3
    assert recording.acks == []
    assert len(recording.err.splitlines()) == 1
    computer.set(disk=None)
    with _record(box, "--for", "300 ms") as recording:
        assert recording.wait() == 0
    _everything_is_there(box, recording)


def test_what_was_never_written_is_named_when_the_disk_fails_for_ever(box: Devicelog, computer: Spoilt) -> None:
    computer.set(patience=1.0)
    with _record(box) as recording:
        recording.wait_for(100)
        computer.set(disk="broken")
        wait_until(lambda: "alarm: the disk" in recording.err, "the alarm")
        assert recording.end() == 3
    last = recording.err.splitlines()[-1]
    assert "Traceback" not in recording.err
    assert f"entries {len(recording.acks) + 1} to " in last
    assert "is missing" in last
    computer.set(disk=None)
    with _record(box, "--for", "300 ms") as after:
        assert after.wait() == 0
    interrupted, ended = box.states().items()
    assert [interrupted[1], ended[1]] == ["interrupted", "ended"]
    assert box("entries", interrupted[0], "--ids").out.split()[: len(recording.acks)] == recording.acks
    box("verify")


# -- other programs --------------------------------------------------------------------------------------------


@pytest.fixture
def other_program(box: Devicelog, monkeypatch: pytest.MonkeyPatch) -> Callable[[], apsw.Connection]:
    """What opens the store beside the recording, and behaves badly."""

    def opened() -> apsw.Connection:
        monkeypatch.setenv("DEVICELOG_KEYS", str(box.keys))
        folder = open_folder(box.store)
        connection = apsw.Connection(str(folder.database))
        connection.pragma("cipher", "chacha20")
        connection.execute(f"PRAGMA key = 'raw:{folder.keys.store_key()}'")
        return connection

    return opened


def test_a_locked_store_loses_nothing_and_is_told(box: Devicelog, other_program: Callable[[], apsw.Connection]) -> None:
    with _record(box) as recording:
        recording.wait_for(100)
        program = other_program()
        program.set_busy_timeout(5000)
        program.execute("BEGIN IMMEDIATE")
        wait_until(lambda: "alarm: waiting" in recording.err, "the alarm")
        acknowledged = len(recording.acks)
        time.sleep(3)
        assert len(recording.acks) == acknowledged
        program.execute("ROLLBACK")
        program.close()
        recording.wait_for(acknowledged + 200)
        assert recording.end() == 0
    assert _store_alarms(box) == ["medium: waiting for another program that has the store locked"]
    _everything_is_there(box, recording)


def test_a_reader_that_never_ends_is_told_before_the_log_fills_the_disk(
    box: Devicelog, computer: Spoilt, other_program: Callable[[], apsw.Connection]
) -> None:
    computer.set(log_limit=200_000)  # instead of 64 MiB, which would take minutes
    with _record(box) as recording:
        recording.wait_for(100)
        program = other_program()
        program.execute("BEGIN")
        program.execute("SELECT count(*) FROM entry").fetchall()
        wait_until(lambda: "alarm: a program that reads" in recording.err, "the alarm")
        program.close()
        recording.wait_for(len(recording.acks) + 100)
        assert recording.end() == 0
    _everything_is_there(box, recording)


def test_a_second_recording_on_the_store_is_refused_and_harms_nothing(box: Devicelog) -> None:
    with _record(box) as recording:
        recording.wait_for(100)
        began = time.monotonic()
        sentence = box.sentence(*box.recording(URL, driver="reference-noneedle"), code=3)
        assert time.monotonic() - began < 5
        assert f"process {recording.pid}" in sentence
        recording.wait_for(len(recording.acks) + 100)
        assert recording.end() == 0
    _everything_is_there(box, recording)


def test_a_second_recording_on_the_port_is_refused_and_harms_nothing(box: Devicelog, line: Any, tmp_path: Any) -> None:
    with box.record(line.url) as recording:
        line.wait_for_query()
        line.send(line.identity() + line.trigger(1))
        recording.wait_for_entry("observation", 1)
        other = {"DEVICELOG_STORE": str(tmp_path / "other")}
        began = time.monotonic()
        sentence = box.sentence(*box.recording(line.url), code=3, more=other)
        assert time.monotonic() - began < 5
        assert f"process {recording.pid}" in sentence
        line.send(line.trigger(2))
        recording.wait_for_entry("observation", 2)
        assert recording.end() == 0
    _everything_is_there(box, recording)
