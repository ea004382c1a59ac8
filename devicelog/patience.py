"""How long a driver may take: one that does not come back is interrupted, so that the others record on.

In the main thread of a POSIX system a timer signal interrupts it: that ends a loop in Python, a sleep and a regular
expression that backtracks for ever. Elsewhere a second thread raises in the one that hangs, which ends loops in Python
only. What neither can end, ends the process: it must not seem to record.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

#: Between two looks at a driver that has not come back (s).
TICK = 1.0
#: It is interrupted at this look; fewer would take a process that was stopped for a while for a driver that hangs.
TICKS = 3
#: At this look, when nothing could interrupt it, the process ends.
LAST_TICK = 5


class DriverHungError(Exception):
    """A driver did not come back in time; what it was given counts as not decoded."""


class Patience(Protocol):
    """Calls what may hang."""

    def call(self, work: Callable[[], T]) -> T:
        """The result of `work`; may raise DriverHungError."""


class Endless:
    """Waits for ever: for drivers that were asked before, and for tests."""

    def call(self, work: Callable[[], T]) -> T:
        return work()


class _Interruption(BaseException):
    """Raised inside the driver; no Exception, so that a driver that catches all of them does not swallow it."""


class Limited:
    """Interrupts what takes more than `TICKS` looks. The signal's handler stays until `close`: setting it is slow.

    `stays_armed` lets the timer run on between two calls, for work that waits for nothing in between.
    """

    def __init__(self, *, stays_armed: bool = False) -> None:
        self._stays_armed = stays_armed
        self._lock = threading.Lock()
        self._inside: int | None = None
        self._ticks = 0
        self._is_interrupted = False
        self._watchdog: threading.Thread | None = None
        self._over = threading.Event()
        self._thread_with_signals = threading.main_thread().ident if _timer_is_free() else None
        self._before: Any = None
        self._has_handler = False
        self._is_armed = False

    def close(self) -> None:
        """Put back the handler of the signal that was there, in the main thread; elsewhere end the watchdog."""
        self._over.set()
        self._watchdog = None
        if self._is_armed:
            self._arm(0)
        if self._has_handler and signal.getsignal(signal.SIGALRM) == self._ring:
            signal.signal(signal.SIGALRM, self._before)
        self._has_handler = False

    def is_waiting(self) -> bool:
        """Whether a driver is being asked just now; may be called from any thread."""
        return self._inside is not None

    def call(self, work: Callable[[], T]) -> T:
        try:
            if threading.get_ident() == self._thread_with_signals:
                return self._under_timer(work)
            return self._under_watchdog(work)
        except _Interruption:
            self._leave_watchdog()
            raise DriverHungError(f"it did not come back within {TICKS * TICK:.0f} s") from None

    # -- POSIX, main thread ------------------------------------------------------------------------------------

    def _under_timer(self, work: Callable[[], T]) -> T:
        if not self._has_handler:
            self._before = signal.signal(signal.SIGALRM, self._ring)
            self._has_handler = True
        self._ticks, self._inside = 0, threading.get_ident()
        if not self._is_armed:
            self._arm(TICK)
        try:
            result = work()
            self._inside = None  # here, so that a ring before it still falls into this `try`
            return result
        finally:
            self._inside = None
            if not self._stays_armed:
                self._arm(0)

    def _arm(self, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
        self._is_armed = seconds > 0

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._inside is None:
            return
        self._ticks += 1
        if self._ticks >= LAST_TICK:
            _end_the_process()
        if self._ticks >= TICKS:
            raise _Interruption

    # -- elsewhere ---------------------------------------------------------------------------------------------

    def _under_watchdog(self, work: Callable[[], T]) -> T:
        if self._watchdog is None:
            self._over = threading.Event()
            self._watchdog = threading.Thread(target=self._watch, args=(self._over,), name="watchdog", daemon=True)
            self._watchdog.start()
        with self._lock:
            self._ticks, self._inside = 0, threading.get_ident()
        try:
            return work()
        finally:
            self._leave_watchdog()

    def _leave_watchdog(self) -> None:
        if self._watchdog is None:
            return
        with self._lock:
            self._inside = None
        if self._is_interrupted:
            _receive()
            self._is_interrupted = False

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(TICK):
            with self._lock:
                if self._inside is None:
                    continue
                self._ticks += 1
                if self._ticks >= LAST_TICK:
                    _end_the_process()
                if self._ticks >= TICKS:
                    self._is_interrupted = True
                    _raise_in(self._inside, _Interruption)


def _timer_is_free() -> bool:
    """Whether there is such a timer, and nobody else uses it."""
    return hasattr(signal, "setitimer") and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Let a thread raise at its next step in Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _receive() -> None:
    """Let an interruption of this thread that is still on its way come here and now.

    It cannot be taken back: up to Python 3.12 every thread of the process would look for it at each step from then on,
    and one that is traced, by a debugger or for coverage, would stand still.
    """
    with contextlib.suppress(_Interruption):
        _raise_in(threading.get_ident(), _Interruption)
        while True:
            pass


def _end_the_process() -> None:
    """The last resort: in order is not possible any more, and what was acknowledged is durable."""
    sentence = "devicelog: a driver does not come back and cannot be interrupted; the recording has ended, try again.\n"
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(sentence)
        sys.stderr.flush()
    os._exit(3)
