"""The steps of a session in their order, and the kinds of statement that each of them is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from devicelog.ledger import Kind


class Step(StrEnum):
    """What is done in a session, in this order; the words are those of entries, plans and screens."""

    OPENED = "opened"
    HISTORY = "history"
    SCREENING = "screening"
    CONSENT = "consent"
    PATCH_TEST = "patch test"
    CONSULTATION = "consultation"
    PRODUCTS = "products"
    DEVICE = "device bound"
    TREATMENT = "treatment"
    CLOSED = "closed"
    REVIEWED = "reviewed"
    SIGNED = "signed"


#: What people are asked before the devices are read; each of these is stated, or skipped with a reason.
ASKED = (
    Step.HISTORY,
    Step.SCREENING,
    Step.CONSENT,
    Step.PATCH_TEST,
    Step.CONSULTATION,
    Step.PRODUCTS,
)

_ORDER = tuple(Step)
#: So many causes of a refusal are named in a sentence.
_CAUSES = 3

#: Which step a statement belongs to. What is missing here may be stated whenever the session has been opened.
_STEPS: Mapping[str, Step] = {
    Kind.OPENED: Step.OPENED,
    Kind.HISTORY: Step.HISTORY,
    Kind.SCREENING: Step.SCREENING,
    Kind.CONSENT: Step.CONSENT,
    Kind.PATCH_TEST: Step.PATCH_TEST,
    Kind.CONSULTATION: Step.CONSULTATION,
    Kind.PRODUCT: Step.PRODUCTS,
    Kind.SYRINGE: Step.PRODUCTS,
    Kind.SYRINGE_IN_USE: Step.PRODUCTS,
    Kind.REVIEWED: Step.REVIEWED,
    Kind.SIGNED: Step.SIGNED,
}


def step_of(kind: str, content: Mapping[str, Any]) -> Step | None:
    """The step that a statement takes or skips; None for one that belongs to no step."""
    if kind == Kind.SKIPPED:
        return Step(content["step"])
    return _STEPS.get(kind)


def before(step: Step) -> tuple[Step, ...]:
    """The steps that come before this one."""
    return _ORDER[: _ORDER.index(step)]


def after(step: Step) -> tuple[Step, ...]:
    """The steps that come behind this one."""
    return _ORDER[_ORDER.index(step) + 1 :]


def in_short(because: Sequence[str]) -> str:
    """The first causes of a refusal, and how many more there are; its statement has them all."""
    more = f" and {len(because) - _CAUSES} more" if len(because) > _CAUSES else ""
    return f"{', '.join(because[:_CAUSES])}{more}"
