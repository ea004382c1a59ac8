"""devicelog's whole recorder as `devicelog record` runs it: link threads, limits, chain, seals, encryption."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.session import plan_session
from devicelog import clock, naming
from devicelog.ledger import Kind, Line
from devicelog.recording.recording import Recording
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch


def record(job: Job, watch: Watch) -> None:
    """Until all bytes have become acknowledged entries."""
    os.environ["DEVICELOG_KEYS"] = str(job.path / "keys")
    path = job.path / "store"
    moments, numbers = array("q"), array("q")

    def acknowledge(lines: Sequence[Line]) -> None:
        if not lines:
            return
        moments.append(time.monotonic_ns())
        numbers.append(lines[-1].number)
        if all(sources[link].received >= size for link, size in enumerate(job.sizes, start=1)):
            watch.done()
            recording.stop("all has come")

    with Writer.open(path) as store:
        protocol = naming.find_protocol(job.protocol)
        start = clock.now()
        plan = plan_session(store, [f"reference-mesogun@{url}" for url in job.urls], protocol, start)
        recording = Recording(store, plan, protocol, start, acknowledge)
        sources = recording.recorder.sources
        recording.open_ports()
        watch.ready()
        recording.run()
    watch.outcome.commits = len(moments)
    _read_again(job, watch, moments, numbers)
    watch.outcome.disk = (path / "devicelog.db").stat().st_size


def _read_again(job: Job, watch: Watch, moments: array[int], numbers: array[int]) -> None:
    """Find each reading in the store, and with its entry's number the moment of its acknowledgement."""
    sequences: dict[int, tuple[int, int]] = {}
    seen = [set[int]() for _ in job.urls]
    commit = 0
    with Reader.open(job.path / "store") as store:
        for entry in store.entries(store.session("last").number):
            while commit < len(numbers) - 1 and numbers[commit] < entry.number:
                commit += 1
            if entry.kind == Kind.LAYOUT and entry.content["report"] == "injection":
                names = [column["metric"] for column in entry.content["columns"]]
                sequences[entry.content["layout"]] = entry.content["link"] - 1, names.index("sequence")
            elif entry.kind == Kind.OBSERVATION and entry.content[0] in sequences:
                line, position = sequences[entry.content[0]]
                sequence = entry.content[2][position]
                if sequence == len(seen[line]) + 1:
                    seen[line].add(sequence)
                    watch.kept[line].append(moments[commit])
    watch.outcome.kept = sum(map(len, seen))
