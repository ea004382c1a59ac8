"""A connection that threads take turns with, each waiting for a few seconds at most."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from devicelog.errors import NotNowError, StoreFailedError
from devicelog.store.database import Connection, close_database

#: How long somebody waits for another one's turn (s); longer is a disk that does not answer.
_PATIENCE = 5.0


class Shared:
    """The connection to a file; it is opened on first use, and anew after its disk has failed."""

    def __init__(self, file: Path, open_: Callable[[], Connection], connection: Connection | None = None) -> None:
        self._file = file
        self._open = open_
        self._connection = connection
        self._lock = threading.Lock()
        self._is_closed = False

    def close(self) -> None:
        """Give it up. Where a disk keeps whoever has it, it is left to the end of the process."""
        self._is_closed = True
        if not self._lock.acquire(timeout=_PATIENCE):
            return
        try:
            self._give_up()
        finally:
            self._lock.release()

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """The connection for this thread alone; NotNowError if others keep it for too long, or it was closed."""
        if not self._lock.acquire(timeout=_PATIENCE):
            found = f"the disk does not answer under {self._file}"
            raise NotNowError(f"{found}; nothing was changed, so check the disk and its cable, and try again.")
        try:
            if self._is_closed:
                raise StoreFailedError(f"{self._file} was closed; start the station again.")
            if self._connection is None:
                self._connection = self._open()
            try:
                yield self._connection
            except StoreFailedError:
                self._give_up()
                raise
        finally:
            self._lock.release()

    def _give_up(self) -> None:
        if self._connection is not None:
            close_database(self._connection)
        self._connection = None
