"""Volumes are split by the mix of their syringe to the billionth of a mL, and nothing is lost or made."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from devicelog.products.doses import Given, by_ingredient, by_product, shares
from devicelog.products.product import Product
from devicelog.products.syringe import Syringe
from tests.products.kit import product, syringe

ML = 10**9


def known(*syringes: Syringe) -> dict[int, Syringe]:
    return {one.number: one for one in syringes}


def test_a_mix_has_its_ratio_in_the_smallest_whole_numbers() -> None:
    assert syringe(1, (1, "1.5"), (2, "0.5")).ratio == (3, 1)
    assert syringe(1, (1, "2")).ratio == (1,)
    assert syringe(1, (1, "0.3"), (2, "0.2"), (3, "0.5")).ratio == (3, 2, 5)


def test_a_dose_is_split_by_the_ratio_and_a_rest_goes_to_the_greatest_remainder() -> None:
    assert shares(2 * ML, {1: 3, 2: 1}) == {1: 1_500_000_000, 2: 500_000_000}
    assert shares(100, {1: 1, 2: 1, 3: 1}) == {1: 34, 2: 33, 3: 33}
    assert shares(-100, {1: 1, 2: 2}) == {1: -33, 2: -67}


@given(st.integers(-(10**15), 10**15), st.dictionaries(st.integers(1, 9), st.integers(1, 10**12), min_size=1))
def test_shares_add_up_to_what_was_split(volume: int, mix: dict[int, int]) -> None:
    split = shares(volume, mix)

    assert sum(split.values()) == volume
    whole = sum(mix.values())
    assert all(abs(split[of] * whole - volume * part) < whole for of, part in mix.items())


ORIGINS = st.sets(st.sampled_from([None, 1, 2, 3, 4]), min_size=1).map(
    lambda found: tuple(sorted(found, key=lambda n: n or 0))
)


@given(st.lists(st.tuples(ORIGINS, st.sampled_from([None, "left", "right"]), st.integers(-ML, 10 * ML))))
def test_the_sums_over_all_products_and_zones_are_what_was_given(
    rows: list[tuple[tuple[int | None, ...], str | None, int]],
) -> None:
    given_ = [Given(*row) for row in rows]
    syringes = known(syringe(1, (1, "1"), (2, "2")), syringe(2, (1, "0.7")), syringe(3, (3, "1"), (1, "0.333")))

    doses = by_product(given_, syringes)

    assert sum(dose.volume for dose in doses) == sum(one.volume for one in given_)
    for zone in (None, "left", "right"):
        of_zone = sum(one.volume for one in given_ if one.zone == zone)
        assert sum(dose.volume for dose in doses if dose.zone == zone) == of_zone


def test_what_came_from_one_of_two_alike_is_of_a_known_product_and_of_two_different_ones_is_not() -> None:
    syringes = known(syringe(1, (1, "1"), (2, "3")), syringe(2, (1, "0.5"), (2, "1.5")), syringe(3, (1, "1")))

    alike = by_product([Given((1, 2), None, ML)], syringes)
    different = by_product([Given((1, 3), None, ML), Given((None, 1), None, 5), Given((9,), None, 7)], syringes)

    assert [(dose.product, dose.volume) for dose in alike] == [(1, ML // 4), (2, 3 * ML // 4)]
    assert [(dose.product, dose.volume) for dose in different] == [(None, ML + 12)]


def test_an_ingredient_of_two_products_is_one_dose_and_units_of_activity_stay_apart() -> None:
    products: list[Product] = [product(1), product(2, holds="0.5 % (w/v)"), product(3, holds="100 IU/mL")]
    products.append(product(4, holds="100 U/mL"))
    doses = by_product(
        [Given((1,), "left", ML), Given((1,), "right", 2 * ML)],
        known(syringe(1, (1, "1"), (2, "1"), (3, "1"), (4, "1"))),
    )

    found = {(one.unit, one.zone): one.amount for one in by_ingredient(doses, products)}

    assert found["mg", "left"] == Decimal("3.75")  # a quarter of a mL of 10 mg/mL and one of 5 mg/mL
    assert found["mg", "right"] == Decimal("7.5")
    assert found["IU", "left"] == found["U", "left"] == 25
