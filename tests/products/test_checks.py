"""What is wrong with products and syringes is said in one sentence each, before a session is opened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.products import alarms
from devicelog.products.checks import leftover_problems, prepared, problems
from devicelog.products.expiry import Expiry
from devicelog.products.recall import LOT_RECALLED, Recalls
from devicelog.products.syringe import Leftover, Part, Syringe
from tests.products.kit import act, product, syringe

TODAY = date(2026, 11, 22)
RECALLED = Recalls([act(3, LOT_RECALLED, lot="a1", product=None, reason="glass in vials.", by="Bob")])


def sentences(*found: object) -> list[str]:
    return [str(one) for one in found]


def test_what_is_as_it_should_be_has_no_problem() -> None:
    products = [product(1), product(2)]

    assert problems(products, [syringe(1, (1, "1.5"), (2, "2")), syringe(2, (1, "0.5"))], TODAY, Recalls()) == []


def test_an_expired_lot_stops_unless_it_is_overridden() -> None:
    [found] = problems([product(expiry=Expiry.of("2026-10"))], [], TODAY)

    assert found.override == "product:A1"
    assert not found.must_be_mended
    assert found.sentence == (
        "product 1 (Hyal, lot A1) expired on 2026-10-31, the end of 2026-10 as printed, and today is 2026-11-22; "
        "take another lot, or override product:A1."
    )


def test_an_override_is_of_one_product_where_two_have_the_same_lot() -> None:
    old: dict[str, Any] = {"lot": "A1", "expiry": Expiry.of("2026-10")}
    other: dict[str, Any] = {"name": "Lido", **old}
    maker: dict[str, Any] = {"maker": "Other Ltd", **old}

    by_name = problems([product(1, **old), product(2, **other)], [], TODAY)
    by_maker = problems([product(1, **old), product(2, **maker)], [], TODAY)
    same = problems([product(1, **old), product(2, **old)], [], TODAY)

    assert [one.override for one in by_name] == ["product:Hyal A1", "product:Lido A1"]
    assert [one.override for one in by_maker] == ["product:Maker Ltd Hyal A1", "product:Other Ltd Hyal A1"]
    assert [one.override for one in same] == ["product:A1", "product:A1"]
    assert by_name[0].sentence.endswith("or override product:Hyal A1.")


def test_a_recalled_lot_stops_with_the_reason_of_the_recall() -> None:
    [found] = problems([product(1), product(2)], [], TODAY, RECALLED)

    assert found.override == "product:A1"
    assert "is recalled since 2026-01-03: glass in vials; take another lot" in found.sentence


@pytest.mark.parametrize(
    ("lacks", "override", "says"),
    [("lot", "product:Hyal", "has no lot"), ("expiry", "product:A1", "has no expiry")],
)
def test_a_lot_or_an_expiry_that_nobody_stated_stops_as_well(lacks: str, override: str, says: str) -> None:
    one = product(lot=None) if lacks == "lot" else product(expiry=None)

    [found] = problems([one], [], TODAY, RECALLED if lacks == "lot" else None)

    assert found.override == override
    assert says in found.sentence


def test_a_mix_of_more_than_was_drawn_names_the_syringes_and_both_volumes() -> None:
    [found] = problems([product(1)], [syringe(1, (1, "1.5"), label="face"), syringe(2, (1, "1"))], TODAY)

    assert found.must_be_mended
    assert found.sentence == (
        "syringes 1 and 2 hold 2.5 mL of product 1 (Hyal, lot A1), and 2 mL were drawn; mend one of them."
    )


@pytest.mark.parametrize(
    ("syringes", "says"),
    [
        ([syringe(1, (7, "1"))], "syringe 1 holds product 7, which was never taken; expected one of: 1."),
        ([syringe(1, (1, "0"))], "syringe 1 holds 0 mL of product 1; expected more than zero."),
        ([syringe(1, (1, "-1"), (1, "2"))], "syringe 1 holds -1 mL of product 1; expected more than zero."),
        ([syringe(1, (1, "1"), (1, "0.5"))], "syringe 1 names product 1 twice; add the two volumes up."),
        ([syringe(1)], "syringe 1 holds nothing; expected the parts that were drawn into it."),
        ([syringe(1, (1, "1")), syringe(1, (1, "1"))], "two syringes have the number 1; each has one of its own."),
        ([syringe(0, (1, "1"))], "a syringe has the number 0; expected 1 or more."),
        (
            [Syringe(1, "", (Part(1, Decimal(1)),), Decimal(3), "Ann")],
            "syringe 1 is said to hold 3 mL, and its parts add up to 1 mL; mend one of them.",
        ),
    ],
)
def test_a_syringe_that_cannot_be_is_said(syringes: list[Syringe], says: str) -> None:
    assert says in sentences(*problems([product(1)], syringes, TODAY))


def test_a_product_that_cannot_be_is_said() -> None:
    found = sentences(*problems([product(1, name=" ", maker="", drawn=Decimal(0)), product(1)], [], TODAY))

    assert "product 1 has no name; expected what is printed on it." in found
    assert any("has an empty maker" in one for one in found)
    assert any(one.startswith("0 mL of product 1") for one in found)
    assert "two products have the number 1; each has one of its own." in found


def test_a_syringe_that_was_never_prepared_cannot_be_used() -> None:
    with pytest.raises(BadInputError, match="syringe 3 was never prepared; expected one of: 1, 2"):
        prepared(3, [syringe(1, (1, "1")), syringe(2, (1, "1"))])
    with pytest.raises(BadInputError, match="expected one of: none"):
        prepared(1, [])
    assert prepared(1, [syringe(1, (1, "1"))]).number == 1


def test_no_more_can_be_left_than_was_there() -> None:
    syringes = [syringe(1, (1, "1")), syringe(2, (1, "2"))]
    left = [
        Leftover(1, Decimal("0.8"), Decimal("0.3"), "Ann"),
        Leftover(2, Decimal(2), Decimal(0), "Ann"),
        Leftover(9, Decimal(0), Decimal(0), "Ann"),
        Leftover(2, Decimal(-1), Decimal(0), "Ann"),
    ]

    assert list(leftover_problems(left, syringes)) == [
        "0.8 mL left and 0.3 mL wasted are more than the 1 mL that syringe 1 held; mend one of them.",
        "syringe 9 was never prepared; expected one of: 1, 2.",
        "less than nothing is said to be left of syringe 2 or wasted; expected zero or more.",
    ]


# -- alarms ----------------------------------------------------------------------------------------------------


def test_a_syringe_with_an_expired_or_recalled_lot_alarms_with_high_priority_when_it_is_put_in_use() -> None:
    products = [product(1), product(2, expiry=Expiry.of("2026-11-21")), product(3)]
    mixed, plain = syringe(1, (1, "1"), (2, "1")), syringe(2, (3, "1"))

    begun = alarms.put_in_use(mixed, None, products, TODAY, RECALLED)

    assert [kind for kind, _ in begun] == [Kind.SYRINGE_IN_USE, Kind.ALARM, Kind.ALARM]
    assert begun[0][1] == {"syringe": 1, "because": "chosen"}
    assert [(alarm["about"], alarm["priority"]) for _, alarm in begun[1:]] == [
        ("syringe:1:product:1", "high"),
        ("syringe:1:product:2", "high"),
    ]
    assert begun[1][1]["text"].startswith("syringe 1: product 1 (Hyal, lot A1) is recalled since 2026-01-03")
    assert "expired on 2026-11-21, and today is 2026-11-22" in begun[2][1]["text"]

    ended = alarms.put_in_use(plain, mixed, products, TODAY, RECALLED)

    assert ended[1:] == [(Kind.ALARM_ENDED, {"about": f"syringe:1:product:{number}"}) for number in (1, 2)]


def test_the_next_syringe_with_the_same_lot_has_an_alarm_of_its_own() -> None:
    one, two = syringe(1, (1, "1")), syringe(2, (1, "1"))

    _, ended, begun = alarms.put_in_use(two, one, [product(1)], TODAY, RECALLED)

    assert ended == (Kind.ALARM_ENDED, {"about": "syringe:1:product:1"})
    assert begun[0] is Kind.ALARM
    assert begun[1]["text"].startswith("syringe 2: ")


def test_the_same_syringe_put_in_use_again_does_not_end_its_alarm() -> None:
    one = syringe(1, (1, "1"))

    acts = alarms.put_in_use(one, one, [product(1)], TODAY, RECALLED)

    assert [kind for kind, _ in acts] == [Kind.SYRINGE_IN_USE, Kind.ALARM]


def test_what_was_overridden_before_is_known_and_alarms_with_low_priority() -> None:
    [alarm] = alarms.conditions(syringe(1, (1, "1")), [product(1)], TODAY, RECALLED, {"product:A1"})

    assert alarm["priority"] == "low"
