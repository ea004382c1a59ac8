"""The limit: the entry rows that devicelog would store, inserted by bare apsw, as many to a commit and as durable."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import apsw

from bench.bytes import opening as device_opening
from bench.bytes import readings
from bench.session import plan_session
from devicelog import clock, naming
from devicelog.chunk import Chunk, ChunkKind
from devicelog.recorder.recorder import Recorder
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch

Row = tuple[int, bytes, bytes]

_TABLE = "CREATE TABLE entry (key INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT"
#: Between two commits where readings are paced (s).
_TICK = 0.02


def record(job: Job, watch: Watch) -> None:
    """All rows at once in groups, or a group every 20 ms."""
    rows = finished_rows(job)
    path = job.path / "limit.db"
    database = open_encrypted(str(path))
    watch.ready()
    group = max(1, round(job.rate * _TICK)) if job.rate else job.group
    due = time.monotonic()
    for first in range(0, len(rows), group):
        if job.rate:
            due += _TICK
            time.sleep(max(0.0, due - time.monotonic()))
        with database:
            database.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows[first : first + group])
        watch.keep(min(first + group, len(rows)))
    watch.done()
    for found in database.execute("SELECT count(*) FROM entry"):
        watch.outcome.kept = found[0]
    database.close()
    watch.outcome.disk = path.stat().st_size


def open_encrypted(path: str) -> apsw.Connection:
    """A database set as devicelog sets its own."""
    database = apsw.Connection(path)
    database.pragma("cipher", "chacha20")
    database.execute(f"PRAGMA key = 'raw:{os.urandom(32).hex()}'")
    database.pragma("journal_mode", "wal")
    database.pragma("synchronous", "full")
    database.execute(_TABLE)
    return database


def finished_rows(job: Job) -> list[Row]:
    """The rows of as many observations, made by devicelog's own recorder before the clock runs."""
    os.environ["DEVICELOG_KEYS"] = str(job.path / "keys")
    with Writer.open(job.path / "store") as store:
        protocol = naming.find_protocol(job.protocol)
        start = clock.now()
        plan = plan_session(store, ["reference-mesogun@none"], protocol, start)
    recorder = Recorder(plan, protocol, start)
    data = device_opening() + b"".join(readings(job.count, 1))
    recorder.handle(Chunk(1, ChunkKind.RECEIVED, start.boot_ns, start.wall_ns, data))
    lines, _ = recorder.take()
    return [(line.number, line.body, line.hash) for line in lines[-job.count :]]
