"""A peer at work, in a process of its own: `python -m bench.peer` with a job as JSON; the outcome is its last line."""

from __future__ import annotations

import importlib
import os
import sys

from bench.job import Job
from bench.peers import PEERS
from bench.watch import Watch


def main() -> None:
    job = Job.parse(sys.stdin.readline())
    if job.cores:
        os.sched_setaffinity(0, job.cores)
    watch = Watch(max(1, len(job.urls)))
    importlib.import_module(PEERS[job.peer].module).record(job, watch)
    watch.save(job.path)
    print("OUTCOME", watch.outcome.text(), flush=True)


if __name__ == "__main__":
    main()
