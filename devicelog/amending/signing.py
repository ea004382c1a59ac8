"""A record reviewed, and signed with a meaning: a signature is bound to the head of the ledger that it is of.

What the record lacks is looked up before, and is named in the signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from devicelog.amending.act import must_be_over
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.completeness import lacking
from devicelog.record.record import Record
from devicelog.record.response import Meaning
from devicelog.record.signatures import Status, since
from devicelog.store.reader import SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was made: number of its entry, and what the record lacked. No number: nothing was signed."""

    entry: int | None
    missing: Sequence[str]


def review(store: Writer, session: SessionRow, *, by: str, role: str, text: str | None) -> int:
    """Somebody has looked through the record; the number of the entry. Raises BadInputError if it is not over."""
    must_be_over(session, "reviewed")
    number = state_late(store, session, Kind.REVIEWED, {"by": by, "role": role, **({"text": text} if text else {})})
    _log.info("session reviewed", session=session.id)
    return number


def sign(
    store: Writer,
    session: SessionRow,
    *,
    by: str,
    role: str,
    registration: str | None,
    meaning: Meaning,
    despite_missing: bool,
) -> Signed:
    """Sign all that the record holds now.

    Nothing is signed if something is missing, unless that is signed as well. Raises BadInputError if the session is not
    over, or if this person has signed just that with this meaning already.
    """
    must_be_over(session, "signed")
    record = record_of(store, session)
    _check_again(record, by, meaning)
    missing = lacking(record)
    if missing and not despite_missing:
        return Signed(None, missing)
    *_, last = store.lines(session.number)
    content: dict[str, Any] = {
        "by": by,
        "role": role,
        **({"registration": registration} if registration is not None else {}),
        "meaning": meaning.value,
        "entries": last.number,
        "head": last.hash.hex(),
        "missing": missing,
    }
    number = state_late(store, session, Kind.SIGNED, content)
    _log.info("session signed", session=session.id)
    return Signed(number, missing)


def _check_again(record: Record, by: str, meaning: Meaning) -> None:
    """Refuse the same signature of the same person a second time, unless something came behind the first."""
    for made in record.statements.of(Kind.SIGNED):
        same = (made.content["by"], made.content["meaning"]) == (by, meaning)
        if same and since(record, made.number) is Status.SIGNED:
            found = f"{by} has signed session {record.session} with the meaning {meaning} at entry {made.number}"
            raise BadInputError(f"{found}, and nothing was amended or added since; it is signed.")
