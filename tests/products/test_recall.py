"""Recalls are acts in the chain of seals, folded: what holds, of which lots, and what was taken back."""

from __future__ import annotations

import pytest

from devicelog.ledger import Seal
from devicelog.products.recall import LOT_RECALLED, LOT_RELEASED, Recalls
from tests.products.kit import act, product


def recalled(number: int, lot: str, name: str | None = None) -> Seal:
    return act(number, LOT_RECALLED, lot=lot, product=name, reason="glass", by="Ann")


def test_a_recall_holds_from_its_act_on() -> None:
    [one] = Recalls([recalled(3, "A1")])

    assert (one.number, one.wall, one.by, one.reason) == (3, "2026-01-03T00:00:00Z", "Ann", "glass")
    assert one.name == "lot A1"


@pytest.mark.parametrize(
    ("lot", "name", "holds"),
    [("A1", None, True), (" a1", None, True), ("A1", "hyal", True), ("A1", "Other", False), ("A10", None, False)],
)
def test_a_recall_is_of_a_lot_and_of_a_product_if_it_names_one(lot: str, name: str | None, *, holds: bool) -> None:
    known = Recalls([recalled(1, lot, name)])

    assert (known.of(product(1)) is not None) is holds


def test_a_product_without_a_lot_is_not_recalled_by_accident() -> None:
    assert Recalls([recalled(1, "")]).of(product(lot=None)) is None


def test_a_recall_that_was_taken_back_holds_no_more_and_is_not_forgotten() -> None:
    known = Recalls([recalled(1, "A1"), recalled(2, "A2"), act(3, LOT_RELEASED, recall=1, by="Bob", reason="mix-up")])

    assert [one.lot for one in known] == ["A2"]
    assert [(one.lot, by.by, by.reason) for one, by in known.past] == [("A1", "Bob", "mix-up")]


def test_other_acts_and_acts_that_cannot_be_read_say_nothing_of_recalls() -> None:
    acts = [act(1, "device_bound", driver="x"), act(2, LOT_RECALLED, lot=7), Seal(b"\xff{", b"")]

    known = Recalls([*acts, recalled(3, "A1"), act(4, LOT_RELEASED, recall=99, by="Bob", reason="x")])

    assert len(known) == 1
    assert known.past == []
