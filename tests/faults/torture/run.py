"""Runs checks, each in a process of its own, so many at a time, each for as long as it may take."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

from tests.faults.torture.check import Check, Row, State

_ROOT = Path(__file__).parents[3]
#: What a check says when it crashes is cut here.
_LAST_WORDS = 300


def run_checks(
    checks: Sequence[Check], folder: Path, *, quick: bool, jobs: int, begin: Callable[[Check], None]
) -> Iterator[Row]:
    """The rows of these checks as they end; those that look at what the others left come when the others are done."""
    longest_first = sorted(checks, key=lambda check: -check.limit)
    running: set[int] = set()
    for last in (False, True):
        some = [check for check in longest_first if check.last is last]
        with ThreadPoolExecutor(jobs) as pool:
            asked = [pool.submit(_run, check, folder, quick, begin, running) for check in some]
            try:
                for done in as_completed(asked):
                    yield done.result()
            except BaseException:  # Ctrl-C leaves nothing behind that runs
                pool.shutdown(wait=False, cancel_futures=True)
                for process in set(running):
                    _end(process)
                raise


def _run(check: Check, folder: Path, quick: bool, begin: Callable[[Check], None], running: set[int]) -> Row:
    begin(check)
    own = folder / check.key.replace(" ", "-").replace("/", "-")
    own.mkdir()
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.faults.torture.child", check.key, str(own), *(["--quick"] if quick else [])]
    with (own / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        running.add(process.pid)
        late = _waited_in_vain(process, check.limit)
        running.discard(process.pid)
    seconds = round(time.monotonic() - began, 1)
    if late:
        found = f"ended after {check.limit:.0f} s, the longest that it may take"
        return Row(check.key, check.what, check.criterion, State.LATE, found=found, seconds=seconds)
    if process.returncode != 0 or not (own / "row.json").exists():
        found = _last_words(own / "said.txt") or f"its process ended with {process.returncode}"
        return Row(check.key, check.what, check.criterion, State.CRASHED, found=found, seconds=seconds)
    return Row.read(own / "row.json")


def _waited_in_vain(process: subprocess.Popen[bytes], limit: float) -> bool:
    """Wait for a process; if it takes too long, end it and all that it has started."""
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        _end(process.pid)
        process.wait()
        return True
    return False


def _end(group: int) -> None:
    """End a process and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _last_words(file: Path) -> str:
    said = file.read_text(encoding="utf-8", errors="replace").strip()
    return said.splitlines()[-1][:_LAST_WORDS] if said else ""
