"""What a draft says, in a line a step, for whoever is about to begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from devicelog.steps.draft import Draft


def told(draft: Draft) -> Iterator[str]:
    """What was answered, a line a step, for whoever is about to begin."""
    if draft.history is not None:
        yield f"history: {draft.history.reviewed}"
    if draft.answers is not None:
        counts = Counter(table.answer for table in draft.answers.values())
        yield f"screening: {', '.join(f'{count} {said}' for said, count in counts.items())}"
    if draft.consent is not None:
        yield f"consent: {draft.consent.given}"
    if draft.patch_test is not None:
        yield f"patch test: {draft.patch_test.done}"
    if draft.consultation is not None:
        yield f"consultation: {draft.consultation.on or 'nobody says'}"
    yield from _told_of_products(draft)
    yield from (f"{skip.step}: left out, {skip.reason}" for skip in draft.skips)
    yield from (f"OVERRIDE of {override.of}: {override.reason}" for override in draft.overrides)


def _told_of_products(draft: Draft) -> Iterator[str]:
    for number, product in enumerate(draft.products, 1):
        yield f"product {number}: {product.name}, lot {product.lot or 'not known'}, {product.drawn} drawn"
    for number, syringe in enumerate(draft.syringes, 1):
        held = " + ".join(f"{part.volume} of {part.product}" for part in syringe.parts)
        yield f"syringe {number}: {syringe.label}, {held}"
