"""Long work that records nothing: a backup, a verification, deliveries. One at a time, on a thread of its own.

A session comes first: none is begun while one is recorded, and one that is at work when a session begins is given up at
its next step, so that it takes nothing from the recording. What a chore does must bear that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from devicelog import clock
from devicelog.errors import DevicelogError, NotNowError
from devicelog.station.ending import OTHERS, left_behind

#: Told what is being done, how much of it is done, and how much there is (0: nobody can tell).
Progress = Callable[[str, int, int], None]

_log = structlog.get_logger()


@dataclass(slots=True)
class Chore:
    """One piece of work. `kind` says what; `about` what of; times are in UTC. `result` or `failure` once it is over."""

    kind: str
    about: str
    by: str
    began: str
    step: str = ""
    done: int = 0
    total: int = 0
    ended: str | None = None
    result: Any = None
    failure: str | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.over.is_set()

    @property
    def percent(self) -> int | None:
        """How much of the present step is done; None if nobody can tell."""
        return min(100, 100 * self.done // self.total) if self.total else None


class Chores:
    """The one at work, and of each kind the last. `is_recording` says whether a session is recorded."""

    def __init__(self, is_recording: Callable[[], bool]) -> None:
        self._is_recording = is_recording
        self._guard = threading.Lock()
        self._last: dict[str, Chore] = {}
        self._current: Chore | None = None
        self._is_closed = False

    @property
    def current(self) -> Chore | None:
        """The one at work."""
        current = self._current
        return current if current is not None and not current.is_over else None

    def last(self, kind: str) -> Chore | None:
        """The last one of a kind, at work or over; None since the station began."""
        return self._last.get(kind)

    def begin(self, kind: str, about: str, by: str, work: Callable[[Progress], Any]) -> Chore:
        """Begin a piece of work; NotNowError while a session is recorded, or another chore is at work."""
        if self._is_recording():
            raise NotNowError("a session is being recorded, which comes first; do this when it has ended.")
        with self._guard:
            if self.current is not None:
                raise NotNowError("something else is being done already; wait for its end.")
            chore = Chore(kind, about, by, clock.utc(clock.now().wall_ns))
            self._current = self._last[kind] = chore
        threading.Thread(target=self._run, args=(chore, work), name=f"chore-{kind}", daemon=True).start()
        return chore

    def close(self, seconds: float = OTHERS) -> None:
        """The station ends: give up what is at work."""
        self._is_closed = True
        current = self.current
        if current is not None and not current.over.wait(seconds):
            left_behind(current.kind, seconds)

    def _run(self, chore: Chore, work: Callable[[Progress], Any]) -> None:
        def tell(step: str, done: int, total: int) -> None:
            if self._is_closed:
                raise NotNowError("the station was ended; begin it again.")
            if self._is_recording():
                raise NotNowError("a session was begun, which comes first; begin it again when that has ended.")
            chore.step, chore.done, chore.total = step, done, total

        try:
            chore.result = work(tell)
        except DevicelogError as error:
            chore.failure = str(error)
        except Exception as error:
            _log.error("a chore failed", why=chore.kind, cause=type(error).__name__)
            chore.failure = f"devicelog made a mistake ({type(error).__name__}); nothing that was recorded is lost."
        finally:
            chore.ended = clock.utc(clock.now().wall_ns)
            chore.over.set()
