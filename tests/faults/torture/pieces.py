"""F16: the same bytes in any pieces."""

from __future__ import annotations

from pathlib import Path

from tests.faults.pieces import any_pieces
from tests.faults.sessions import COURSES
from tests.faults.torture.check import Outcome


def any_cut(_folder: Path, *, seeds: int) -> Outcome:
    """Whole sessions in all ways that a line hands bytes over, and through a decoder that forgets."""
    counts = any_pieces(seeds)
    control = any_pieces(1, courses=COURSES[:1], forgetful=True)
    caught = bool(control.differing)
    return Outcome(
        not counts.differing and caught,
        f"{counts.sessions} sessions, {counts.readings:,} entries compared",
        f"{len(counts.differing)} sessions differ" + "".join(f"; {what[:300]}" for what in counts.differing[:1]),
        f"a decoder that forgets unfinished frames: {len(control.differing)} of {control.sessions} differ, "
        + ("caught" if caught else "NOT CAUGHT"),
    )
