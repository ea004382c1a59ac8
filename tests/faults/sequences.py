"""Runs the sequences of recording_machine.py, so many of so many steps, on a store as it is and on one that loses."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from devicelog.store.ledger_writer import LedgerWriter
from tests.faults.recording_machine import RecordingMachine, SequenceCounts


def run_sequences(sequences: int, steps: int, *, shrink: bool = True) -> SequenceCounts:
    """So many sequences of at most so many steps, always the same ones; stops at the first disagreement."""
    counts = SequenceCounts()
    machine = type("Machine", (RecordingMachine,), {"counts": counts})
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=sequences,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                derandomize=True,
                phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Exception as error:
        counts.disagreement = f"{error!r}"[:1000]
    return counts


def run_with_a_store_that_loses(sequences: int, steps: int) -> SequenceCounts:
    """The same on a store that drops each ninth entry without a word."""
    honest = LedgerWriter.commit

    def commit(self: LedgerWriter, lines: Any, chunks: Any, **more: Any) -> None:
        honest(self, [line for line in lines if line.number % 9], chunks, **more)

    with mock.patch.object(LedgerWriter, "commit", commit):
        return run_sequences(sequences, steps, shrink=False)
