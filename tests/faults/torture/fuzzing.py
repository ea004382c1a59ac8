"""F14: any bytes into what reads foreign bytes and files."""

from __future__ import annotations

from pathlib import Path

from tests.faults.fuzz.engine import FuzzCounts, fuzz
from tests.faults.fuzz.targets import PLANTED
from tests.faults.torture.check import Outcome

#: So many tries find what was planted.
_CONTROL = 20_000


def without_a_crash(_folder: Path, *, target: str, runs: int, seconds: int) -> Outcome:
    """Fuzz a target, and one with a fault planted in it."""
    counts = fuzz(target, runs, seconds=seconds)
    control = fuzz(PLANTED, _CONTROL)
    return Outcome(
        not counts.crash and counts.runs > 0 and bool(control.crash),
        f"{counts.runs:,} runs in {counts.seconds:,.0f} s",
        _found(counts),
        f"a planted fault: {'found' if control.crash else 'NOT FOUND'}",
    )


def _found(counts: FuzzCounts) -> str:
    how = f"guided by coverage, {counts.features:,} features" if counts.guided else "changed at random, not guided"
    return f"{'no crash' if not counts.crash else counts.crash}; {how}"
