"""Follow-ups that a session's record agreed on, and by which of its own entries each is settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from devicelog.ledger import Kind

if TYPE_CHECKING:
    from devicelog.record.statements import Statement, Statements

#: What is stated without anybody being seen.
_NOBODY_SEEN = frozenset({Kind.FOLLOW_UP, Kind.SIGNED, Kind.DELIVERED})


@dataclass(frozen=True, slots=True)
class Agreed:
    """A day on which somebody is to be seen again; `settled` is the entry that settles it, None: none of the session.

    That is the next follow-up, or whatever else was stated on that day or later, besides signatures and receipts.
    """

    entry: int
    on: date
    by: str
    settled: int | None


def agreed(statements: Statements) -> Iterator[Agreed]:
    """All of a session, in the order in which they were agreed, as they were corrected."""
    made = statements.of(Kind.FOLLOW_UP)
    for place, one in enumerate(made):
        on = date.fromisoformat(one.now["on"])
        settled = made[place + 1].number if place + 1 < len(made) else _seen(statements, on)
        yield Agreed(one.number, on, str(one.now["by"]), settled)


def _seen(statements: Statements, on: date) -> int | None:
    made = (one for one in statements if one.late and one.kind not in _NOBODY_SEEN)
    return next((one.number for one in made if _day(one) >= on), None)


def _day(statement: Statement) -> date:
    return datetime.fromisoformat(statement.content["at"]["wall"]).date()
