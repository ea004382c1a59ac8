"""`kill -9` at random moments of a recording loses no acknowledged entry (torture.py does many more)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

REPOSITORY = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_when_a_recording_is_killed() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.end_to_end.torture",
            "--kills",
            "12",
            "--seed",
            "7",
            "--longest",
            "0.6",
            "--start-within",
            "30",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("12 kills")


def test_a_killed_session_replays_as_it_was(box: Devicelog) -> None:
    with box.record("sim://reference-noneedle?speed=500", driver="reference-noneedle") as recording:
        acknowledged = recording.wait_for(700)[:700]
        recording.kill()
    assert list(box.states().values()) == ["running"]
    box("verify")
    box("replay", "last")
    box(*box.recording("sim://reference-mesogun?speed=max"), "--for", "100 ms")
    killed, after = box.states()
    assert [box.states()[killed], box.states()[after]] == ["interrupted", "ended"]
    assert box.entries(killed)[-1].kind == "interrupted"
    assert box("entries", killed, "--ids").out.split()[:700] == acknowledged
    assert box("show", killed, "--json").document["state"] == "interrupted"
    box("replay", killed)
    box("verify")
