"""The one thread that writes: it owns the store's only writer, and does one job after another.

    request ─▶ do(job) ─▶ queue ─▶ desk thread: job(writer)
                                   while a session is recorded: between two of its batches (`turn`)

A session in progress is a job, too: the longest one. Whoever asks for something waits for the answer; the recording
waits for nobody but the job at hand, which must be short.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import structlog

from devicelog import clock
from devicelog.errors import DevicelogError, NotNowError
from devicelog.search.upkeep import AT_OPENING, catch_up
from devicelog.station.ending import STATION, await_end
from devicelog.store.writer import Writer

Answer = TypeVar("Answer")

#: How long whoever asks waits for the desk (s): a port may be opened, and a device be asked who it is, meanwhile.
PATIENCE = 60.0
#: Without a job the desk looks up so often (s), to say that it is alive.
_LOOK_UP = 0.5
#: A session that comes to none of its turns for so long (s) stands still: what waits then is told so.
_STILL = 8.0
#: A session in progress gives the jobs that wait so long between two of its batches (ns), however many there are.
_TURN_NS = 20_000_000

_log = structlog.get_logger()


class Desk:
    """Takes jobs from any thread; each gets the writer, and its answer or error goes back to whoever asked.

    `alive` is called by the desk's thread now and then while it has nothing to do, and may not raise.
    """

    def __init__(self, open_store: Callable[[Path], Writer], store: Path, alive: Callable[[], None]) -> None:
        self._open = open_store
        self._store = store
        self._alive = alive
        self._jobs: SimpleQueue[tuple[Callable[[Writer], Any], Future[Any]] | None] = SimpleQueue()
        self._wake: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._opened: Future[None] = Future()
        self._writer: Writer | None = None
        self._is_open = True
        self._is_left = False
        self._turned_ns = clock.boot_ns()

    def start(self) -> None:
        """Open the store and begin; raises what opening it raises."""
        self._thread.start()
        self._opened.result()

    def close(self, seconds: float = STATION) -> None:
        """Do what waits, close the store, and end; a session in progress must have been stopped before.

        A job that takes longer is left behind, and what waits behind it is refused: of what it writes, all or nothing
        will be there.
        """
        self._is_open = False
        self._jobs.put(None)
        self._is_left = not await_end(self._thread, seconds, "the desk")

    @property
    def is_open(self) -> bool:
        """Whether it takes jobs still."""
        return self._is_open

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def post(self, job: Callable[[Writer], Answer]) -> Future[Answer]:
        """Let the job be done; its answer or error comes in the future."""
        answer: Future[Answer] = Future()
        self._jobs.put((job, answer))
        wake = self._wake
        if wake is not None:
            wake()
        return answer

    def do(self, job: Callable[[Writer], Answer], patience: float = PATIENCE) -> Answer:
        """The job's answer; raises what the job raises, NotNowError if the desk does not come to it in time."""
        if threading.current_thread() is self._thread:
            assert self._writer is not None
            return job(self._writer)
        if not self._is_open or not self.is_alive:
            raise _ending()
        answer = self.post(job)
        until = clock.boot_ns() + round(patience * 1e9)
        while (left := (until - clock.boot_ns()) / 1e9) > 0:
            if wait([answer], min(left, _LOOK_UP)).done:
                return answer.result()
            if (self._is_left or not self.is_alive) and answer.cancel():
                raise _ending()
            if self._wake is not None and self._still() > _STILL and answer.cancel():
                found = f"the store has not answered for {self._still():.0f} s, and nothing was changed"
                raise NotNowError(f"{found}; check the disk and its cable, and try again.")
        if answer.cancel():
            raise NotNowError(f"the store did not answer for {patience:.0f} s; look at the disk, and try again.")
        found = f"the store has not answered for {patience:.0f} s, and may take what was asked for when it does"
        raise NotNowError(f"{found}; check the disk, and look what is there before it is asked for again.")

    @property
    def unsafe(self) -> str | None:
        """Why nothing can be written now, in words; None as far as is known. From any thread."""
        still = self._still()
        if not self.is_alive or still <= _STILL:
            return None
        return f"what writes the store has been at one thing for {still:.0f} s; check the disk and its cable"

    def _still(self) -> float:
        """For how long the desk has come to nothing new (s)."""
        return (clock.boot_ns() - self._turned_ns) / 1e9

    def turn(self) -> None:
        """Do the jobs that wait, on the desk's own thread, while a long one is at work; some of them, if many wait.

        Whoever has his answer may ask for more at once: a crowd that does must not keep the long job from its own.
        """
        assert self._writer is not None
        self._turned_ns = clock.boot_ns()
        until = self._turned_ns + _TURN_NS
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return
            if job is None:
                self._jobs.put(None)
                return
            self._do(self._writer, *job)
            if clock.boot_ns() >= until:
                break
        wake = self._wake
        if wake is not None and not self._jobs.empty():
            wake()

    def woken_by(self, wake: Callable[[], None] | None) -> None:
        """What makes a long job look up at once; None when it is over."""
        self._turned_ns = clock.boot_ns()
        self._wake = wake

    # -- the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._writer = self._open(self._store)
        except BaseException as error:
            self._opened.set_exception(error)
            return
        with self._writer:
            self._tidy(self._writer)
            self._opened.set_result(None)
            while True:
                try:
                    self._turned_ns = clock.boot_ns()
                    job = self._jobs.get(timeout=_LOOK_UP)
                except Empty:
                    self._alive()
                    continue
                if job is None and self._jobs.empty():
                    break
                if job is None:  # what was begun just now is behind it
                    self._jobs.put(None)
                    continue
                self._do(self._writer, *job)
                self._tidy(self._writer)

    def _do(self, writer: Writer, job: Callable[[Writer], Any], answer: Future[Any]) -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            result = job(writer)
        except BaseException as error:
            answer.set_exception(error)
        else:
            answer.set_result(result)

    def _tidy(self, writer: Writer) -> None:
        """Let lists and searches follow; nothing that goes wrong with them keeps the desk from its work."""
        try:
            catch_up(writer, AT_OPENING)
        except Exception as error:
            with suppress(DevicelogError):
                writer.reopen()
            _log.warning("search tables are behind", cause=type(error).__name__)


def _ending() -> NotNowError:
    return NotNowError("the station is ending; try again when it is back.")
