"""What is known of the session in progress, for everybody who looks on: fed by the desk, read by the event loop."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from devicelog import clock
from devicelog.ledger import Line
from devicelog.live.state import LiveState
from devicelog.recording.backlog import Trouble


@dataclass(frozen=True, slots=True)
class Cry:
    """That the loop which records stands still, in a sentence, and when that was said (ns since boot)."""

    sentence: str
    boot_ns: int


#: With this a cry begins.
_ALARM = "alarm: "


class Hub:
    """Takes acknowledged lines on the desk's thread; `state` belongs to the one thread that calls `drain`.

    Nothing here waits, so that nobody who looks on can hold a recording up: `take` and `warn` only append and wake.
    `is_whole` is False once lines could not be taken in: what `state` says is not all, and must not be shown.
    """

    def __init__(self) -> None:
        self.state = LiveState()
        self.is_over = False
        self.is_whole = True
        self._taken = 0
        self._waiting: deque[Sequence[Line]] = deque()
        self._trouble: Trouble | None = None
        self._cry: Cry | None = None
        self._wakers: tuple[Callable[[], None], ...] = ()
        self._joining = threading.Lock()
        self._begun = threading.Event()
        self._count: Callable[[Sequence[Line]], None] | None = None

    # -- on the thread that records ----------------------------------------------------------------------------

    def take(self, lines: Sequence[Line]) -> None:
        """What has become durable."""
        if lines:
            if self._count is not None:
                self._count(lines)
            self._cry = None  # here: what stands still after these lines does so also while they are looked at
            self._waiting.append(lines)
            self._begun.set()
            self._wake()

    def counted(self, count: Callable[[Sequence[Line]], None]) -> None:
        """Let what becomes durable from now on be counted; `count` must not wait, and never raise."""
        self._count = count

    def warn(self, trouble: Trouble | None) -> None:
        """What is recorded does not become durable as it should; None: it does again."""
        self._trouble = trouble
        self._wake()

    def cry(self, sentence: str, *, last: bool, over: bool) -> None:  # noqa: ARG002
        """The loop that records stands still, or goes on; from any thread."""
        self._cry = None if over else Cry(sentence, clock.boot_ns())
        self._wake()

    def end(self) -> None:
        """The session is over: nothing more comes."""
        self.is_over = True
        self._begun.set()
        self._wake()

    def await_begun(self, seconds: float) -> bool:
        """Wait on another thread until something is durable or the session is over; False if that takes longer."""
        return self._begun.wait(seconds)

    def wake(self) -> None:
        """Something is new that stands in no entry; from any thread."""
        self._wake()

    def _wake(self) -> None:
        for wake in self._wakers:
            with suppress(RuntimeError):  # an event loop that is closing
                wake()

    # -- on the thread that looks ------------------------------------------------------------------------------

    def woken(self, wake: Callable[[], None]) -> None:
        """Call `wake` from now on whenever something is new; it is called on other threads and must not wait.

        May be called from any thread, by several at once.
        """
        with self._joining:
            self._wakers = (*self._wakers, wake)

    @property
    def is_waiting(self) -> bool:
        """Whether there is more to `drain`."""
        return bool(self._waiting)

    def drain(self, most: int | None = None) -> list[Line]:
        """Take what is new into `state`; the new lines in their order. With `most`, no more than so many of them."""
        new: list[Line] = []
        while self._waiting and (most is None or len(new) < most):
            lines = self._waiting.popleft()
            room = len(lines) if most is None else most - len(new)
            if len(lines) > room:  # what a session held that goes on comes all at once
                self._waiting.appendleft(lines[room:])
                lines = lines[:room]
            if lines[0].number <= self._taken:  # `state` was made again of what is durable, these among it
                lines = [line for line in lines if line.number > self._taken]
            self._add(lines)
            new += lines
        self.state.trouble = self._trouble
        return new

    def _add(self, lines: Sequence[Line]) -> None:
        """Take lines into `state`, which lacks some of what is recorded if that fails."""
        try:
            self.state.take(lines)
        except BaseException:
            self.is_whole = False
            raise

    def forget(self) -> None:
        """Let go what waits: `state` lacks something, and is to be made again of what is durable."""
        self._waiting.clear()

    def renew(self, state: LiveState, taken: int) -> None:
        """Go on from here: `state` was made of all entries up to that number."""
        self.state, self._taken, self.is_whole = state, taken, True

    @property
    def trouble(self) -> Trouble | None:
        """Why what is recorded does not become durable as it should; None: it does. From any thread."""
        return self._trouble

    @property
    def standstill(self) -> Cry | None:
        """What was cried since the last lines became durable; None if nothing."""
        return self._cry

    @property
    def unsafe(self) -> str | None:
        """Why what is recorded now is not safe, in words: a trouble, or that the store does not answer; None: it is."""
        if self._trouble is not None:
            return self._trouble.value
        cry = self._cry
        return cry.sentence.removeprefix(_ALARM) if cry is not None else None
