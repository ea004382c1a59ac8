"""A small service as people write it: pint quantities against limits, and a durable commit for each event."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from bench.peers.serial_lines import arrivals, is_trigger, open_port

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch

_TABLE = "CREATE TABLE reading (at REAL, sequence INTEGER, depth REAL, volume REAL, mode TEXT, verdict TEXT)"


class Service:
    """The database, the units and the limits."""

    def __init__(self, path: str) -> None:
        import pint

        self._units: Any = pint.UnitRegistry()
        self._greatest_depth = self._units.Quantity("4 mm")
        self._greatest_volume = self._units.Quantity("0.05 mL")
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_TABLE)
        self._db.commit()

    def add(self, fields: list[bytes]) -> None:
        """One trigger, durable when this returns."""
        units = self._units
        depth = units.Quantity(int(fields[8]), "um").to("mm")
        volume = units.Quantity(int(fields[7]), "nL").to("mL")
        verdict = "exceeded" if depth > self._greatest_depth or volume > self._greatest_volume else "within"
        row = (time.time(), int(fields[2]), depth.magnitude, volume.magnitude, fields[10].decode(), verdict)
        self._db.execute("INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?)", row)
        self._db.commit()

    def close(self) -> int:
        """The number of rows."""
        kept: int = self._db.execute("SELECT count(*) FROM reading").fetchone()[0]
        self._db.close()
        return kept


def record(job: Job, watch: Watch) -> None:
    """Until all readings are committed."""
    path = job.path / "session.db"
    service = Service(str(path))
    port = open_port(job.urls[0])
    watch.ready()
    count = 0
    for arrived in arrivals(port):
        for fields in arrived:
            if is_trigger(fields):
                service.add(fields)
                count += 1
                watch.keep(count)
        if count >= job.count:
            break
    watch.done()
    watch.outcome.kept = service.close()
    watch.outcome.disk = path.stat().st_size
