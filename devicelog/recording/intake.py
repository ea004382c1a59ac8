"""Where what people do comes in among the bytes, as long as a session takes anything."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from devicelog.chunk import Chunk
from devicelog.errors import NotNowError


class Intake:
    """`put` from any thread, though from no signal handler; once it is closed, what was put is in the queue."""

    def __init__(self, queue: SimpleQueue[Chunk]) -> None:
        self._queue = queue
        self._is_closed = False
        self._guard = threading.Lock()

    def put(self, chunks: tuple[Chunk, ...]) -> None:
        """All of them, or none: NotNowError when it is closed."""
        with self._guard:
            if self._is_closed:
                found = "the session has ended meanwhile, and this is not in it"
                raise NotNowError(f"{found}; add it to its record.")
            for chunk in chunks:
                self._queue.put(chunk)

    def close(self) -> None:
        """Take nothing more."""
        with self._guard:
            self._is_closed = True
