"""What a record says of its screening: answers, what they raised, what was overridden, what nobody answered.

All of it comes from the entries, which say what each answer meant under the rules of the day; no rules are read. Of
several answers to a question the last one holds, and those before it stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.numbers import rfc3339

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement

Json = dict[str, Any]

#: What an override begins with that is of a screening.
_OF = "screening:"
#: Answers that leave a question open.
_OPEN = ("unknown", "not asked")
#: From the strictest to that which raises nothing.
SEVERITIES = ("stop", "caution", "ask", "none")
_A = {"stop": "a stop", "caution": "a caution", "ask": "something to ask about", "none": "nothing"}


@dataclass(frozen=True, slots=True)
class Screening:
    """The statements of a screening: every answer in order, those that hold by code, and the overrides."""

    answers: Sequence[Statement]
    holding: dict[str, Statement]
    overrides: Sequence[Statement]

    @property
    def findings(self) -> list[Statement]:
        """The answers that raised something, the strictest first."""
        found = [made for made in self.holding.values() if raised(made) != "none"]
        return sorted(found, key=lambda made: SEVERITIES.index(raised(made)))

    @property
    def unanswered(self) -> list[str]:
        """The codes of the questions that nobody answered."""
        return [code for code, made in self.holding.items() if made.now["answer"] in _OPEN]

    @property
    def rules(self) -> list[Json]:
        """The rules that were asked by, each once: `id`, `version`, `sha256`."""
        found: list[Json] = []
        for made in self.answers:
            if made.now.get("rules") not in (None, *found):
                found.append(made.now["rules"])
        return found

    def override_of(self, code: str) -> Statement | None:
        """The last override of a finding."""
        return next((made for made in reversed(self.overrides) if made.now["of"] == f"{_OF}{code}"), None)


def screening_of(record: Record) -> Screening | None:
    """The screening of a session; None if nobody stated anything of one."""
    answers = record.statements.of(Kind.SCREENING)
    overrides = [made for made in record.statements.of(Kind.OVERRIDE) if made.now["of"].startswith(_OF)]
    if not answers and not overrides:
        return None
    return Screening(answers, {made.now["code"]: made for made in answers}, overrides)


def raised(made: Statement) -> str:
    """What an answer raises: stop, caution, ask or none; an entry that does not say it is read strictly.

    One that was corrected raises what its rule does, unless it is now the answer that raises nothing. No rules are
    read: a time that has passed makes it no less strict.
    """
    content = made.now
    raises_nothing = content["answer"] == content.get("expected", "no")
    found = "none" if raises_nothing else content["severity"]
    if not _is_corrected(made) or content.get("from") == "age":
        found = content.get("raises", found)
    return found if found in SEVERITIES else "stop"


def why(made: Statement) -> str:
    """Why an answer raises what it does, in a sentence; of one that was corrected, what it was before."""
    content, before = made.now, made.content
    name = content["code"].replace("_", " ").capitalize()
    ended = f", ended {content['ended']}" if content.get("ended") else ""
    if _is_corrected(made):
        was = f", ended {before['ended']}" if before.get("ended") else ""
        said = f"the answer was {before['answer']}{was} and was corrected to {content['answer']}{ended}"
        return f"{name}: {said}; this is {_A[raised(made)]} for the session."
    return str(content.get("why") or f"{name}: the answer is {content['answer']}{ended}.")


def _is_corrected(made: Statement) -> bool:
    """Whether it says something else now than when the rules were held against it."""
    return any(made.now.get(name) != made.content.get(name) for name in ("answer", "ended"))


def screening_content(record: Record) -> Json:
    """The part `screening` of a record's JSON; nothing where nobody stated any."""
    screening = screening_of(record)
    if screening is None:
        return {}
    return {
        "screening": {
            "rules": screening.rules,
            "answers": [_answer(record, screening, made) for made in screening.answers],
            "findings": [_finding(screening, made) for made in screening.findings],
            "overrides": [_override(record, made) for made in screening.overrides],
            "unanswered": screening.unanswered,
        }
    }


def _answer(record: Record, screening: Screening, made: Statement) -> Json:
    content = made.now
    return {
        "code": content["code"],
        "question": content.get("question"),
        "answer": content["answer"],
        "from": content.get("from", "asked"),
        "severity": content["severity"],
        "raises": raised(made),
        "ended": content.get("ended"),
        "detail": content.get("detail"),
        "holds": screening.holding[content["code"]] is made,
        **_said(record, made),
    }


def _finding(screening: Screening, made: Statement) -> Json:
    content = made.now
    override = screening.override_of(content["code"])
    return {
        "code": content["code"],
        "severity": raised(made),
        "why": why(made),
        "disagreeing": content.get("disagreeing", []),
        "overridden_by": override.now["by"] if override is not None else None,
    }


def _override(record: Record, made: Statement) -> Json:
    content = made.now
    return {
        "of": content["of"],
        "reason": content["reason"],
        "specialist": content.get("specialist"),
        "rules": content.get("rules"),
        **_said(record, made),
    }


def _said(record: Record, made: Statement) -> Json:
    """Who said it and when, and whether that was behind the end of the recording."""
    at = made.now.get("at", {}).get("wall") if made.late else rfc3339(record.wall(made.t_us))
    return {"by": made.now.get("by"), "at": at, "late": made.late, "entry": made.number}
