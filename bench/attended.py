"""A station that records a paced line while somebody looks on or wants something of it, and what became of the line.

The feeder, the station and whoever looks on are processes of their own.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.child import Child, started
from bench.feeder import sent_file
from bench.interpreters import NotAvailableError
from bench.station import acknowledged_file

#: How long a child may take to be ready, and to be done after its time (s).
PATIENCE = 180.0
_LIFTED = str(Path(__file__).parent / "no-limit-reached.toml")


def part_of(values: Sequence[float], part: float) -> float:
    """What this part of them, which are sorted, does not go beyond."""
    return values[min(len(values) - 1, int(part * len(values)))]


@dataclass(frozen=True, slots=True)
class Kept:
    """When each reading was `sent` (CLOCK_MONOTONIC, ns), how late each was kept (ms, sorted), how many were not."""

    sent: array[int]
    latencies: tuple[float, ...]
    missing: int

    def latency(self, part: float) -> float:
        """What this part of the readings did not go beyond."""
        return part_of(self.latencies, part)


class Attended:
    """Use `attended`. `at` is where the station is, with the cookie of somebody who is logged in."""

    def __init__(self, folder: Path, feeder: Child, station: Child, at: dict[str, Any], count: int) -> None:
        self.at = at
        self.station = station
        self.share = 0.0
        self._folder = folder
        self._feeder = feeder
        self._count = count
        self._before = self._began = 0.0

    def begin(self) -> None:
        """Let the readings come."""
        self._before, self._began = self._cpu(), time.monotonic()
        self._feeder.tell("GO")

    def await_last(self, seconds: float) -> None:
        """Wait for the last reading to be sent, which takes so long; `share` of a core is what the station took."""
        self._feeder.hear("DONE", seconds + PATIENCE)
        self.share = (self._cpu() - self._before) / 1e9 / (time.monotonic() - self._began)

    def end(self) -> Kept:
        """End both, and see what was kept."""
        self._feeder.end()
        self.station.end()
        sent, kept = array("q"), array("q")
        sent.frombytes(sent_file(self._folder, 0).read_bytes())
        kept.frombytes(acknowledged_file(self._folder).read_bytes())
        readings = kept[-self._count :]  # what the device was set to comes before them
        late = sorted((done - begun) / 1e6 for begun, done in zip(sent, readings, strict=False))
        if not late:
            raise NotAvailableError("no reading was acknowledged")
        return Kept(sent, tuple(late), self._count - len(readings))

    def _cpu(self) -> int:
        self.station.tell("")
        return int(self.station.hear("CPU", PATIENCE))


@contextmanager
def attended(rate: int, seconds: int, **more: object) -> Iterator[Attended]:
    """A station that records so many readings a second for so long, once it is told to; `more` is for bench.station."""
    count = rate * seconds
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        feeder = stack.enter_context(started(sys.executable, "bench.feeder", folder))
        request = {"count": count, "rate": rate, "lines": 1, "seed": 1, "frames": "dlr1", "folder": name, "cores": []}
        feeder.tell(json.dumps(request))
        (url,) = json.loads(feeder.hear("READY", PATIENCE))["urls"]
        station = stack.enter_context(started(sys.executable, "bench.station", folder))
        asked = {"folder": name, "device": f"reference-mesogun@{url}", "protocol": _LIFTED, **more}
        station.tell(json.dumps(asked))
        yield Attended(folder, feeder, station, json.loads(station.hear("READY", PATIENCE)), count)
