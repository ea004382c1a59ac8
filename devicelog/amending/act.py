"""What every amendment says of itself: its number, who, why, when, and of which entries it is."""

from __future__ import annotations

from typing import Any

from devicelog import __version__, clock
from devicelog.errors import BadInputError
from devicelog.ledger.amendment import What, amendments, versions
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.statements import OVER
from devicelog.stored import readable


def head_of(
    store: Reader, session: SessionRow, what: What, *, by: str, role: str | None, reason: Any
) -> dict[str, Any]:
    """The content of an amendment, but for what it changes and the entries behind it."""
    with readable("an amendment", session):
        counts = versions(lambda: store.lines(session.number))[-1]
        number = amendments(lambda: store.lines(session.number)) + 1
    return {
        "amendment": number,
        "what": what.value,
        "by": by,
        **({"role": role} if role is not None else {}),
        "reason": reason,
        "at": made_at(),
        "software": f"devicelog {__version__}",
        "of": {"first": counts.first, "last": counts.last, "head": counts.head.hex()},
    }


def made_at() -> dict[str, str]:
    """The present moment as an entry holds it."""
    return {"wall": clock.utc(clock.now().wall_ns), "zone": clock.local_zone()}


def must_be_over(session: SessionRow, what: str) -> None:
    """Refuse what is done with a session that is over only; `what` says it in a word."""
    if session.state not in OVER:
        found = f"session {session.id} is {session.state}"
        raise BadInputError(f"{found}, and only a session that is over can be {what}; end it and verify it first.")
