"""Ports that cannot be used now: one sentence, exit code 3, no session begun; who was there first goes on."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.end_to_end.running import PATIENCE, Devicelog, wait_until

if TYPE_CHECKING:
    from tests.end_to_end.line import Line
    from tests.end_to_end.running import Recording, Warm

NOBODY = 65_534


def _is_not_now(box: Devicelog, url: str) -> str:
    sentence = box.sentence(*box.recording(url), code=3)
    assert url in sentence
    assert box.states() == {}
    return sentence


def test_a_missing_port_is_not_now(box: Devicelog) -> None:
    assert "is not there" in _is_not_now(box, str(box.root / "ttyGONE"))


def test_a_link_to_a_missing_port_is_not_now(box: Devicelog) -> None:
    (box.root / "gun").symlink_to(box.root / "ttyGONE")
    assert "is not there" in _is_not_now(box, str(box.root / "gun"))


def test_a_folder_as_the_port_is_not_now(box: Devicelog) -> None:
    _is_not_now(box, str(box.root))


def test_a_file_as_the_port_is_not_now(box: Devicelog) -> None:
    (box.root / "file").write_text("kept", encoding="utf-8")
    _is_not_now(box, str(box.root / "file"))
    assert (box.root / "file").read_text(encoding="utf-8") == "kept"


def test_no_port_of_a_description_is_not_now(box: Devicelog) -> None:
    _is_not_now(box, "hwgrep://no-such-adapter")


def test_nobody_listening_is_not_now(box: Devicelog) -> None:
    _is_not_now(box, "socket://127.0.0.1:1")


def test_a_busy_port_is_not_now(box: Devicelog, line: Line) -> None:
    code = "import fcntl, os, sys; f = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); fcntl.flock(f, fcntl.LOCK_EX)"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('held', flush=True); sys.stdin.read()", line.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert f"process {holder.pid}" in _is_not_now(box, line.url)
    holder.communicate(timeout=PATIENCE)
    box(*box.recording(line.url), "--for", "100 ms")


def test_a_forbidden_port_is_not_now(warm: Warm, line: Line) -> None:
    Path(line.url).chmod(0o000)
    user = NOBODY if os.geteuid() == 0 else None  # root may open anything
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        if user is not None:
            os.chown(folder, user, user)
        box = Devicelog(Path(folder), warm)
        sentence = box.sentence(*box.recording(line.url), code=3, user=user)
        assert f"{line.url} may not be opened by this user" in sentence
        assert box.states() == {}


def test_a_second_recorder_on_the_same_store_is_told_who_has_it(box: Devicelog, line: Line) -> None:
    with box.record(line.url) as first:
        line.wait_for_query()
        line.send(line.identity())
        first.wait_for_entry("device_bound")
        sentence = box.sentence(*box.recording("sim://reference-mesogun?speed=max"), code=3)
        assert f"in use by process {first.pid}" in sentence
        _goes_on(first, line)
    assert list(box.states().values()) == ["ended"]


def test_a_second_recorder_on_the_same_port_is_refused(box: Devicelog, line: Line, other_box: Devicelog) -> None:
    with box.record(line.url) as first:
        line.wait_for_query()
        line.send(line.identity())
        first.wait_for_entry("device_bound")
        assert f"process {first.pid}" in _is_not_now(other_box, line.url)
        _goes_on(first, line)
    assert list(box.states().values()) == ["ended"]


def test_recorders_that_start_at_once_on_a_new_store_leave_one(box: Devicelog) -> None:
    urls = [f"sim://reference-mesogun?seed={seed}&speed=max" for seed in range(1, 4)]
    with contextlib.ExitStack() as stack:
        recordings = [stack.enter_context(box.record(url)) for url in urls]
        wait_until(lambda: sum(recording.has_ended() for recording in recordings) >= 2, "the end of all but one")
        [last] = [recording for recording in recordings if not recording.has_ended()]
        last.wait_for(1)
        assert last.end() == 0
        assert [recording.wait() for recording in recordings if recording is not last] == [3, 3]
    assert list(box.states().values()) == ["ended"]
    assert len(list(box.keys.iterdir())) == 1, "keys were made for a store that is none"
    box("verify")


def _goes_on(first: Recording, line: Line) -> None:
    """The recorder that was there first records on and ends in order."""
    line.send(b"".join(line.trigger(number) for number in range(5)))
    first.wait_for_entry("observation", 5)
    assert first.end() == 0
    first.box("verify")
    first.box("replay", "last")
