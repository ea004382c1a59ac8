"""What a person stated is corrected: an amendment with old, new, who, why and when; nothing that stands is altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog

from devicelog import clock
from devicelog.amending.act import head_of, must_be_over
from devicelog.amending.addresses import Field, find
from devicelog.amending.values import Moment, earliest
from devicelog.errors import BadInputError
from devicelog.ledger import LEDGER_ERRORS, Kind, Line
from devicelog.ledger.amendment import What, amending
from devicelog.ledger.statement import changed, value_at
from devicelog.products.expiry import Expiry
from devicelog.record.as_json import content
from devicelog.record.record import Record, fold
from devicelog.record.statements import FIRST
from devicelog.recorder.act import act
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer
from devicelog.stored import entries, readable, record_of
from devicelog.units import plain

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
    record = record_of(store, session)
    field = find(record, address)
    value = field.value.read(new)
    if value == field.now:
        raise BadInputError(f"{field.address} of session {session.id} is {new.strip()!r} already; nothing was changed.")
    _check(field, value)
    with readable("the record", session):
        raw = fold(entries(store.lines(session.number), session))
        old = _as_kept(raw, field)
    made = head_of(store, session, What.CORRECTED, by=by, role=role, reason=store.seal_reason(session.subject, reason))
    kept = store.seal_text(session.subject, value) if field.value.is_text else value
    changes = [(field.path, old, kept), *_along(record, field, new)]
    made["changes"] = [
        {"entry": field.entry, "kind": field.kind.value, "field": path, "old": was, "new": now}
        for path, was, now in changes
    ]
    if field.is_one_of_several:
        made["changes"][0]["name"] = field.address
    *_, last = store.lines(session.number)
    lines = amending(last, made, [])
    _must_stay_readable(raw, lines[0], field, new)
    ledger = LedgerWriter.resume(store, session.number, session.id)
    ledger.commit(lines, [act(clock.now(), Kind.AMENDMENT, **made)], state=session.state)
    _log.info("session amended", session=session.id)
    return Corrected(made["amendment"], lines[0].number, field, value)


def _check(field: Field, value: Any) -> None:
    """Refuse a time that is still to come; raises BadInputError."""
    if isinstance(field.value, Moment) and earliest(value) > datetime.fromisoformat(clock.utc(clock.now().wall_ns)):
        raise BadInputError(f"{value} is still to come; expected the time when it was.")


def _along(record: Record, field: Field, new: str) -> Iterator[tuple[str, Any, Any]]:
    """What a correction takes along, each a path with old and new: what says the same in other words, and a sum."""
    statement = record.statements.numbered(field.entry)
    now = statement.now if statement is not None else {}
    head, _, last = field.path.rpartition(".")
    if (field.kind, last) == (Kind.PRODUCT, "expiry"):
        expiry = Expiry.of(new)
        printed = expiry.printed if expiry.is_month else None
        if now.get("expiry_printed") != printed:
            yield "expiry_printed", now.get("expiry_printed"), printed
    elif field.kind is Kind.PRODUCT and last in ("concentration", "unit"):
        if (stated := value_at(now, f"{head}.stated")) is not None:
            yield f"{head}.stated", stated, None
    elif field.kind is Kind.SYRINGE and last == "volume":
        parts = changed(now, field.path, field.value.read(new))["parts"]
        total = plain(sum((Decimal(part["volume"]) for part in parts), Decimal(0)))
        if total != now["volume"]:
            yield "volume", now["volume"], total


def _must_stay_readable(record: Record, line: Line, field: Field, new: str) -> None:
    """Refuse a correction with which the record could not be shown any more: it could not be taken back, either."""
    try:
        record.apply(line.entry())
        content(record)
    except LEDGER_ERRORS as error:
        raise BadInputError(f"{field.address} cannot be {new.strip()[:80]!r} ({error}); nothing was changed.") from None


def _as_kept(record: Record, field: Field) -> Any:
    """What the field holds as entries have it: a free text is sealed there."""
    if field.entry == FIRST:
        return record.started.get(field.path)
    statement = record.statements.numbered(field.entry)
    assert statement is not None
    return value_at(statement.now, field.path)
