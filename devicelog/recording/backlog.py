"""What has been recorded and is not durable yet: kept in memory while the store cannot be written, then caught up.

    recorder ─▶ backlog ─▶ ledger writer ─▶ acknowledged

With a sound store nothing ever waits here. While the disk is full, failing or locked by another program, nothing is
acknowledged, every half second another attempt is made, and `trouble` says what is wrong, for an alarm.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from devicelog import clock
from devicelog.chunk import Chunk
from devicelog.driver import Priority
from devicelog.errors import NotNowError, ServiceGoneError, StoreBusyError, StoreFullError
from devicelog.ledger import Line
from devicelog.store.database import LOG_LIMIT
from devicelog.store.ledger_writer import LedgerWriter

#: So many entries and chunks may wait: about 40 MB, and 80 minutes of a device that reports ten times a second.
MOST = 100_000
#: So many bytes of chunks may wait; together with the entries they fit into the reserve.
MOST_BYTES = 16 * 1024 * 1024
#: At most about so many entries and chunks go into one commit while it catches up.
_SLICE = 4_000
#: Between two attempts to write, and between two looks at the length of the log (ns).
_AGAIN_NS = 500_000_000
_LOOK_NS = 1_000_000_000
#: How long the end of a session waits for a store that cannot be written (s): for another program, and for a disk.
PATIENCE, PATIENCE_WITH_DISK = 60.0, 10.0


class Trouble(StrEnum):
    """Why what is recorded does not become durable as it should, in the words of the alarm."""

    FULL = "the disk is full: what is recorded now is in memory only and is not safe; make room"
    FAILING = "the disk of the store fails: what is recorded now is in memory only and is not safe; check the disk"
    WAITING = "waiting for another program that has the store locked: what is recorded now is not safe yet; end it"
    SERVICE = "the service that writes the store does not answer: what is recorded now is not safe yet; start it again"
    GROWING = "a program that reads the store keeps its log from being cut: the log grows; end that program"

    @property
    def priority(self) -> Priority:
        """High where it does not mend itself."""
        return Priority.HIGH if self in (Trouble.FULL, Trouble.FAILING) else Priority.MEDIUM

    @classmethod
    def of(cls, error: NotNowError) -> Trouble:
        match error:
            case StoreFullError():
                return cls.FULL
            case StoreBusyError():
                return cls.WAITING
            case ServiceGoneError():
                return cls.SERVICE
        return cls.FAILING


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries and the chunks that they came of, which become durable together; `state` closes the session."""

    lines: list[Line]
    chunks: list[Chunk]
    state: str | None

    @property
    def size(self) -> int:
        return len(self.lines) + len(self.chunks)


class Backlog:
    """The one way into the ledger of a session while it is recorded; `acknowledge` is told what has become durable."""

    def __init__(self, ledger: LedgerWriter, acknowledge: Callable[[Sequence[Line]], None]) -> None:
        self._ledger = ledger
        self._acknowledge = acknowledge
        self._waiting: deque[_Batch] = deque()
        self._size = 0
        self._bytes = 0
        self.error: NotNowError | None = None
        self.trouble: Trouble | None = None
        self._again_ns = 0
        self._look_ns = 0

    @property
    def waiting(self) -> int:
        """So many entries and chunks are in memory only."""
        return self._size

    @property
    def is_full(self) -> bool:
        """Whether no more should be recorded."""
        return self._size >= MOST or self._bytes >= MOST_BYTES

    def put(self, lines: list[Line], chunks: list[Chunk], state: str | None = None) -> None:
        """Let entries and their chunks be written with the next `flush`."""
        if lines or chunks:
            self._waiting.append(_Batch(lines, chunks, state))
            self._size += len(lines) + len(chunks)
            self._bytes += sum([len(chunk.data) for chunk in chunks])

    def flush(self) -> None:
        """Write and acknowledge what waits, unless the store could not be written a moment ago.

        Raises StoreFormatError if the store is damaged. What only cannot be done now is kept in `error`.
        """
        now = clock.boot_ns()
        if self.error is not None and now < self._again_ns:
            return
        try:
            while self._waiting:
                self._write(self._next())
            self._ledger.seal_if_due()
        except NotNowError as error:
            self.error, self.trouble = error, Trouble.of(error)
            self._again_ns = clock.boot_ns() + _AGAIN_NS
            return
        if self.error is not None or now >= self._look_ns:
            self.error, self._look_ns = None, now + _LOOK_NS
            self.trouble = Trouble.GROWING if self._ledger.log_bytes() > LOG_LIMIT else None

    def drain(self, idle: Callable[[], None]) -> None:
        """Write all that waits, also if that takes some patience; raises NotNowError for what could not be written."""
        began = clock.boot_ns()
        self._again_ns = 0
        self.flush()
        while self.error is not None:
            if isinstance(self.error, StoreFullError):
                self._ledger.give_up_reserve()
            patience = PATIENCE if self.trouble in (Trouble.WAITING, Trouble.SERVICE) else PATIENCE_WITH_DISK
            if clock.boot_ns() - began > patience * 1e9:
                raise type(self.error)(f"{self._lost()} is missing from session {self._ledger.session}: {self.error}")
            time.sleep(0.1)
            idle()
            self.flush()

    def _next(self) -> _Batch:
        """The oldest batch, and while it catches up those behind it, up to a slice; stays until it was written."""
        batch = self._waiting.popleft()
        while self._waiting and batch.size < _SLICE:
            more = self._waiting.popleft()
            batch = _Batch([*batch.lines, *more.lines], [*batch.chunks, *more.chunks], more.state)
        self._waiting.appendleft(batch)
        return batch

    def _write(self, batch: _Batch) -> None:
        self._ledger.commit(batch.lines, batch.chunks, state=batch.state)
        self._waiting.popleft()
        self._size -= batch.size
        self._bytes -= sum([len(chunk.data) for chunk in batch.chunks])
        self._acknowledge(batch.lines)

    def _lost(self) -> str:
        """What still waits, in words."""
        numbers = [line.number for batch in self._waiting for line in batch.lines]
        return f"entries {numbers[0]} to {numbers[-1]}" if numbers else "the end"
