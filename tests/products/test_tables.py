"""Products, syringes, leftovers and consumables of a file: read as they are, or every problem with its place."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest

from devicelog.ledger import LEDGER_ERRORS
from devicelog.problems import Problems, line_numbers
from devicelog.products import tables
from devicelog.products.consumable import Electrode, Needle
from devicelog.products.product import Product, Use
from devicelog.products.syringe import Leftover, Syringe, Tolerance

GOOD = """\
[[product]]
name = "Hyal"
maker = "Maker Ltd"
lot = "A1"
expiry = "2027-05"
drawn = "2 mL"
[[product.ingredient]]
name = "hyaluronic acid"
concentration = "1 % (w/v)"

[[product]]
name = "Lido"
maker = "Other Ltd"
lot = "L2"
expiry = "2027-05-03"
use = "anaesthetic"
drawn = "500 uL"

[[syringe]]
label = "face"
[[syringe.part]]
product = 1
volume = "1.5 mL"
[[syringe.part]]
product = 2
volume = "0.5 cc"

[[leftover]]
syringe = 1
left = "0.4 mL"
wasted = "0.1 mL"
tolerance = "10 %"

[[consumable]]
what = "needle"
gauge = "30 G"
length = "4 mm"
needles = 5
lot = "N77"

[[consumable]]
what = "electrode"
type = "round, gel"
area = "8 cm2"
"""
BAD = """\
[[product]]
name = "Hyal"
makr = "Maker Ltd"
expiry = "2026-13"
use = "anasthetic"
drawn = 2
[[product.ingredient]]
name = "hyaluronic acid"
concentration = "10"

[[syringe]]
part = 3

[[syringe]]
[[syringe.part]]
product = "1"
volume = "0 mL"

[[leftover]]
left = "-1 mL"

[[consumable]]
what = "needle"
gauge = "0.3 mm"
"""


def read(text: str) -> tuple[list[Any], list[str]]:
    """All that a file says, and its problems."""
    found = tomllib.loads(text)
    problems = Problems("plan.toml", line_numbers(text))
    things: list[Any] = [
        tables.product(n, one, ("product", n - 1), problems, "Ann") for n, one in enumerate(found["product"], 1)
    ]
    things += [tables.syringe(n, one, ("syringe", n - 1), problems, "Ann") for n, one in enumerate(found["syringe"], 1)]
    things += [tables.leftover(one, ("leftover", n), problems, "Ann") for n, one in enumerate(found["leftover"])]
    things += [
        tables.consumable_of(one, ("consumable", n), problems, "Ann") for n, one in enumerate(found["consumable"])
    ]
    return things, problems.sentences()


def test_everything_comes_as_it_was_stated_and_goes_into_an_entry_and_back() -> None:
    things, problems = read(GOOD)

    assert problems == []
    hyal, lido, syringe, leftover, needle, electrode = things
    assert (hyal.number, lido.number, lido.use, lido.drawn) == (1, 2, Use.ANAESTHETIC, Decimal("0.5"))
    [ingredient] = hyal.ingredients
    assert ingredient.content() == {
        "name": "hyaluronic acid",
        "concentration": "10",
        "unit": "mg/mL",
        "stated": "1 % (w/v)",
    }
    assert (hyal.content()["expiry"], hyal.content()["expiry_printed"]) == ("2027-05-31", "2027-05")
    assert "expiry_printed" not in lido.content()
    assert (syringe.volume, syringe.ratio, syringe.label) == (Decimal(2), (3, 1), "face")
    assert leftover.tolerance == Tolerance(Decimal("0.1"), Decimal("0.05"))
    assert [Product.from_content(one.content()) for one in (hyal, lido)] == [hyal, lido]
    assert Syringe.from_content(syringe.content()) == syringe
    assert Leftover.from_content(leftover.content()) == leftover
    assert isinstance(needle, Needle)
    assert isinstance(electrode, Electrode)


def test_nothing_of_an_entry_is_a_float() -> None:
    def floats(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return isinstance(value, float) or any(map(floats, inner))

    assert not any(floats(thing.content()) for thing in read(GOOD)[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"expiry": "soon"},
        {"expiry": "2028-05-31"},
        {"drawn": "much"},
        {"use": "cream"},
        {"ingredients": [{"name": "x"}]},
        {"ingredients": [{"name": "x", "concentration": "1", "unit": "%"}]},
    ],
)
def test_a_changed_entry_is_an_error_of_the_ledger(changed: dict[str, Any]) -> None:
    content = read(GOOD)[0][0].content()

    with pytest.raises(LEDGER_ERRORS):
        Product.from_content(content | changed)


def test_a_concentration_in_another_unit_of_the_list_is_read_as_well() -> None:
    content = read(GOOD)[0][0].content()
    content["ingredients"] = [{"name": "x", "concentration": "500", "unit": "ug/mL"}]

    [ingredient] = Product.from_content(content).ingredients

    assert (ingredient.concentration.per_ml, ingredient.concentration.unit) == (Decimal("0.5"), "mg/mL")


def test_every_problem_is_said_with_its_line() -> None:
    things, problems = read(BAD)

    assert things == [None] * 5
    starts = [
        "plan.toml, line 3, product 1 makr: means nothing here",
        "plan.toml, line 1, product 1 maker: is missing",
        "plan.toml, line 4, product 1 expiry: the expiry '2026-13' is no date",
        "plan.toml, line 5, product 1 use: found 'anasthetic', expected one of product, anaesthetic, diluent",
        "plan.toml, line 6, product 1 drawn: found 2, expected text such as '2 mL'",
        "plan.toml, line 9, product 1 ingredient 1 concentration: a concentration cannot be read: '10' has no unit",
        "plan.toml, line 12, syringe 1 part: found 3, expected tables",
        "plan.toml, line 16, syringe 2 part 1 product: found '1', expected a whole number from 1",
        "plan.toml, line 17, syringe 2 part 1 volume: '0 mL' is nothing",
        "plan.toml, line 19, leftover 1 syringe: is missing",
        "plan.toml, line 20, leftover 1 left: '-1 mL' is less than nothing",
        "plan.toml, line 24, consumable 1 gauge: '0.3 mm' is no gauge of a needle",
    ]
    for start in starts:
        assert [one for one in problems if one.startswith(start)], (start, problems)
    assert len(problems) == len(starts)
