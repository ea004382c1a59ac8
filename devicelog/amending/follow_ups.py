"""Follow-ups that were agreed, and whether anything was recorded of the person since.

A follow-up is settled by the next one of the same session, by what was stated of the session on that day or later, or
by a session of the same person on that day or later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from devicelog.amendment import What
from devicelog.ledger import Kind
from devicelog.record.statements import Statement, Statements
from devicelog.statement import STATED
from devicelog.store.reader import Reader, SessionRow
from devicelog.stored import entries, readable


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A day on which somebody is to be seen again; `settled` says by what it is settled, None: by nothing."""

    session: str
    subject: str
    entry: int
    on: date
    by: str
    settled: str | None

    def is_due(self, today: date) -> bool:
        """Whether it should have been by now, and nothing was recorded since."""
        return self.settled is None and self.on <= today


def follow_ups(reader: Reader) -> list[FollowUp]:
    """All of the store, by their day."""
    rows = reader.sessions()
    found = [one for row in rows for one in _of(reader, row, rows)]
    return sorted(found, key=lambda one: (one.on, one.session, one.entry))


def _of(reader: Reader, row: SessionRow, rows: list[SessionRow]) -> Iterator[FollowUp]:
    with readable("a statement", row):
        statements = _stated(reader, row)
        made = statements.of(Kind.FOLLOW_UP)
        for place, one in enumerate(made):
            on = date.fromisoformat(one.now["on"])
            later = made[place + 1] if place + 1 < len(made) else None
            settled = f"entry {later.number}" if later is not None else _seen(statements, on) or _came(rows, row, on)
            yield FollowUp(row.id, row.subject, one.number, on, str(one.now["by"]), settled)


def _stated(reader: Reader, row: SessionRow) -> Statements:
    """What was stated of a session, corrections included; nothing else of it is looked at."""
    found = Statements()
    wanted = (line for line in reader.lines(row.number) if line.kind in STATED or line.kind == Kind.AMENDMENT)
    for entry in entries(wanted, row):
        if entry.kind != Kind.AMENDMENT:
            found.take(entry, late="at" in entry.content)
        elif entry.content["what"] == What.CORRECTED:
            found.correct(entry.content)
    return found


def _seen(statements: Statements, on: date) -> str | None:
    """What was stated on that day or later, besides who signed."""
    made = (one for one in statements if one.late and one.kind not in (Kind.FOLLOW_UP, Kind.SIGNED))
    return next((f"entry {one.number}" for one in made if _day(one) >= on), None)


def _day(statement: Statement) -> date:
    return datetime.fromisoformat(statement.content["at"]["wall"]).date()


def _came(rows: list[SessionRow], row: SessionRow, on: date) -> str | None:
    """A session of the same person on that day or later."""
    same = (one for one in rows if one.subject == row.subject and one.number > row.number)
    return next((one.id for one in same if datetime.fromisoformat(one.started).date() >= on), None)
