"""The child of the memory figure: `python -m bench.long_session` with folder and hours as JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.bytes import opening, readings, samples
from bench.offline import Tape

_SAMPLE_MS, _INJECTION_MS = 250, 1000


def resident() -> int:
    """Bytes of this process in memory now; where that cannot be told, the most so far."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize()


def measured(folder: Path, hours: float) -> Iterator[tuple[float, int]]:
    """Minutes of the session and bytes resident: after the first minute and at each eighth."""
    seconds = round(hours * 3600)
    marks = {60, *(seconds * eighth // 8 for eighth in range(1, 9))}
    current = samples(seconds * 4, 1, interval_ms=_SAMPLE_MS)
    injections = readings(seconds, 1, interval_ms=_INJECTION_MS)
    devices = ["reference-noneedle@a", "reference-mesogun@b"]
    with Tape(folder, devices, "noneedle-ionto-dc-face") as tape:
        tape.receive(2, 0, opening())
        for second in range(1, seconds + 1):
            for quarter in range(4):
                tape.receive(1, second * 1000 + quarter * _SAMPLE_MS, next(current))
            tape.receive(2, second * 1000 + 800, next(injections))
            tape.commit_some()
            if second in marks:
                yield second / 60, resident()
        tape.end()


def main() -> None:
    request = json.loads(sys.stdin.readline())
    print("MEMORY", json.dumps(list(measured(Path(request["folder"]), request["hours"]))), flush=True)


if __name__ == "__main__":
    main()
