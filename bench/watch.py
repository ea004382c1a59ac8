"""What a peer tells of itself while it records: when it was ready, when each reading was kept, when all were."""

from __future__ import annotations

import resource
import sys
import time
from array import array
from pathlib import Path

from bench.job import Outcome


def kept_file(folder: Path, line: int) -> Path:
    """Where the moments are left at which the readings of a line were kept (CLOCK_MONOTONIC, ns)."""
    return folder / f"kept-{line}.int64"


class Watch:
    """`kept` holds a moment for each reading of each line, in the order of the readings."""

    def __init__(self, lines: int) -> None:
        self.outcome = Outcome()
        self.kept = [array("q") for _ in range(lines)]
        self._before = resource.getrusage(resource.RUSAGE_SELF)

    def ready(self) -> None:
        """The ports are open and nothing else is left to do: the bytes may come."""
        self._before = resource.getrusage(resource.RUSAGE_SELF)
        self.outcome.ready_ns = time.monotonic_ns()
        sys.stdout.write("READY\n")
        sys.stdout.flush()

    def keep(self, upto: int) -> None:
        """All readings up to this one are kept, as surely as this peer keeps any."""
        now = time.monotonic_ns()
        kept = self.kept[0]
        kept.extend([now] * (upto - len(kept)))
        self.outcome.commits += 1

    def done(self) -> None:
        """The last reading is kept; what comes now is not measured."""
        outcome, before = self.outcome, self._before
        outcome.done_ns = time.monotonic_ns()
        after = resource.getrusage(resource.RUSAGE_SELF)
        outcome.user_ns = round((after.ru_utime - before.ru_utime) * 1e9)
        outcome.system_ns = round((after.ru_stime - before.ru_stime) * 1e9)
        outcome.peak_rss = after.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def save(self, folder: Path) -> None:
        """Leave the moments for the parent."""
        for line, moments in enumerate(self.kept):
            kept_file(folder, line).write_bytes(moments.tobytes())
