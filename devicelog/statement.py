"""What people state of a session: each statement is an entry, made during the session or behind its end.

A statement behind the end adds to what was recorded and replaces nothing; who made it and when is in its content. It is
the line that an `act` chunk gives, so a replay finds it again. docs/ledger.md has the fields of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog.ledger import Chain, Kind, Line, encode

#: What people state; the devices have no part in it.
STATED = frozenset(
    {
        Kind.OPENED,
        Kind.HISTORY,
        Kind.SCREENING,
        Kind.OVERRIDE,
        Kind.CONSENT,
        Kind.PATCH_TEST,
        Kind.CONSULTATION,
        Kind.PRODUCT,
        Kind.SYRINGE,
        Kind.SYRINGE_IN_USE,
        Kind.LEFTOVER,
        Kind.EXPLAINED,
        Kind.CONSUMABLE,
        Kind.POINTS,
        Kind.COURSE,
        Kind.SKIPPED,
        Kind.REFUSED,
        Kind.PAUSED,
        Kind.RESUMED,
        Kind.EVENT,
        Kind.NOTE,
        Kind.REACTION,
        Kind.AFTERCARE,
        Kind.ADVERSE_EVENT,
        Kind.FOLLOW_UP,
        Kind.PHOTOGRAPH,
        Kind.REVIEWED,
        Kind.SIGNED,
    }
)

#: What may be stated of a session that is over; such a statement is late, and says when it was made.
LATE = STATED - {
    Kind.OPENED,
    Kind.OVERRIDE,
    Kind.SYRINGE_IN_USE,
    Kind.COURSE,
    Kind.SKIPPED,
    Kind.REFUSED,
    Kind.PAUSED,
    Kind.RESUMED,
}


def late(last: Line, kind: Kind, content: Mapping[str, Any]) -> Line:
    """The line of a late statement behind the last line of a session, at the moment of that one."""
    entry = (last.number + 1, last.entry().t_us, kind.value, content)
    return Chain(last.number, last.hash).append(encode(entry))
