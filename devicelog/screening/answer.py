"""Answers and overrides as people give them, and the sentence for those that a record cannot hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from devicelog.errors import BadInputError
from devicelog.problems import odd_in
from devicelog.screening.rule import Demand, Reply, Rule, Rules


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a rule: `ended` is when what was asked about was over, `detail` free text."""

    code: str
    reply: Reply
    ended: date | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A stop that somebody takes away, why, and whose opinion was obtained where the rule demands one."""

    code: str
    reason: str
    by: str
    specialist: str | None = None


def answered(
    rules: Rules, code: str, reply: str, *, ended: str | date | None = None, detail: str | None = None
) -> Answer:
    """The answer that these words give; `ended` may be text such as 2025-06-22.

    Raises UnknownNameError for a code without a rule, BadInputError for a word that is no answer, and for a date that
    is none or that belongs to no such answer.
    """
    rule = rules.rule(code)
    words = [each.value for each in Reply]
    if reply not in words:
        raise BadInputError(f"{code}: found the answer {reply!r}, expected one of {', '.join(words)}.")
    if ended is not None and (rule.washout_months is None or reply != Reply.YES):
        why = f"the answer is {reply}" if rule.washout_months is not None else "no time is counted from it"
        raise BadInputError(f"{code}: found the date {str(ended)!r}, expected none: {why}; give it as detail.")
    return Answer(code, Reply(reply), _date(code, ended), detail)


def _date(code: str, text: str | date | None) -> date | None:
    if text is None or isinstance(text, date):
        return text
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass  # no such day
    raise BadInputError(f"{code}: found the date {text!r}, expected a day such as 2025-06-22.")


def sound(rules: Rules, override: Override) -> Rule:
    """The rule that an override is of.

    Raises UnknownNameError for a code without a rule, BadInputError for an override without a reason, without a name,
    or without what its rule demands.
    """
    rule = rules.rule(override.code)
    _said(override.code, "reason", override.reason, "why the session is opened all the same", lines=True)
    _said(override.code, "name", override.by, "who takes the stop away")
    if rule.override_demands is Demand.SPECIALIST_OPINION:
        what = "the name of the specialist whose opinion was obtained before"
        _said(override.code, "specialist", override.specialist or "", what)
    return rule


def _said(code: str, what: str, text: str, expected: str, *, lines: bool = False) -> None:
    if not any(character.isalnum() for character in text):
        raise BadInputError(f"the override of {code} has no {what}; found {text[:60]!a}, expected {expected}.")
    odd = odd_in(text.strip(), lines=lines)
    if odd is not None:
        raise BadInputError(f"the override of {code} holds {odd!a} in its {what}; expected {expected}, as text.")
