"""F1: `kill -9` at random moments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.faults.killed_recordings import KillCounts, kill_recordings
from tests.faults.torture.check import Outcome

_READY_WITHIN = 3.0
#: So many kills catch a recorder that acknowledges before it commits.
_CONTROL = 12


def at_random(folder: Path, *, kills: int, workers: int) -> Outcome:
    """Kill recordings at random, and then some of a recorder that acknowledges what is not durable yet."""
    counts = kill_recordings(folder / "kills", kills, workers=workers)
    control = kill_recordings(folder / "control", _CONTROL, first="tests.faults.liars:acknowledge_before_commit")
    slowest = share(counts.fresh_starts, 0.99)
    return Outcome(
        counts.holds and slowest < _READY_WITHIN and control.lost > 0,
        f"{counts.kills:,} kills, {len(counts.fresh_starts)} recordings of them started afresh",
        _found(counts, slowest),
        f"acknowledging before the commit: {control.lost:,} of {control.acknowledged:,} lost, "
        + ("caught" if control.lost else "NOT CAUGHT"),
    )


def _found(counts: KillCounts, slowest: float) -> str:
    words = (
        f"{counts.acknowledged:,} acknowledged, {counts.lost} lost, {counts.doubled} doubled, "
        f"{counts.unreadable} unreadable stores, {counts.interrupted:,} sessions closed as interrupted; "
        f"ready again p99 {slowest:.2f} s (forked: {share(counts.forked_starts, 0.99):.2f} s)"
    )
    return f"{words}; {counts.problems[0]}" if counts.problems else words


def share(values: Sequence[float], part: float) -> float:
    """The value that this share of the values does not go beyond; 0 if there are none."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0
