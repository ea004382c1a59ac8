"""F21: one day of a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.long_session import long_session
from tests.faults.torture.check import Outcome
from tests.faults.torture.kills import share

if TYPE_CHECKING:
    from bench.offline import Tape

_MOST_GROWTH = 20_000_000
_SLOWEST_COMMIT = 0.1
#: A leak of so many bytes a simulated second is seen in this time (hours).
_LEAK, _CONTROL_HOURS = 100_000, 0.1


def long(folder: Path, *, hours: float, rate: int) -> Outcome:
    """A long session, and a short one that leaks."""
    counts = long_session(folder / "day", hours, rate)
    held: list[bytearray] = []

    def leak(_: Tape) -> None:
        held.append(bytearray(_LEAK))

    control = long_session(folder / "control", _CONTROL_HOURS, rate, each_second=leak)
    caught = control.growth >= _MOST_GROWTH
    slowest = share(counts.commits, 0.99)
    whole = counts.kept == counts.made and counts.verifies
    files = counts.open_files[-1] - counts.open_files[0]
    return Outcome(
        counts.growth < _MOST_GROWTH and files <= 0 and slowest < _SLOWEST_COMMIT and whole and caught,
        f"{hours:g} h, {counts.made:,} entries, {len(counts.commits):,} commits",
        f"{counts.growth / 1e6:+.1f} MB after warm-up, {files:+} open files, commit p99 {slowest * 1000:.1f} ms, "
        f"{counts.kept:,} of {counts.made:,} entries there, verify {'holds' if counts.verifies else 'DOES NOT HOLD'}",
        f"a leak of {_LEAK:,} bytes a second: {control.growth / 1e6:+.1f} MB, {'caught' if caught else 'NOT CAUGHT'}",
    )
