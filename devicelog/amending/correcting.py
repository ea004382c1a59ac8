"""What a person stated is corrected: an amendment with old, new, who, why and when; nothing that stands is altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from devicelog import clock
from devicelog.amending.act import head_of, must_be_over
from devicelog.amending.addresses import Field, find
from devicelog.amendment import What, amending
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.record import Record, fold
from devicelog.record.statements import FIRST
from devicelog.recorder.act import act
from devicelog.statement import value_at
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer
from devicelog.stored import entries, readable, record_of

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction that was made: number of the amendment and of its entry, and what it says."""

    amendment: int
    entry: int
    field: Field
    new: Any


def correct(
    store: Writer, session: SessionRow, address: str, new: str, *, by: str, role: str | None, reason: str
) -> Corrected:
    """Correct one field; `new` is as a person writes it.

    Raises BadInputError, and nothing is changed, if there is no such field, if it cannot hold that or holds it already.
    """
    must_be_over(session, "amended")
    field = find(record_of(store, session), address)
    value = field.value.read(new)
    if value == field.now:
        raise BadInputError(f"{field.address} of session {session.id} is {new.strip()!r} already; nothing was changed.")
    with readable("the record", session):
        old = _as_kept(fold(entries(store.lines(session.number), session)), field)
    made = head_of(store, session, What.CORRECTED, by=by, role=role, reason=store.seal_text(session.subject, reason))
    kept = store.seal_text(session.subject, value) if field.value.is_text else value
    change = {"entry": field.entry, "kind": field.kind.value, "field": field.path, "old": old, "new": kept}
    if field.is_one_of_several:
        change["name"] = field.address
    made["changes"] = [change]
    *_, last = store.lines(session.number)
    lines = amending(last, made, [])
    ledger = LedgerWriter.resume(store, session.number, session.id)
    ledger.commit(lines, [act(clock.now(), Kind.AMENDMENT, **made)], state=session.state)
    _log.info("session amended", session=session.id)
    return Corrected(made["amendment"], lines[0].number, field, value)


def _as_kept(record: Record, field: Field) -> Any:
    """What the field holds as entries have it: a free text is sealed there."""
    if field.entry == FIRST:
        return record.started.get(field.path)
    statement = record.statements.numbered(field.entry)
    assert statement is not None
    return value_at(statement.now, field.path)
