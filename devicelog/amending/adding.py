"""What is stated of a session that is over: each is an entry behind the end, which says when it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from devicelog import clock
from devicelog.amending.act import must_be_over
from devicelog.amending.addresses import name
from devicelog.amending.fields import FIELDS, KEYS, ONE
from devicelog.amending.values import Moment, earliest, latest
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.afterwards import HAPPENED
from devicelog.record.record import Record
from devicelog.record.response import Reaction
from devicelog.store.reader import SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of

#: What is stated once, by what tells one from another; to say something else is a correction, which shows both.
_ONCE: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(ONE, ()),
    **{kind: (KEYS[kind],) for kind in (Kind.PRODUCT, Kind.SYRINGE, Kind.LEFTOVER, Kind.EXPLAINED)},
    Kind.AFTERCARE: ("leaflet", "version"),
}
#: What can only have been after the session began.
_FOLLOWING = frozenset({Kind.REACTION, Kind.ADVERSE_EVENT, Kind.AFTERCARE, Kind.NOTE})

_log = structlog.get_logger()


def add(store: Writer, session: SessionRow, kind: Kind, content: dict[str, Any], *, happened: str | None = None) -> int:
    """State something of a session that is over; `happened` is when it was, as a person writes it. The entry's number.

    Raises BadInputError, and nothing is changed, if the session is not over, if it contradicts what is there, or if it
    happened before the session or in the future.
    """
    must_be_over(session, "added to")
    record = record_of(store, session)
    made = dict(content)
    if happened is not None:
        written = Moment().read(happened)
        _check_moment(record, kind, written)
        made[HAPPENED.get(kind, "happened")] = written
    _check(record, kind, made)
    number = state_late(store, session, kind, made)
    _log.info("statement added", session=session.id)
    return number


def _check_moment(record: Record, kind: Kind, written: str) -> None:
    now = datetime.fromisoformat(clock.utc(clock.now().wall_ns)).astimezone(UTC)
    if earliest(written) > now:
        raise BadInputError(f"{written} is still to come; give the time when it was, or leave it out if nobody knows.")
    begun = record.wall(0)
    if kind in _FOLLOWING and latest(written) < begun:
        found = f"{written} is before session {record.session} began ({begun:%Y-%m-%d %H:%M} UTC)"
        raise BadInputError(f"{found}; name the session it belongs to, see `devicelog sessions`.")


def _check(record: Record, kind: Kind, made: dict[str, Any]) -> None:
    """Refuse what is about something that this session does not have, and what would replace what was stated."""
    _check_once(record, kind, made)
    match kind:
        case Kind.LEFTOVER:
            _check_syringe(record, made["syringe"])
        case Kind.REACTION if made["codes"] == [Reaction.NONE] and "severity" in made:
            raise BadInputError(
                f"found no reaction and the severity {made['severity']}; expected one or the other, so leave one out."
            )
        case Kind.REACTION if made["codes"] == [Reaction.NONE]:
            _check_none(record)
        case Kind.EXPLAINED:
            _check_explained(record, made["of"])
        case Kind.PHOTOGRAPH:
            known = [one for one in record.statements.of(kind) if one.now["sha256"] == made["sha256"]]
            if known:
                found = f"{made['file']} is in the record of session {record.session} already"
                raise BadInputError(f"{found}, at entry {known[0].number}; nothing was added.")


def _check_none(record: Record) -> None:
    """That nothing was seen cannot be said beside what was: one of the two is a mistake, and is corrected."""
    made = record.statements.of(Kind.REACTION)
    for place, one in enumerate(made, start=1):
        if any(code != Reaction.NONE for code in one.now["codes"]):
            found = f"the record of session {record.session} has {', '.join(one.now['codes'])} (entry {one.number})"
            how = f"if that was wrong, amend it: `devicelog amend {record.session} reaction.{place}.codes none`"
            raise BadInputError(f"{found}, so none cannot be added; {how}.")


def _check_once(record: Record, kind: Kind, made: dict[str, Any]) -> None:
    before = record.statements.of(kind) if kind in _ONCE else []
    for place, one in enumerate(before, 1):
        if any(one.now.get(key) != made.get(key) for key in _ONCE[kind]):
            continue
        differing = (field for field in FIELDS[kind] if one.now.get(field) != made.get(field))
        field = next((field for field in differing if "*" not in field), "by")
        address = f"{name(one, place)}.{field}"
        found = f"the {kind.replace('_', ' ')} is in the record of session {record.session} already"
        mend = f"`devicelog amend {record.session} {address} VALUE --by NAME --reason TEXT`"
        raise BadInputError(f"{found}, at entry {one.number}; correct it with {mend}, which keeps both.")


def _check_syringe(record: Record, number: int) -> None:
    known = [str(one.now["syringe"]) for one in record.statements.of(Kind.SYRINGE)]
    if str(number) not in known:
        had = ", ".join(known) or "none"
        raise BadInputError(f"session {record.session} has no syringe {number}; expected one of its syringes: {had}.")


def _check_explained(record: Record, of: str) -> None:
    """An explanation is of a syringe, or of a total that differs from the device's own."""
    syringes = [f"syringe:{one.now['syringe']}" for one in record.statements.of(Kind.SYRINGE)]
    differing = [f"device:{one['link']}:{one['metric']}" for one in record.reconciled if not one["agrees"]]
    if of not in (*syringes, *differing):
        had = ", ".join((*differing, *syringes)) or "nothing"
        found = f"session {record.session} has nothing called {of!r} that could be explained"
        raise BadInputError(f"{found}; expected one of: {had}.")
