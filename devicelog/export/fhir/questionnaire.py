"""What was asked before the treatment, as one QuestionnaireResponse: a group for each step, an item for each question.

A response and not Observations, because a person answered a form: an answer keeps its question, and a question that
nobody answered stands there without an answer. What an answer raised is a DetectedIssue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devicelog.export.fhir import people
from devicelog.export.fhir.elements import ABSENT, Json, coding, said
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Kind
from devicelog.record.screening import screening_of
from devicelog.record.steps import Progress, StepView, has_steps, steps_of
from devicelog.steps.step import ASKED, Step

#: What is stated of a step in a statement of its own; the screening has many, products are resources.
_KINDS = {
    Step.HISTORY: Kind.HISTORY,
    Step.CONSENT: Kind.CONSENT,
    Step.PATCH_TEST: Kind.PATCH_TEST,
    Step.CONSULTATION: Kind.CONSULTATION,
}
_NOT_ANSWERS = ("by", "at")


def questionnaire(found: Resources, encounter: Json) -> Json | None:
    """The response; None where nothing of a step was ever stated."""
    groups = [group for group in _groups(found) if group.get("item")]
    if not groups:
        return None
    who = people.treating(found)
    told = "; ".join(f"{group['text']}: {len(group['item'])} items" for group in groups)
    return found.add(
        "QuestionnaireResponse",
        found.id("questionnaire"),
        f"Before the treatment. {told}",
        {
            "status": "in-progress" if found.record.state == "running" else "completed",
            "subject": people.patient(found),
            "encounter": encounter,
            "authored": found.made_at,
            "author": who or people.recorder(found),
            "item": groups,
        },
    )


def _groups(found: Resources) -> Iterator[Json]:
    views = {view.step: view for view in steps_of(found.record)} if has_steps(found.record) else {}
    for step in ASKED:
        view = views.get(step)
        items = [*_questions(found, step), *(_skipped(view) if view is not None else ())]
        yield {"linkId": step.value, "text": step.value.capitalize(), "item": items}


def _questions(found: Resources, step: Step) -> Iterator[Json]:
    if step is Step.SCREENING:
        yield from _screening(found)
    made = found.record.statements.last(_KINDS[step]) if step in _KINDS else None
    for name, value in (made.now if made is not None else {}).items():
        if name not in _NOT_ANSWERS:
            yield _item(f"{step.value}.{name}", name.replace("_", " "), value)


def _screening(found: Resources) -> Iterator[Json]:
    """Every answer in order, also one that a later answer took the place of."""
    screening = screening_of(found.record)
    for made in screening.answers if screening is not None else ():
        now = made.now
        code = str(now["code"])
        holds = "" if screening is not None and screening.holding[code] is made else " (answered again later)"
        text = f"{said(now.get('question') or code.replace('_', ' '))}{holds}"
        item = _item(f"screening.{code}.{made.number}", text, now["answer"])
        more = [
            _item(f"screening.{code}.{made.number}.{name}", name, now[name])
            for name in ("ended", "detail", "from")
            if now.get(name)
        ]
        if item.get("answer") and more:
            item["answer"][0]["item"] = more
        elif more:
            item["item"] = more
        yield item
    for rules in screening.rules if screening is not None else ():
        text = f"{rules['id']} version {rules['version']}, SHA-256 {rules['sha256']}"
        yield _item(f"screening.rules.{rules['id']}.{rules['version']}", "list of questions", text)


def _skipped(view: StepView) -> Iterator[Json]:
    if view.progress is Progress.SKIPPED:
        yield _item(f"{view.step}.skipped", f"skipped by {view.by or 'nobody named'}, because", view.why)


def _item(link: str, text: str, value: Any) -> Json:
    """A question with its answer; what nobody answered has none, and what nobody knows says so."""
    if value in ("yes", "no") or isinstance(value, bool):
        return {"linkId": link, "text": text, "answer": [{"valueBoolean": value in ("yes", True)}]}
    if value == "unknown":
        return {
            "linkId": link,
            "text": text,
            "answer": [{"valueCoding": coding(ABSENT, "asked-unknown", "Asked But Unknown")}],
        }
    if value is None or value == "not asked":
        return {"linkId": link, "text": text}
    return {"linkId": link, "text": text, "answer": [{"valueString": said(value)}]}
