"""What every row of an analysis table says of its session. The subject is the random id, and never a name or number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from devicelog.export.csv.table import Field, Type, day, required, text, yes_no
from devicelog.export.session import ExportedSession
from devicelog.record.caveats import is_typed
from devicelog.record.used import day as day_of

#: What a cell is made of; None is a missing value.
Value = str | int | Decimal | bool | date | datetime | None
#: Gives a cell of the session's columns, by the name of the column, as it is to be written.
Veil = Callable[[ExportedSession, str, Value], Value]

SESSION: tuple[Field, ...] = (
    required(text("session", "id of the session")),
    required(text("subject", "random id of the subject")),
    required(day("date", "day of the session where it was recorded")),
    required(Field("started time_utc", "when it was opened: the host's wall time in UTC", Type.TIME)),
    required(text("state", "how far the recording came", ("running", "ended", "interrupted"))),
    text("practitioner", "who treated"),
    text("protocol", "id of the treatment protocol; empty: none, and nothing was checked"),
    text("protocol version", "its version"),
    required(yes_no("simulated", "whether any device of the session said that it is a simulator")),
    required(yes_no("typed", "whether a person typed what a device of the session showed")),
    required(yes_no("amended", "whether the session was amended; the rows are those that count since")),
)


def unveiled(_session: ExportedSession, _name: str, value: Value) -> Value:
    """Every cell as it is."""
    return value


def session_cells(session: ExportedSession, veil: Veil) -> list[Value]:
    """The cells of these columns."""
    record, started = session.record, session.record.started
    protocol = record.protocol or {}
    cells: tuple[Value, ...] = (
        record.session,
        started["subject"],
        day_of(record),
        record.wall(0),
        record.state,
        started.get("practitioner"),
        protocol.get("id"),
        protocol.get("version"),
        record.simulated,
        is_typed(record),
        bool(record.amendments),
    )
    return [veil(session, field.name, cell) for field, cell in zip(SESSION, cells, strict=True)]
