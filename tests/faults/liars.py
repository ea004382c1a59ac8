"""Recorders that break a promise on purpose: each must be caught by the check that guards the promise.

They are called in a recording's process before the command (`first` of tests/end_to_end/warm.py).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from devicelog.store.ledger_writer import LedgerWriter

#: So long lies between an acknowledgement and what it says (s).
_TOO_EARLY = 0.2


def acknowledge_before_commit() -> None:
    """Say that entries are durable, and only then make them so."""
    from devicelog.recording.recording import Recording

    honest_begin = Recording.__init__
    honest = LedgerWriter.commit

    def begin(self: Recording, store: Any, plan: Any, protocol: Any, start: Any, acknowledge: Any, *more: Any) -> None:
        honest_begin(self, store, plan, protocol, start, lambda _: None, *more)

        def commit(self: LedgerWriter, lines: Sequence[Any], chunks: Sequence[Any], **more: Any) -> None:
            acknowledge(lines)
            time.sleep(_TOO_EARLY)
            honest(self, lines, chunks, **more)

        LedgerWriter.commit = commit  # type: ignore[method-assign]

    setattr(Recording, "__init__", begin)  # noqa: B010
