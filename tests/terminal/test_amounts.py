"""Numbers and sentences in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devicelog.terminal import amounts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("zone volume_total 0.52 mL is above", "zone volume total 0.52 mL is above"),
        ("charge 41 mA*min is above 40 mA*min", "charge 41 mA·min is above 40 mA·min"),
        ("density 0.462333333 mA/cm**2", "density 0.462333 mA/cm²"),
        ("injections 101 count is above the soft limit of 100 count", "injections 101 is above the soft limit of 100"),
    ],
)
def test_sentences_are_in_words(text: str, told: str) -> None:
    assert amounts.sentence(text) == told


def test_numbers_have_no_noise() -> None:
    assert amounts.amount(Decimal("-0.00000000001"), "mL") == "0 mL"
    assert amounts.amount(Decimal(1) / 3, "mm") == "0.333 mm"
    assert amounts.amount(Decimal(100), "count") == "100"
