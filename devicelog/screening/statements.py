"""Screenings as a session's entries hold them: the contents of `screening` and `override` (docs/ledger.md).

Free text (`detail`, `reason`) is plain here, and sealed by whoever writes the entry.
"""

from __future__ import annotations

from typing import Any

from devicelog.driver import Priority
from devicelog.screening.answer import Override, sound
from devicelog.screening.assessment import Assessed, Assessment, Finding
from devicelog.screening.rule import Reply, Rules, Severity


def screening_content(rules: Rules, assessed: Assessed, *, by: str) -> dict[str, Any]:
    """What the `screening` entry of one answer says.

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
    if assessed.rule.expected is not Reply.NO:
        content["expected"] = assessed.rule.expected.value
    if answer.ended is not None:
        content["ended"] = answer.ended.isoformat()
    if answer.detail is not None:
        content["detail"] = answer.detail
    if assessed.computed:
        content["from"] = "age"
    return content


def screening_contents(assessment: Assessment, *, by: str) -> list[dict[str, Any]]:
    """The `screening` entries of a whole screening, a question each, those that were not asked included."""
    return [screening_content(assessment.rules, each, by=by) for each in assessment.assessed]


def override_content(rules: Rules, override: Override) -> dict[str, Any]:
    """What the `override` entry of a screening rule says; raises as `devicelog.screening.answer.sound` does."""
    rule = sound(rules, override)
    content: dict[str, Any] = {
        "of": f"screening:{rule.code}",
        "reason": override.reason.strip(),
        "by": override.by.strip(),
        "rules": rules.named,
    }
    if override.specialist is not None:
        content["specialist"] = override.specialist.strip()
    return content


def learned_content(finding: Finding) -> dict[str, Any]:
    """The `alarm` act for a stop that is learned during a recording, which goes on: of high priority, and it stays."""
    return {
        "about": f"screening:{finding.code}",
        "priority": Priority.HIGH.value,
        "text": f"learned during the session: {finding.why.removesuffix('.')}",
        "latching": True,
    }
