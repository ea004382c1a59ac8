"""The same script with the `port.readline()` of every tutorial, which reads byte by byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers.handwritten_csv import CsvRows, finish
from bench.peers.serial_lines import is_trigger, open_port

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch


def record(job: Job, watch: Watch) -> None:
    """Until all readings are in the file."""
    port = open_port(job.urls[0])
    with (job.path / "session.csv").open("w", newline="", encoding="utf-8") as file:
        rows = CsvRows(file)
        watch.ready()
        while rows.count < job.count:
            fields = port.readline()[1:-7].split(b",")
            if len(fields) > 10 and is_trigger(fields):
                rows.add(fields)
                watch.keep(rows.count)
        watch.done()
    finish(job, watch)
