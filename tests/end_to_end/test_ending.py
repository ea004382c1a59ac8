"""What ends a session, ends it in order: the last entry, the final seal, exit code 0, within 2 s."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.processes import NOWHERE, PIPE
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.end_to_end.line import Line
    from tests.end_to_end.running import Devicelog

#: What the promise says is 2 s; the rest is for a computer that does much else (s).
SOON = 10.0


def _is_in_order(box: Devicelog, because: str) -> None:
    assert list(box.states().values()) == ["ended"]
    last = box.entries()[-1]
    assert (last.kind, last.content["because"]) == ("ended", because)
    box("verify")
    box("replay", "last")
    with box.reader() as reader:
        [session] = reader.sessions()
        final = [seal.content for _, _, seal in reader.seals(session.number)][-1]
        assert final["final"]
        assert final["entries"] == last.number


@pytest.mark.parametrize(
    ("number", "because"),
    [
        (signal.SIGINT, "asked by the user"),
        (signal.SIGTERM, "asked by the system"),
        (signal.SIGHUP, "asked by the system"),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP"],
)
def test_a_signal_ends_a_session_in_order(box: Devicelog, number: int, because: str) -> None:
    with box.record("sim://reference-noneedle?speed=100", driver="reference-noneedle") as recording:
        recording.wait_for(100)
        asked = time.monotonic()
        recording.signal(number)
        assert recording.wait() == 0
        assert time.monotonic() - asked < SOON
        acknowledged = recording.acks
    assert [f"{recording.session}/{entry.number}" for entry in box.entries()] == acknowledged
    _is_in_order(box, because)


def test_signals_again_and_again_end_it_once(box: Devicelog) -> None:
    with box.record("sim://reference-noneedle?speed=100", driver="reference-noneedle") as recording:
        recording.wait_for(100)
        for _ in range(20):
            recording.signal(signal.SIGINT)
            recording.signal(signal.SIGTERM)
        assert recording.wait() == 0
    assert [entry.kind for entry in box.entries()].count("ended") == 1
    box("verify")


def test_a_session_ends_in_order_while_its_device_is_gone(box: Devicelog, line: Line) -> None:
    with box.record(line.url) as recording:
        line.wait_for_query()
        line.close()
        recording.wait_for_entry("link_lost")
        asked = time.monotonic()
        assert recording.end() == 0
        assert time.monotonic() - asked < SOON
    _is_in_order(box, "asked by the user")


def test_a_time_limit_ends_a_session_in_order(box: Devicelog, line: Line) -> None:
    began = time.monotonic()
    done = box(*box.recording(line.url), "--for", "1.5 s")
    assert 1.5 <= time.monotonic() - began < 1.5 + SOON
    assert "Traceback" not in done.err
    _is_in_order(box, "the time was over")
    assert 1_500_000 <= box.entries()[-1].t_us < 10_000_000


def test_silence_ends_a_session_in_order(box: Devicelog, line: Line) -> None:
    with box.record(line.url, "--until-quiet", "600 ms") as recording:
        line.wait_for_query()
        for number in range(6):
            line.send(line.trigger(number), pause=0.2)
        assert recording.wait() == 0
    _is_in_order(box, "the devices fell silent")
    kinds = [entry.kind for entry in box.entries()]
    assert kinds.count("observation") == 6


def test_a_recording_goes_on_when_nobody_reads_its_acknowledgements(box: Devicelog, line: Line) -> None:
    with box.record(line.url) as recording:
        line.wait_for_query()
        recording.wait_for(2)
        recording.stop_reading_acks()
        line.send(line.identity() + b"".join(line.trigger(number) for number in range(5)))
        recording.wait_for_entry("observation", 5)
        assert recording.end() == 0
    assert "goes on" in recording.err
    _is_in_order(box, "asked by the user")


def test_a_reader_of_a_list_may_stop_reading(recorded: Devicelog) -> None:
    for command in ("entries", "show", "sessions"):
        more = "" if command == "sessions" else "last"
        done = _shell(recorded, f"{command} {more} | head -1")
        assert done.stdout.count("\n") == 1
        assert done.stderr == ""


def test_a_full_disk_behind_stdout_is_said(recorded: Devicelog) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        for words in ("show last", "entries last", "sessions", "verify", "drivers --json"):
            process = recorded.begin(*words.split(), streams=(NOWHERE, full.fileno(), PIPE))
            assert process.stderr is not None
            said = process.stderr.read()
            assert process.wait() == 3
            process.close()
            assert said.startswith("devicelog: what is printed cannot be read or written (No space left")
            assert said.count("\n") == 1


def test_a_recording_without_stdout_and_stderr_ends_in_order(box: Devicelog) -> None:
    words = " ".join(f"'{word}'" for word in box.recording("sim://reference-mesogun?speed=max"))
    assert _shell(box, f"{words} --for '500 ms' --print-acks >&- 2>&-").returncode == 0
    _is_in_order(box, "the time was over")


def _shell(box: Devicelog, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -m devicelog {line}"],
        env=box.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
