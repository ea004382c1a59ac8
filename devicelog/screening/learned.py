"""A contraindication that is learned when the session has begun, or is over: what is stated of it.

It stops nothing: losing the record of a treatment that goes on anyway is the worse failure. During a recording a stop
is an alarm of high priority that stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import Kind
from devicelog.screening.answer import Answer, answered
from devicelog.screening.assessment import Assessed, assess
from devicelog.screening.rule import Reply, Rules
from devicelog.screening.statements import learned_content, screening_content
from devicelog.treatment.protocol import Modality


def learned(rules: Rules, modality: Modality | None, answer: Answer, *, today: date) -> Assessed:
    """What an answer means for a session of that modality on that day; raises UnknownNameError if nobody asks that."""
    found = {each.rule.code: each for each in assess(rules, modality, [answer], today=today).assessed}
    if answer.code not in found:
        raise UnknownNameError("question of this way of treating", answer.code, found)
    return found[answer.code]


def against(rules: Rules, code: str, *, detail: str | None) -> Answer:
    """The answer to a question that is not the expected one; raises UnknownNameError for a code without a rule."""
    reply = Reply.NO if rules.rule(code).expected is Reply.YES else Reply.YES
    return Answer(code, reply, detail=detail)


def late_answer(rules: Rules, code: str, reply: str, *, ended: str | None, detail: str | None) -> Answer:
    """An answer that is given behind the end; raises as `devicelog.screening.answer.answered`."""
    if reply == Reply.NOT_ASKED:
        raise BadInputError(f"{code}: found the answer {reply!r}, expected yes, no or unknown.")
    return answered(rules, code, reply, ended=ended, detail=detail)


def statement(rules: Rules, assessed: Assessed, *, by: str) -> dict[str, Any]:
    """The content of the `screening` entry of what was learned."""
    return {**screening_content(rules, assessed, by=by), "from": "learned"}


def acts(rules: Rules, assessed: Assessed, *, by: str) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """What is stated during a recording: the answer, and for a stop an alarm that stays."""
    yield Kind.SCREENING, statement(rules, assessed, by=by)
    if assessed.finding is not None and assessed.finding.stops:
        yield Kind.ALARM, learned_content(assessed.finding)
