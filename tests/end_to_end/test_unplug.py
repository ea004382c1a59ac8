"""An unplugged device is a gap in the same session; another device in its place is said aloud."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.waiting import PATIENCE, killed_when_late

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.ledger import Entry
    from tests.end_to_end.line import Line
    from tests.end_to_end.running import Devicelog

FAULTS = {
    "unplugged": 'kind = "unplug"\nat = "20 s"\nfor = "10 s"\n',
    "unplugged in the middle of a frame": (
        'kind = "split"\nat = "20 s"\npause = "4 s"\n[[faults]]\nkind = "unplug"\nat = "21 s"\nfor = "10 s"\n'
    ),
}


def _script(folder: Path, fault: str) -> str:
    file = folder / "faults.toml"
    file.write_text(f"[[faults]]\n{fault}", encoding="utf-8")
    return str(file)


def _of(entries: list[Entry], kind: str) -> list[dict[str, object]]:
    return [entry.content for entry in entries if entry.kind == kind]


@pytest.mark.parametrize(("line", "fault"), [("pty", "unplugged in the middle of a frame"), ("socket", "unplugged")])
def test_an_unplugged_device_is_a_gap_in_the_same_session(box: Devicelog, line: str, fault: str) -> None:
    given = ["--socket"] if line == "socket" else ["--link", str(box.root / "gun")]
    given += ["--speed", "20", "--faults", _script(box.root, FAULTS[fault])]
    with box.simulator("reference-mesogun", *given) as url, box.record(url) as recording:
        recording.wait_for_entry("device_confirmed")
        recording.wait_for_entry("gap_closed")
        assert recording.end() == 0
    assert list(box.states().values()) == ["ended"]
    entries = box.entries()
    assert len(_of(entries, "link_lost")) == len(_of(entries, "link_restored")) == 1
    [gap], [closed] = _of(entries, "gap"), _of(entries, "gap_closed")
    assert gap["cause"] == "link lost"
    assert isinstance(closed["missing"], int)
    assert closed["missing"] > 0
    assert [alarm["priority"] for alarm in _of(entries, "alarm") if "no data" in str(alarm["text"])] == ["medium"]
    box("verify")
    box("replay", "last")


def test_another_device_after_a_replug_is_a_high_alarm(box: Devicelog) -> None:
    script = _script(box.root, 'kind = "wrong_device"\nat = "20 s"\nserial = "SIM-MG-0666"\nfor = "10 s"\n')
    given = ["--link", str(box.root / "gun"), "--speed", "20", "--faults", script]
    with box.simulator("reference-mesogun", *given) as url, box.record(url) as recording:
        recording.wait_for_entry("device_changed")
        recording.wait_for_entry("gap_closed")
        assert recording.end() == 0
    entries = box.entries()
    [changed] = _of(entries, "device_changed")
    assert (changed["before"], changed["serial"]) == ("SIM-MG-0001", "SIM-MG-0666")
    [alarm] = [alarm for alarm in _of(entries, "alarm") if "another device" in str(alarm["text"])]
    assert alarm["priority"] == "high"
    assert alarm["latching"]
    box("verify")
    box("replay", "last")


def test_a_line_that_goes_away_for_good_is_waited_for_and_said(box: Devicelog, line: Line) -> None:
    with box.record(line.url) as recording:
        line.wait_for_query()
        line.send(line.identity() + line.trigger(0))
        recording.wait_for_entry("observation")
        line.close()
        recording.wait_for_entry("link_lost")
        time.sleep(1)
        assert recording.end() == 0
    entries = box.entries()
    assert _of(entries, "link_restored") == []
    assert _of(entries, "gap")
    assert entries[-1].kind == "ended"
    box("verify")


def test_a_recording_whose_terminal_is_gone_still_reads_a_device_that_comes_back(box: Devicelog) -> None:
    script = _script(box.root, FAULTS["unplugged"])
    with box.simulator("reference-mesogun", "--socket", "--speed", "20", "--faults", script) as url:
        process = subprocess.Popen(
            [sys.executable, "-m", "devicelog", *box.recording(url)],
            env=box.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with killed_when_late(process):
            assert process.stderr is not None
            while "recording session" not in process.stderr.readline():
                assert process.poll() is None
            process.stderr.close()
            box.wait_for_entry("gap_closed")
            process.terminate()
            process.wait(PATIENCE)
    assert box.entries()[-1].kind == "ended"
    box("verify")
