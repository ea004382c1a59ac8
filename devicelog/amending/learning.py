"""A contraindication that is learned behind the end of a session, held against how and when it was treated."""

from __future__ import annotations

from typing import Any

from devicelog.record.record import Record
from devicelog.record.used import day
from devicelog.screening.learned import late_answer, learned, statement
from devicelog.screening.rule import Rules
from devicelog.treatment.kept import protocol_of
from devicelog.treatment.protocol import Modality


def learned_of(
    record: Record, rules: Rules, code: str, reply: str, *, ended: str | None, detail: str | None, by: str
) -> tuple[dict[str, Any], str | None]:
    """The content of the late `screening` statement, and what the answer raises, in a sentence; None: nothing.

    Raises UnknownNameError for a code that is not asked before such a session, BadInputError for what is no answer.
    """
    answer = late_answer(rules, code, reply, ended=ended, detail=detail)
    found = learned(rules, _modality(record), answer, today=day(record))
    return statement(rules, found, by=by), found.finding.why if found.finding is not None else None


def _modality(record: Record) -> Modality | None:
    """How the session treated; None where no treatment protocol says it."""
    kept = record.protocol
    return protocol_of(kept, where=f"the protocol of session {record.session}").modality if kept else None
