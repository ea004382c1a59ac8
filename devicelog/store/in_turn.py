"""Writes that nobody may be held up by: one after another on a thread of its own; who asks waits for a moment at most.

A disk that does not answer keeps its caller from going on for as long as that takes. What is done here is done when the
disk answers again, and lost if the process is gone by then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from queue import SimpleQueue
from typing import Any, TypeVar

from devicelog.errors import NotNowError

Answer = TypeVar("Answer")

#: So many jobs may wait; one that comes then is refused.
_MOST = 1000


class InTurn:
    """Does jobs in the order in which they came; safe in several threads. Its thread begins with the first job."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_late = False

    def put(self, job: Callable[[], Answer]) -> Future[Answer]:
        """What comes of a job; NotNowError where too many wait already."""
        answer: Future[Answer] = Future()
        if self._jobs.qsize() >= _MOST:
            answer.set_exception(NotNowError("the disk does not answer; check the disk, and try again."))
            return answer
        self._jobs.put((job, answer))
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        return answer

    def do(self, job: Callable[[], Answer], seconds: float) -> Future[Answer]:
        """The same, waited for so long; it may not be `done` yet. Behind one that took longer nobody waits."""
        answer = self.put(job)
        if not self._is_late:
            self._is_late = bool(wait([answer], seconds).not_done)
        return answer

    def _run(self) -> None:
        while True:
            job, answer = self._jobs.get()
            try:
                result = job()
            except BaseException as error:
                answer.set_exception(error)
            else:
                answer.set_result(result)
            self._is_late = False
            del job, answer
