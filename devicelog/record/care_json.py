"""What is due after a session, and what was told of it, as plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.screening import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from devicelog.record.statements import Statement
    from devicelog.screening.care import Care


def due_content(care: Care, session: str, ended: datetime, given: Sequence[Statement]) -> dict[str, Any]:
    """The times of one session: what is due, and what was told (`told`), as it is kept in the record."""
    return {
        "care": care.named,
        "session": session,
        "ended": ended.isoformat(),
        "due": told.due_content(care, ended),
        "told": [{"entry": made.number, **made.now} for made in given],
    }
