"""F27: sequences of anything, on a store and on a plain model of it."""

from __future__ import annotations

from pathlib import Path

from tests.faults.sequences import run_sequences, run_with_a_store_that_loses
from tests.faults.torture.check import Outcome


def agree(_folder: Path, *, sequences: int, steps: int) -> Outcome:
    """Run the sequences, and some on a store that loses entries."""
    counts = run_sequences(sequences, steps, shrink=False)
    control = run_with_a_store_that_loses(20, 30)
    caught = bool(control.disagreement)
    agreed = not counts.disagreement and counts.sequences >= sequences
    return Outcome(
        agreed and caught,
        f"{counts.sequences:,} sequences, {counts.steps:,} steps: {counts.commits:,} commits, {counts.full:,} of them "
        f"refused by a full disk, {counts.kills:,} kills, {counts.exports:,} exports",
        "store and model agree" if not counts.disagreement else counts.disagreement,
        f"a store that drops each ninth entry: {'caught' if caught else 'NOT CAUGHT'}",
    )
