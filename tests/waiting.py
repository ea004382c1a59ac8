"""Waiting for what comes by itself, without a word on how fast it has to come."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

#: Longer than anything here takes on a slow computer that does much else; reached only by what hangs (s).
PATIENCE = 180.0


def until(holds: Callable[[], object], what: str = "it", *, every: float = 0.01) -> None:
    """Look again and again, every so many seconds, until something holds; AssertionError if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(every)


def join(*threads: threading.Thread) -> None:
    """Wait for the end of threads; AssertionError names those that do not end."""
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in threads if thread.is_alive()]
    assert not left, f"waited in vain for the end of {left}"


def exit_code_of(child: int) -> int:
    """How a process that was forked here has ended; one that does not end is killed, and that is an AssertionError."""
    ends: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        ends.extend([status] * bool(pid))
        return bool(pid)

    try:
        until(has_ended, f"the end of process {child}", every=0.001)
    except AssertionError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    return os.waitstatus_to_exitcode(ends[0])


@contextmanager
def killed_when_late(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that lives longer than anything here is killed, so that who reads what it says comes to an end.

    Whatever happens in the block, the process is gone behind it.
    """
    timer = threading.Timer(PATIENCE, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        process.kill()
        process.wait(PATIENCE)
