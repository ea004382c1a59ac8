"""Notices that the loop of a recording stands still: a commit hangs in a disk that does not answer.

The loop counts `beats`; a thread of its own looks at them. It counts looks and reads no clock, so that a computer that
slept, or a process that was stopped for a while, is no standstill. A driver that hangs is left to patience.py.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Protocol

import structlog

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Priority
from devicelog.ledger import Kind, encode

#: Between two looks (s).
LOOK = 0.5
#: Looks without a beat: after 3.5 to 4 s it is noticed, after a minute the process ends.
NOTICED, LAST = 7, 120
#: The process that ends waits so long for its last words (s).
LAST_WORDS = 1.0
_EXIT_CODE = 3
_STDERR = 2

_log = structlog.get_logger()


class Waiting(StrEnum):
    """What a loop that stands still waits for, in the words of the alarm."""

    STORE = "the store does not answer: what comes now is in memory only and is not safe; check the disk and its cable"
    OUTPUT = "nobody takes what is printed: what comes now is in memory only; let the terminal or the program go on"


class Cry(Protocol):
    """Says a sentence to people at once, without the loop; after the `last` one the process ends.

    `over`: the loop goes on.
    """

    def __call__(self, sentence: str, *, last: bool, over: bool) -> None: ...


def cry_to_stderr(sentence: str, *, last: bool, over: bool) -> None:  # noqa: ARG001
    """Write past `sys.stderr`, whose lock may be held by the loop."""
    with contextlib.suppress(OSError):
        os.write(_STDERR, f"{sentence}\n".encode())


class Standstill:
    """Looks at the beats of one recording; `put` takes the acts that say so in the ledger, once it goes on.

    `is_excused` says that a driver is being asked, which `patience` ends.
    """

    def __init__(
        self, session: str, put: Callable[[Chunk], None], is_excused: Callable[[], bool], cry: Cry = cry_to_stderr
    ) -> None:
        self.beats = 0
        self._waiting = Waiting.STORE
        self._session = session
        self._put = put
        self._is_excused = is_excused
        self._cry = cry
        self._seen = -1
        self._still = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="standstill", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def beat(self) -> None:
        """The loop goes on."""
        self.beats += 1

    @contextlib.contextmanager
    def output(self) -> Iterator[None]:
        """While the loop prints: what it waits for then is not the store, and no reason to end the session."""
        self.beat()
        self._waiting = Waiting.OUTPUT
        try:
            yield
        finally:
            self.beat()
            self._waiting = Waiting.STORE

    def look(self) -> None:
        """One look; the thread takes it twice a second."""
        waiting = self._waiting  # before the beats: a loop that turns from its output to the store has given one
        if self.beats != self._seen or self._is_excused():
            was_told = self._still >= NOTICED
            self._seen, self._still = self.beats, 0
            if was_told:
                self._goes_on()
            return
        self._still += 1
        if self._still == NOTICED:
            self._stands(waiting)
        if self._still >= LAST and waiting is Waiting.STORE:
            self._end()

    def _run(self) -> None:
        while not self._over.wait(LOOK):
            self.look()

    def _stands(self, waiting: Waiting) -> None:
        self._act(Kind.ALARM, priority=Priority.HIGH.value, text=waiting.value)
        self._say(f"alarm: {waiting}", _log.error, "recording stands still", waiting.name)

    def _goes_on(self) -> None:
        self._act(Kind.ALARM_ENDED)
        sentence = "the recording goes on, and what waited in memory is written now"
        self._say(sentence, _log.warning, "recording goes on", "well again", over=True)

    def _end(self) -> None:
        """In order is not possible any more; what was acknowledged is durable."""
        minute = f"the store has not answered for {LAST * LOOK:.0f} s, and the recording has ended"
        sentence = f"devicelog: {minute}; what was acknowledged is safe. Check the disk, and begin another session."
        self._say(sentence, _log.error, "recording ends", Waiting.STORE.name, last=True).join(LAST_WORDS)
        os._exit(_EXIT_CODE)

    def _act(self, kind: Kind, **content: str) -> None:
        """An act of this moment, behind what the devices have sent until now."""
        stamp = clock.now()
        data = encode({"kind": kind.value, "about": "standstill", **content})
        self._put(Chunk(NO_LINK, ChunkKind.ACT, stamp.boot_ns, stamp.wall_ns, data))

    def _say(
        self, sentence: str, log: Callable[..., None], event: str, cause: str, *, last: bool = False, over: bool = False
    ) -> threading.Thread:
        """To people and to the log, in a thread of its own: a pipe that is full, or a log on that disk, may hang."""

        def say() -> None:
            self._cry(sentence, last=last, over=over)
            log(event, session=self._session, cause=cause)

        thread = threading.Thread(target=say, name="cry", daemon=True)
        thread.start()
        return thread
