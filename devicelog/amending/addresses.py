"""What a person calls a field of a session's record: `practitioner`, `product.2.lot`, `consent.version`.

KIND.KEY.FIELD, where the key is what names one of several statements (the product's number, the code of a question), or
its place among those of its kind. Of two with the same name the later one has it; the earlier one is ENTRY.FIELD.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from devicelog.amending.fields import FIELDS, KEYS, ONE, PRACTITIONER
from devicelog.amending.values import WORDS, Value
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.ledger.statement import value_at
from devicelog.record.record import Record
from devicelog.record.statements import FIRST, Correction, Statement

#: So many names are listed in a sentence.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be corrected: what it is called, where it stands, what it may hold and says now.

    `corrections` are those of this field, in their order.
    """

    address: str
    entry: int
    kind: Kind
    path: str
    value: Value
    now: Any
    corrections: tuple[Correction, ...]

    @property
    def is_one_of_several(self) -> bool:
        """Whether a session may have several statements with such a field, so that kind and path do not name it."""
        return self.kind not in (Kind.STARTED, *ONE)


def fields(record: Record) -> list[Field]:
    """All fields of a record that a person can correct, in the order in which they were stated."""
    found: dict[str, Field] = {}
    first = tuple(record.statements.first)
    now = record.started[PRACTITIONER]
    found[PRACTITIONER] = Field(PRACTITIONER, FIRST, Kind.STARTED, PRACTITIONER, WORDS, now, first)
    counts: dict[str, int] = {}
    for statement in record.statements:
        kind = Kind(statement.kind)
        counts[kind] = counts.get(kind, 0) + 1
        for path, value in _paths(statement):
            address = f"{name(statement, counts[kind])}.{path}"
            before = found.pop(address, None)
            if before is not None:
                by_entry = f"{before.entry}.{before.path}"
                found[by_entry] = Field(by_entry, *_rest(before))
            found[address] = _field(address, statement, path, value)
    return list(found.values())


def name(statement: Statement, place: int) -> str:
    """What a statement is called; `place` is that among those of its kind, from 1."""
    kind = Kind(statement.kind)
    if kind in ONE:
        return kind.value
    key = statement.content.get(KEYS[kind]) if kind in KEYS else place
    return f"{kind.value}.{key}"


def _rest(field: Field) -> tuple[int, Kind, str, Value, Any, tuple[Correction, ...]]:
    return field.entry, field.kind, field.path, field.value, field.now, field.corrections


def _paths(statement: Statement) -> Iterator[tuple[str, Value]]:
    """The fields of a statement, each part of a list by its number."""
    for name, value in FIELDS.get(Kind(statement.kind), {}).items():
        head, star, rest = name.partition(".*.")
        if not star:
            yield name, value
            continue
        parts = statement.now.get(head)
        for place in range(1, len(parts) + 1 if isinstance(parts, list) else 1):
            yield f"{head}.{place}.{rest}", value


def _field(address: str, statement: Statement, path: str, value: Value) -> Field:
    made = tuple(one for one in statement.corrections if one.field == path)
    now = value_at(statement.now, path)
    return Field(address, statement.number, Kind(statement.kind), path, value, now, made)


def find(record: Record, address: str) -> Field:
    """The field that is called so; BadInputError, with what to do, if a person cannot correct it."""
    wanted = address.strip().replace("-", "_") if address.replace("-", "_").partition(".")[0] in set(Kind) else address
    known = {field.address: field for field in fields(record)}
    field = known.get(wanted) or known.get(address) or _by_entry(known, wanted)
    if field is not None:
        return field
    if _is_of_a_device(record, address):
        found = f"{address!r} is what a device reported, and that is corrected by nobody's hand"
        mend = (
            "`devicelog replay --accept` lets a better driver read the kept bytes, `devicelog amend --zone` moves them"
        )
        raise BadInputError(f"{found}; {mend} to another zone, and `devicelog add note` says what is known besides.")
    close = get_close_matches(wanted, known, n=1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    some = ", ".join(list(known)[:_SHOWN])
    raise BadInputError(
        f"session {record.session} has no field {address!r} that a person stated; {guess}"
        f"It has: {some}{' ...' if len(known) > _SHOWN else ''}; `devicelog amend {record.session} --fields` has all."
    )


def _by_entry(known: dict[str, Field], wanted: str) -> Field | None:
    """ENTRY.FIELD, also of a statement that has a name of its own."""
    entry, _, path = wanted.partition(".")
    same = (field for field in known.values() if str(field.entry) == entry and field.path == path)
    return next(same, None)


def _is_of_a_device(record: Record, address: str) -> bool:
    """Whether it names a report or a metric of a device, or a figure that follows from them."""
    reported = {column.metric for layout in record.layouts.values() for column in layout.columns}
    reported |= {layout.report for layout in record.layouts.values()}
    reported |= {"injections", "triggers", "samples", "charge", "volume", "depth", "observation", "alarm", "gap"}
    return bool(reported & set(address.replace("-", "_").split(".")))
