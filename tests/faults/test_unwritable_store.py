"""A store that cannot be written for a while, or for ever: nothing acknowledged is lost, and it is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.running import wait_until
from tests.faults.outage import DRIVER, URL, Cause, other_program, outage, what_is_missing

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog
    from tests.faults.spoilt import Spoilt


@pytest.mark.parametrize("cause", Cause)
def test_a_session_outlives_a_store_that_cannot_be_written(box: Devicelog, computer: Spoilt, cause: Cause) -> None:
    found = outage(box, computer, cause, seconds=2.0)
    assert found.faults == []
    assert found.during == 0, "something was acknowledged that cannot be durable"


def test_no_session_begins_on_a_disk_that_fails(box: Devicelog, computer: Spoilt) -> None:
    computer.set(disk="broken")
    with box.record(URL, driver=DRIVER) as recording:
        assert recording.wait() == 3
    assert recording.acks == []
    assert len(recording.err.splitlines()) == 1
    computer.set(disk=None)
    with box.record(URL, "--for", "300 ms", driver=DRIVER) as recording:
        assert recording.wait() == 0
    assert what_is_missing(box, recording) == []


def test_what_was_never_written_is_named_when_the_disk_fails_for_ever(box: Devicelog, computer: Spoilt) -> None:
    computer.set(patience=1.0)
    with box.record(URL, driver=DRIVER) as recording:
        recording.wait_for(100)
        computer.set(disk="broken")
        wait_until(lambda: "alarm: the disk" in recording.err, "the alarm")
        assert recording.end() == 3
    last = recording.err.splitlines()[-1]
    assert "Traceback" not in recording.err
    assert f"entries {len(recording.acks) + 1} to " in last
    assert "missing" in last
    computer.set(disk=None)
    with box.record(URL, "--for", "300 ms", driver=DRIVER) as after:
        assert after.wait() == 0
    (broken, state), (_, state_after) = box.states().items()
    assert [state, state_after] == ["interrupted", "ended"]
    assert box("entries", broken, "--ids").out.split()[: len(recording.acks)] == recording.acks
    box("verify")


def test_a_session_that_memory_cannot_hold_any_longer_is_ended_and_says_so(box: Devicelog, computer: Spoilt) -> None:
    computer.set(most=500, patience=60.0)  # instead of 100,000, which would take minutes
    with box.record(URL, driver=DRIVER) as recording:
        recording.wait_for(100)
        computer.set(disk="full")
        wait_until(lambda: "session ends" in recording.err, "the end")
        computer.set(disk=None)  # as the reserve does on a real disk
        assert recording.wait() == 3
    last = recording.err.splitlines()[-1]
    assert "could not be written for too long; what came after is missing" in last
    assert len(recording.acks) > 400  # chunks wait, too
    assert what_is_missing(box, recording) == []
    assert list(box.states().values()) == ["ended"]


def test_a_reader_that_never_ends_is_told_before_the_log_fills_the_disk(box: Devicelog, computer: Spoilt) -> None:
    computer.set(log_limit=200_000)  # instead of 64 MiB, which would take minutes
    with box.record(URL, driver=DRIVER) as recording:
        recording.wait_for(100)
        with other_program(box) as program:
            program.execute("BEGIN")
            program.execute("SELECT count(*) FROM entry").fetchall()
            wait_until(lambda: "alarm: a program that reads" in recording.err, "the alarm")
        recording.wait_for(len(recording.acks) + 100)
        assert recording.end() == 0
    assert what_is_missing(box, recording) == []
