"""Screenings as a session's entries hold them: the contents of `screening` and `override` (docs/ledger.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devicelog.screening.answer import Override, sound
from devicelog.screening.assessment import Assessed, Assessment
from devicelog.screening.rule import Rules, Severity

Seal = Callable[[str], Any]


def screening_content(rules: Rules, assessed: Assessed, *, by: str, seal: Seal = str) -> dict[str, Any]:
    """What the `screening` entry of one answer says; `seal` makes of free text what an entry may hold.

    `severity` is what the rule does to this session, `raises` what the answer does, so that the entry stands by itself.
    """
    answer, finding = assessed.answer, assessed.finding
    content: dict[str, Any] = {
        "code": answer.code,
        "question": assessed.rule.question,
        "answer": answer.reply.value,
        "severity": assessed.severity.value,
        "raises": (finding.severity if finding is not None else Severity.NONE).value,
        "rules": rules.named,
        "by": by,
    }
    if finding is not None:
        content["why"] = finding.why
    if finding is not None and finding.disagreeing:
        content["disagreeing"] = list(finding.disagreeing)
    if answer.ended is not None:
        content["ended"] = answer.ended.isoformat()
    if answer.detail is not None:
        content["detail"] = seal(answer.detail)
    if assessed.computed:
        content["from"] = "birth date"
    return content


def screening_contents(assessment: Assessment, *, by: str, seal: Seal = str) -> list[dict[str, Any]]:
    """The `screening` entries of a whole screening, a question each, those that were not asked included."""
    return [screening_content(assessment.rules, each, by=by, seal=seal) for each in assessment.assessed]


def override_content(rules: Rules, override: Override, *, seal: Seal = str) -> dict[str, Any]:
    """What the `override` entry of a screening rule says; raises as `devicelog.screening.answer.sound` does."""
    rule = sound(rules, override)
    content: dict[str, Any] = {
        "of": f"screening:{rule.code}",
        "reason": seal(override.reason.strip()),
        "by": override.by.strip(),
        "rules": rules.named,
    }
    if override.specialist is not None:
        content["specialist"] = override.specialist.strip()
    return content
