"""Feeds pseudo-terminals with synthetic bytes, in a process of its own: `python -m bench.feeder`.

Reads a request as JSON, prints `READY` with the ports as JSON, waits for a line, writes, prints `DONE` with the first
and the last moment, and keeps the ports open until its input is closed.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tty
from array import array
from pathlib import Path
from typing import Any

from bench.bytes import can_frames, opening, readings

#: At most this many bytes are offered to the pty at once.
_PIECE = 65_536


def sent_file(folder: Path, line: int) -> Path:
    """Where the moments are left at which the last byte of each reading of a line was written (CLOCK_MONOTONIC, ns)."""
    return folder / f"sent-{line}.int64"


class Line:
    """One pty and what will be written to it."""

    def __init__(self, number: int, request: dict[str, Any]) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.url = os.ttyname(self._slave)
        count, seed = request["count"], request["seed"] + number
        can = request["frames"] == "can"
        self.first = b"" if can else opening(number + 1)
        self.readings = list(can_frames(count, seed) if can else readings(count, seed))
        self.size = len(self.first) + sum(map(len, self.readings))
        self.sent = array("q")

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.master, view[:_PIECE]) :]

    def write_reading(self, number: int) -> None:
        self.write(self.readings[number])
        self.sent.append(time.monotonic_ns())


def pace(lines: list[Line], count: int, rate: float) -> None:
    """A reading on each line at a time, `rate` times a second; what is late is caught up."""
    begun = time.monotonic_ns()
    for number in range(count):
        due = begun + round(number * 1e9 / rate)
        while (wait := due - time.monotonic_ns()) > 0:
            time.sleep(wait / 1e9)
        for line in lines:
            line.write_reading(number)


def main() -> None:
    request = json.loads(sys.stdin.readline())
    if request["cores"]:
        os.sched_setaffinity(0, request["cores"])
    lines = [Line(number, request) for number in range(request["lines"])]
    ports = {"urls": [line.url for line in lines], "sizes": [line.size for line in lines]}
    print("READY", json.dumps(ports), flush=True)
    sys.stdin.readline()
    first = time.monotonic_ns()
    for line in lines:
        line.write(line.first)
    if request["rate"]:
        pace(lines, request["count"], request["rate"])
    else:
        lines[0].write(b"".join(lines[0].readings))
    print("DONE", first, time.monotonic_ns(), flush=True)
    for number, line in enumerate(lines):
        sent_file(Path(request["folder"]), number).write_bytes(line.sent.tobytes())
    sys.stdin.read()


if __name__ == "__main__":
    main()
