"""A script written in an hour: read, split, compare floats, write a CSV row, flush."""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING, Any

from bench.peers.serial_lines import arrivals, depth_and_volume, is_trigger, open_port

if TYPE_CHECKING:
    from io import TextIOWrapper

    from bench.job import Job
    from bench.watch import Watch


class CsvRows:
    """The file, a row and a flush for each trigger."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._writer = csv.writer(file)
        self.count = 0

    def add(self, fields: list[bytes]) -> None:
        depth, volume = depth_and_volume(fields)
        verdict = "exceeded" if depth > 4.0 or volume > 0.05 else "within"
        self._writer.writerow([time.time(), int(fields[2]), depth, volume, fields[10].decode(), verdict])
        self._file.flush()
        self.count += 1


def record(job: Job, watch: Watch) -> None:
    """Until all readings are in the file."""
    port = open_port(job.urls[0])
    path = job.path / "session.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        watch.ready()
        _fill(CsvRows(file), port, job.count, watch)
    finish(job, watch)


def _fill(rows: CsvRows, port: Any, count: int, watch: Watch) -> None:
    for arrived in arrivals(port):
        for fields in arrived:
            if is_trigger(fields):
                rows.add(fields)
        if arrived:
            watch.keep(rows.count)
        if rows.count >= count:
            watch.done()
            return


def finish(job: Job, watch: Watch) -> None:
    """Count what is in the file."""
    path = job.path / "session.csv"
    with path.open(encoding="utf-8") as file:
        watch.outcome.kept = sum(1 for _ in file)
    watch.outcome.disk = path.stat().st_size
