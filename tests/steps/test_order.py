"""The steps of a session are taken in their order; what is out of it, or says too little, gets its sentence."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.steps.order import OutOfOrderError, Steps
from devicelog.steps.step import Step

DR = "Dr A. Example"
OPENED = (Kind.OPENED, {"by": DR})
HISTORY = (Kind.HISTORY, {"reviewed": "yes", "by": DR})
SCREENING = (Kind.SCREENING, {"code": "pregnancy", "answer": "no", "by": DR})
CONSENT = (Kind.CONSENT, {"given": "yes", "by": DR})
PRODUCT = (Kind.PRODUCT, {"product": 1, "name": "Revital", "by": DR})


def skip(step: Step, reason: str = "not needed today", by: str = DR) -> tuple[Kind, dict[str, Any]]:
    return Kind.SKIPPED, {"step": step.value, "reason": reason, "by": by}


def taken(*statements: tuple[Kind, dict[str, Any]]) -> Steps:
    steps = Steps()
    for kind, content in statements:
        steps.take(kind, content)
    return steps


def test_steps_in_their_order_are_taken_and_nothing_is_missing() -> None:
    rest = (skip(Step.PATCH_TEST), (Kind.CONSULTATION, {"by": DR}), PRODUCT, PRODUCT)

    steps = taken(OPENED, HISTORY, SCREENING, SCREENING, CONSENT, *rest)

    assert steps.missing() == []


@pytest.mark.parametrize(
    ("before", "statement", "sentence"),
    [
        (
            (OPENED, HISTORY, SCREENING),
            PRODUCT,
            "found products before consent; expected consent, or skip it",
        ),
        ((), HISTORY, "found history before opened; expected opened."),
        ((OPENED,), CONSENT, "found consent before history; expected history, or skip it with a reason."),
        ((), (Kind.NOTE, {"text": "early"}), "found note before opened; expected opened."),
        ((OPENED, HISTORY, SCREENING), HISTORY, "found history after screening"),
        ((OPENED, skip(Step.HISTORY)), HISTORY, "found history stated, and it was skipped before"),
        ((OPENED, HISTORY), skip(Step.HISTORY), "found history skipped, and it was taken before"),
    ],
)
def test_a_step_out_of_order_is_refused_in_one_sentence(before: Any, statement: Any, sentence: str) -> None:
    steps = taken(*before)

    with pytest.raises(OutOfOrderError) as refused:
        steps.take(*statement)

    assert str(refused.value).startswith(sentence)
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize("empty", ["", "   ", "\n"])
@pytest.mark.parametrize(
    "statement",
    [
        lambda empty: skip(Step.HISTORY, reason=empty),
        lambda empty: skip(Step.HISTORY, by=empty),
        lambda empty: (Kind.OVERRIDE, {"of": "screening:epilepsy", "reason": empty, "by": DR}),
        lambda empty: (Kind.OVERRIDE, {"of": "screening:epilepsy", "reason": "as her doctor says", "by": empty}),
        lambda empty: (Kind.EXPLAINED, {"of": "syringe:1", "reason": empty, "by": DR}),
    ],
)
def test_an_empty_reason_or_name_is_refused(statement: Any, empty: str) -> None:
    steps = taken(OPENED)

    with pytest.raises(BadInputError, match="found an empty text"):
        steps.take(*statement(empty))


def test_what_was_neither_stated_nor_skipped_is_missing() -> None:
    steps = taken(OPENED, HISTORY, skip(Step.SCREENING), CONSENT)

    assert steps.missing() == [Step.PATCH_TEST, Step.CONSULTATION, Step.PRODUCTS]


def test_a_treatment_before_its_products_were_stated_or_skipped_is_out_of_order() -> None:
    steps = taken(OPENED, HISTORY, SCREENING, CONSENT, skip(Step.PATCH_TEST), skip(Step.CONSULTATION))

    with pytest.raises(OutOfOrderError, match="found device bound before products"):
        steps.enter(Step.DEVICE)

    steps.take(*PRODUCT)
    steps.enter(Step.DEVICE)
    steps.enter(Step.TREATMENT)
    steps.take(*PRODUCT)  # another one may be opened while a person is treated
