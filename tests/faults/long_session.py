"""One session of a day in compressed time: what the recorder holds, how long commits take, whether all of it is there.

A no-needle unit at `rate` samples a second and a meso-gun at a quarter of that, through recorder and store as they are,
with stamps made up (bench/offline.py). Virtual time passes as fast as entries are made durable.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.bytes import opening, readings, samples
from bench.long_session import resident
from bench.offline import Tape
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_session

#: Memory is compared with that after this share of the session, and looked at so often.
_WARM, _LOOKS = 1 / 24, 24


@dataclass(slots=True)
class LongCounts:
    """`resident` and `open_files` at each look, the first one after warm-up; `commits` are seconds each."""

    hours: float
    made: int = 0
    kept: int = 0
    verifies: bool = False
    resident: list[int] = field(default_factory=list)
    open_files: list[int] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """The most bytes above those after warm-up."""
        return max(self.resident) - self.resident[0]


def long_session(
    folder: Path, hours: float, rate: int, *, each_second: Callable[[Tape], None] = lambda _: None
) -> LongCounts:
    """Record it, look at memory meanwhile, and read it again; `each_second` may break something on purpose."""
    counts = LongCounts(hours)
    seconds = round(hours * 3600)
    looks = {round(seconds * (_WARM + (1 - _WARM) * look / _LOOKS)) for look in range(_LOOKS + 1)}
    folder.mkdir(parents=True, exist_ok=True)
    with _TimedTape(folder, counts.commits) as tape:
        current = samples(seconds * rate, 1, interval_ms=1000 // rate)
        triggers = readings(seconds * rate // 4, 1, interval_ms=4000 // rate)
        tape.receive(2, 0, opening())
        for second in range(1, seconds + 1):
            for number in range(rate):
                at = second * 1000 + number * 1000 // rate
                tape.receive(1, at, next(current))
                if number % 4 == 0:
                    tape.receive(2, at, next(triggers))
                tape.commit_some()
            each_second(tape)
            if second in looks:
                counts.resident.append(resident())
                counts.open_files.append(_open_files())
        tape.end()
        counts.made = tape.entries
    _read_again(folder, counts)
    return counts


class _TimedTape(Tape):
    """A tape that notes how long each commit takes."""

    def __init__(self, folder: Path, commits: list[float]) -> None:
        self._commits = commits
        super().__init__(folder, ["reference-noneedle@a", "reference-mesogun@b"], "noneedle-ionto-dc-face")

    def commit(self, *, state: str | None = None) -> None:
        began = time.perf_counter()
        super().commit(state=state)
        self._commits.append(time.perf_counter() - began)


def _open_files() -> int:
    """How many files this process has open; 0 where that cannot be told."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def _read_again(folder: Path, counts: LongCounts) -> None:
    with Reader.open(folder / "store") as reader:
        counts.kept = sum(1 for _ in reader.lines(reader.session("last").number))
        counts.verifies = verify_session(reader, "last").holds
