"""python-can as its manual says: the serial interface, a Notifier, and a SqliteWriter as its listener."""

from __future__ import annotations

import importlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch


def record(job: Job, watch: Watch) -> None:
    """Until the writer has said that all frames are in its database; runs with bench/.venv."""
    can: Any = importlib.import_module("can")
    watch.outcome.versions = {"python-can": can.__version__}
    path = job.path / "session.db"
    done = threading.Event()

    class Writer(can.SqliteWriter):  # type: ignore[misc]
        """The writer as it is; `num_frames`, which it counts up after each commit, is looked at."""

        _frames = 0

        @property
        def num_frames(self) -> int:
            return self._frames

        @num_frames.setter
        def num_frames(self, count: int) -> None:
            self._frames = count
            if count:
                watch.keep(count)
            if count >= job.count:
                watch.done()
                done.set()

    bus = can.Bus(interface="serial", channel=job.urls[0], bitrate=115_200)
    writer = Writer(str(path))
    notifier = can.Notifier(bus, [writer])
    watch.ready()
    done.wait()
    notifier.stop()
    writer.stop()
    bus.shutdown()
    with sqlite3.connect(path) as database:
        watch.outcome.kept = database.execute("SELECT count(*) FROM messages").fetchone()[0]
    watch.outcome.disk = path.stat().st_size
