"""What came after a treatment: the skin's response, aftercare, adverse events, follow-ups, photographs, later words.

What is said behind the end of the recording is late, and says so: when it was written, and when it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.ledger.sealed import plain_text, words
from devicelog.numbers import rfc3339
from devicelog.record.response import Reaction

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement

#: In the order in which they are shown.
AFTERWARDS = (
    Kind.REACTION,
    Kind.AFTERCARE,
    Kind.ADVERSE_EVENT,
    Kind.FOLLOW_UP,
    Kind.PHOTOGRAPH,
    Kind.LEFTOVER,
    Kind.EXPLAINED,
    Kind.POINTS,
    Kind.NOTE,
    Kind.REVIEWED,
)
#: Of these, what is said during the recording is shown in its own place.
_LATE_ONLY = frozenset({Kind.NOTE, Kind.LEFTOVER, Kind.EXPLAINED, Kind.POINTS})
#: Where each says when it was, if it was not when it was written.
HAPPENED = {
    Kind.AFTERCARE: "given",
    Kind.ADVERSE_EVENT: "began",
    Kind.PHOTOGRAPH: "taken",
}


def statements(record: Record) -> list[Statement]:
    """All that belongs here, kind by kind."""
    return [made for kind in AFTERWARDS for made in record.statements.of(kind) if made.late or kind not in _LATE_ONLY]


def notes(record: Record) -> list[tuple[int, str]]:
    """What was noted during the recording, each with its moment: a later note belongs here."""
    made = (one for one in record.statements.of(Kind.NOTE) if not one.late)
    return [(one.t_us, words(one.now.get("text", ""))) for one in made]


def response(record: Record) -> str:
    """The skin's response in words: what was seen, "None reported" only if that was said, else "not stated"."""
    codes = reactions(record)
    if codes is None:
        return "not stated"
    return ", ".join(codes) if codes else "None reported"


def reactions(record: Record) -> list[str] | None:
    """All reactions that were stated; none if that was said; None if nothing was."""
    made = record.statements.of(Kind.REACTION)
    if not made:
        return None
    codes = dict.fromkeys(code for one in made for code in one.now["codes"])
    return [code for code in codes if code != Reaction.NONE]


def happened(statement: Statement) -> str | None:
    """When it was, as far as that was said: a date, or a time with its offset."""
    return statement.now.get(HAPPENED.get(Kind(statement.kind), "happened")) or statement.now.get("happened")


def written(record: Record, statement: Statement) -> str:
    """When it was written: wall time in UTC."""
    at = statement.content.get("at")
    return str(at["wall"]) if statement.late and at is not None else rfc3339(record.wall(statement.t_us))


def content(record: Record) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "reactions": reactions(record),
        "statements": [_statement(record, made) for made in statements(record)],
    }


def _statement(record: Record, made: Statement) -> dict[str, Any]:
    said = {name: value for name, value in made.now.items() if name != "at"}
    return {
        "entry": made.number,
        "kind": made.kind,
        "late": made.late,
        "written": written(record, made),
        "happened": happened(made),
        "says": {name: plain_text(value) for name, value in said.items()},
        "corrected": [one.field for one in made.corrections],
    }
