"""Units are never guessed: closed spellings, exact factors, wrong dimensions refused in one sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog import units
from devicelog.errors import UnitError
from devicelog.units import RECORD_UNITS, duration, factor, plain, quantity


@pytest.mark.parametrize(
    ("pint_unit", "record_unit", "exact"),
    [
        ("nanoliter", "mL", "0.000001"),
        ("microliter", "mL", "0.001"),
        ("micrometer", "mm", "0.001"),
        ("microampere", "mA", "0.001"),
        ("millivolt", "V", "0.001"),
        ("pascal", "kPa", "0.001"),
        ("millimeter ** 2", "cm**2", "0.01"),
        ("microcoulomb", "mC", "0.001"),
        ("milliampere * second", "mC", "1"),
        ("kiloohm", "ohm", "1000"),
        ("hour", "min", "60"),
        ("joule", "mJ", "1000"),
    ],
)
def test_factors_are_exact(pint_unit: str, record_unit: str, exact: str) -> None:
    assert factor(pint_unit, record_unit) == Decimal(exact)


@pytest.mark.parametrize("unit", RECORD_UNITS)
def test_every_unit_of_the_record_is_itself(unit: str) -> None:
    assert factor(RECORD_UNITS[unit], unit) == 1
    assert quantity(f"2.5 {unit}", unit) == Decimal("2.5")


@pytest.mark.parametrize(
    ("pint_unit", "record_unit"),
    [("second", "mL"), ("milliliter", "mm"), ("milliampere", "mA/cm**2"), ("ampere", "mC"), ("dimensionless", "mL")],
)
def test_another_dimension_is_refused(pint_unit: str, record_unit: str) -> None:
    with pytest.raises(UnitError, match=f"'{pint_unit}' cannot be turned into '.*': it measures something else"):
        factor(pint_unit, record_unit)


@pytest.mark.parametrize(
    "name",
    ["zorkmid", "", "mL ** x", "m[", "0 mL", "mm +", "(", "1/0", "2 ** 10 ** 9", "m ** 9 ** 9"],
)
def test_what_pint_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(UnitError):
        factor(name, "mL")


def test_a_unit_with_an_offset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECORD_UNITS, "K", "kelvin")

    with pytest.raises(UnitError, match="has an offset"):
        factor("degree_Celsius", "K")


def test_a_unit_that_no_record_is_kept_in_is_refused() -> None:
    with pytest.raises(UnitError, match="the unit 'gallon' is not one that a record is kept in"):
        factor("milliliter", "gallon")


@pytest.mark.parametrize(
    "text", ["0.02 ML", "2 ma", "3 shots", "1 MA", "5 Ml", "1 mins", "2 m L", "1 mL mL", "0.02 milliliter", "1 KHZ"]
)
def test_spellings_that_pint_would_misread_never_reach_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> NoReturn:
        pytest.fail("pint was asked")

    factor.cache_clear()
    monkeypatch.setattr(units, "_registry", asked)

    with pytest.raises(UnitError, match="is not known; expected one such as 'mL'"):
        quantity(text, "mL")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("0.05 mL", "mL", "0.05"),
        ("50 µL", "mL", "0.05"),
        ("50uL", "mL", "0.05"),
        ("8 cm²", "cm**2", "8"),
        ("800 mm^2", "cm**2", "8"),
        ("45 min", "s", "2700"),
        ("2 weeks", "day", "14"),
        ("-24.5 kPa", "kPa", "-24.5"),
        ("100", "count", "100"),
    ],
)
def test_quantities_as_people_write_them(text: str, unit: str, value: str) -> None:
    assert quantity(text, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a quantity"),
        ("mL", "is not a quantity"),
        ("1,5 mL", "is not known"),
        ("1e3 mL", "is not known"),
        ("NaN mL", "is not a quantity"),
        ("5", "has no unit"),
        ("5 mm", "has the wrong dimension"),
    ],
)
def test_what_is_no_quantity_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnitError, match=sentence) as told:
        quantity(text, "mL")

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["0 s", "-1 min"])
def test_a_duration_is_more_than_nothing(text: str) -> None:
    with pytest.raises(UnitError, match="is not a duration"):
        duration(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_a_number_for_people_is_the_same_number(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
