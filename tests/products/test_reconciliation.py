"""A syringe adds up, or somebody is asked why: what was in it, given, purged, left, wasted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devicelog.products.reconciliation import Drawn, balance, lot_balances
from devicelog.products.syringe import Leftover, Tolerance
from tests.products.kit import product, syringe

TWO_ML = syringe(1, (1, "1.5"), (2, "0.5"))


def left(millilitres: str, wasted: str = "0", *, of: int = 1, tolerance: Tolerance | None = None) -> Leftover:
    return Leftover(of, Decimal(millilitres), Decimal(wasted), "Ann", tolerance or Tolerance())


def test_what_is_not_given_purged_left_or_wasted_is_the_difference() -> None:
    found = balance(TWO_ML, Drawn(Decimal("1.2"), Decimal("0.1")), left("0.5", "0.15"))

    assert found.difference == Decimal("0.05")
    assert found.allowed == Decimal("0.1")  # 5 % of 2 mL
    assert not found.exceeds


@pytest.mark.parametrize(
    ("given", "exceeds"), [("1.4", False), ("1.3999", True), ("1.6", False), ("1.6001", True), ("1.5", False)]
)
def test_over_the_tolerance_somebody_is_asked_to_either_side_and_at_it_nobody_is(given: str, *, exceeds: bool) -> None:
    assert balance(TWO_ML, Drawn(Decimal(given)), left("0.5")).exceeds is exceeds


def test_a_small_syringe_has_the_tolerance_of_what_no_scale_shows() -> None:
    small = syringe(1, (1, "0.3"))

    assert not balance(small, Drawn(Decimal("0.25")), left("0")).exceeds
    assert balance(small, Drawn(Decimal("0.24")), left("0")).exceeds
    assert str(Tolerance()) == "the larger of 5 % and 0.05 mL"


def test_the_tolerance_of_the_clinic_is_kept_with_the_leftover() -> None:
    own = left("0.5", tolerance=Tolerance(Decimal("0.2"), Decimal(0)))

    assert Leftover.from_content(own.content()) == own
    assert balance(TWO_ML, Drawn(Decimal("1.1")), own).allowed == Decimal("0.4")
    assert "tolerance" not in left("0.5").content()


def test_what_nobody_stated_or_no_device_says_is_not_worked_out() -> None:
    assert balance(TWO_ML, Drawn(Decimal(1)), None).difference is None
    assert balance(TWO_ML, Drawn(Decimal(1)), None).why == "nobody stated what was left in it"
    assert balance(TWO_ML, Drawn(None), left("1")).why == "no device says what was given"


def test_what_may_have_come_from_another_syringe_is_given_the_benefit() -> None:
    missing_half = Drawn(Decimal(1), perhaps=Decimal("0.5"))

    assert not balance(TWO_ML, missing_half, left("0.5")).exceeds
    assert balance(TWO_ML, missing_half, left("0.2")).exceeds


def test_a_lot_is_followed_through_all_syringes_by_its_share_of_them() -> None:
    products = [product(1), product(2), product(3, lot="A1")]
    balances = [
        balance(TWO_ML, Drawn(Decimal(1), Decimal("0.2")), left("0.4", "0.4")),
        balance(syringe(2, (3, "1")), Drawn(Decimal("0.5")), left("0.5", of=2)),
    ]

    first, second = lot_balances(products, balances)

    assert (first.lot, first.drawn, first.in_syringes, first.not_in_a_syringe) == (
        "A1",
        Decimal(4),
        Decimal("2.5"),
        Decimal("1.5"),
    )
    assert (first.given, first.purged) == (Decimal("1.25"), Decimal("0.15"))
    assert (first.left, first.wasted, first.difference) == (Decimal("0.8"), Decimal("0.3"), Decimal(0))
    assert (second.given, second.left, second.difference) == (Decimal("0.25"), Decimal("0.1"), Decimal(0))


def test_a_lot_with_a_syringe_of_which_something_is_not_known_has_no_difference() -> None:
    [lot, _] = lot_balances([product(1), product(2)], [balance(TWO_ML, Drawn(Decimal(1)), None)])

    assert (lot.given, lot.left, lot.difference) == (Decimal("0.75"), None, None)
