"""A session recorded without a port, with stamps made up, as fast as it goes: recorder and store as they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from bench.session import plan_session
from devicelog import clock, naming
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.recorder.recorder import Recorder
from devicelog.store.writer import Writer

#: Chunks to a commit; a real recorder commits more often, which is no matter for what is measured so.
_GROUP = 64


class Tape:
    """Use as a context manager. `at_ms` counts from the beginning of the session."""

    def __init__(self, folder: Path, devices: Sequence[str], protocol: str) -> None:
        os.environ["DEVICELOG_KEYS"] = str(folder / "keys")
        self._store = Writer.open(folder / "store")
        limits = naming.find_protocol(protocol)
        self._start = clock.now()
        plan = plan_session(self._store, devices, limits, self._start)
        self.recorder = Recorder(plan, limits, self._start)
        self._ledger = self._store.begin(plan.session, plan.subject, clock.utc(self._start.wall_ns))
        self._waiting = 0
        self._last_ms = 0
        self.entries = 0
        for link in range(1, len(devices) + 1):
            self._handle(link, ChunkKind.OPENED, 0, b"tape")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def receive(self, link: int, at_ms: float, data: bytes) -> None:
        """Bytes of one read."""
        if data:
            self._handle(link, ChunkKind.RECEIVED, at_ms, data)

    def end(self) -> None:
        """The last entry, and a seal."""
        self._handle(NO_LINK, ChunkKind.ENDED, self._last_ms, b"the tape ended")
        self.commit(state="ended")

    def commit_some(self) -> None:
        """Commit if enough has gathered."""
        if self._waiting >= _GROUP:
            self.commit()

    def commit(self, *, state: str | None = None) -> None:
        """Make durable what has gathered."""
        lines, chunks = self.recorder.take()
        self._ledger.commit(lines, chunks, state=state)
        self.entries += len(lines)
        self._waiting = 0

    def _handle(self, link: int, kind: ChunkKind, at_ms: float, data: bytes) -> None:
        later = round(at_ms * 1e6)
        self._last_ms = round(at_ms)
        self.recorder.handle(Chunk(link, kind, self._start.boot_ns + later, self._start.wall_ns + later, data))
        self._waiting += 1
