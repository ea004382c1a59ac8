"""What a draft says, in a line a step, for whoever is about to begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from devicelog.screening.rule import Reply
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import AnswerTable
from devicelog.steps.step import ASKED, Step


def told(draft: Draft, practitioner: str) -> Iterator[str]:
    """What was answered, in the order of the steps, for whoever is about to begin."""
    skips = {skip.step: skip for skip in draft.skips}
    said: dict[Step, list[str]] = {
        Step.HISTORY: [str(draft.history.reviewed)] if draft.history is not None else [],
        Step.SCREENING: [_screening(draft.answers)] if draft.answers is not None else [],
        Step.CONSENT: [str(draft.consent.given)] if draft.consent is not None else [],
        Step.PATCH_TEST: [str(draft.patch_test.done)] if draft.patch_test is not None else [],
        Step.CONSULTATION: [str(draft.consultation.on or "nobody says")] if draft.consultation is not None else [],
    }
    for step in ASKED:
        yield from (f"{step}: {line}" for line in said.get(step, ()))
        if step in skips:
            yield f"{step}: LEFT OUT by {skips[step].by or practitioner}, {skips[step].reason}"
    yield from _told_of_products(draft)
    for override in draft.overrides:
        asked = f", {override.specialist} was asked" if override.specialist else ""
        yield f"OVERRIDE of {override.of} by {override.by or practitioner}: {override.reason}{asked}"


def _screening(answers: Mapping[str, AnswerTable]) -> str:
    """How many were answered how, and which of them not with no."""
    found: dict[str, list[str]] = {}
    for code, table in answers.items():
        found.setdefault(table.answer, []).append(code)
    return "; ".join(
        f"{len(codes)} {said}" if said == Reply.NO else f"{len(codes)} {said} ({', '.join(codes)})"
        for said, codes in found.items()
    )


def _told_of_products(draft: Draft) -> Iterator[str]:
    for number, product in enumerate(draft.products, 1):
        yield f"product {number}: {product.name}, lot {product.lot or 'not known'}, {product.drawn} drawn"
    for number, syringe in enumerate(draft.syringes, 1):
        held = " + ".join(f"{part.volume} of {part.product}" for part in syringe.parts)
        yield f"syringe {number}: {syringe.label}, {held}"
