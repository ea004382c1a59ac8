"""How long the station takes to end: what has not ended by then is said in the log, and left behind.

    requests ─▶ webhooks, exports, accounts ─▶ trials, chores, programs beside ─▶ the desk, with the session in progress
    3 s         OTHERS each                    STATION, all of these together, most of it for the desk

All of it is less than LAST, and that is less than the TimeoutStopSec of deploy/devicelog.service: what can still end in
order does, and is not killed meanwhile. To be left behind is as safe as a kill: what was acknowledged is durable.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog

#: Work for others that is at hand: telling a webhook, an export, a chore; and the accounts (s).
OTHERS = 5.0
#: The transactions that programs beside the station have handed over (s).
BESIDE = 10.0
#: The station itself (s): more than the minute for which a recording waits for a store that another program has locked.
STATION = 66.0
#: After this time the process ends, whatever holds it (s), and says so for so long at most.
LAST, LAST_WORDS = 85.0, 2.0
_EXIT_CODE = 3

_log = structlog.get_logger()


class Closes(Protocol):
    """What can be closed from any thread."""

    def close(self) -> None: ...


def await_end(thread: threading.Thread, seconds: float, what: str) -> bool:
    """Wait for the end of a thread, and not for ever; whether it has ended."""
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        left_behind(what, seconds)
    return not thread.is_alive()


@contextmanager
def closing_in_time(thing: Closes, what: str) -> Iterator[None]:
    """Close something behind the block, and wait for that no longer than for others."""
    try:
        yield
    finally:
        closing = threading.Thread(target=thing.close, name="closing", daemon=True)
        closing.start()
        await_end(closing, OTHERS, what)


def left_behind(what: str, seconds: float) -> None:
    """Say that something was waited for so long, and is waited for no more."""
    _log.error("left behind", why=what, cause=f"not ended within {max(0.0, seconds):.0f} s")


def end_at_last(after: float = LAST) -> None:
    """Let the process end after a time, also if a thread that nobody can end holds it."""

    def end() -> None:
        time.sleep(after)
        words = threading.Thread(target=left_behind, args=("the station", after), daemon=True)
        words.start()  # a pipe that is full may hang
        words.join(LAST_WORDS)
        os._exit(_EXIT_CODE)

    threading.Thread(target=end, name="ending", daemon=True).start()
