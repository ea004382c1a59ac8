"""Amounts that people state: a closed list of units, exact numbers, and a sentence for everything else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devicelog.errors import BadInputError, UnitError
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.expiry import Expiry


@pytest.mark.parametrize("text", ["0.05 mL", "0.05ml", "50 uL", "50 µL", ".05 cc"])
def test_a_volume_is_the_same_however_it_is_written(text: str) -> None:
    assert volume(text) == Decimal("0.05")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2", "has no unit"),
        ("2 L", "expected mL, uL or cc"),
        ("2 ML", "expected mL, uL or cc"),
        ("2 mg", "expected mL, uL or cc"),
        ("0,5 mL", "such as '0.5 mL'"),
        ("-1 mL", "less than nothing"),
        ("much", "is not a quantity"),
        ("", "is not a quantity"),
        ("0.0000000001 mL", "check the unit and the number"),
        (f"{10**30} mL", "check the unit and the number"),
    ],
)
def test_what_is_no_volume_is_refused_with_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(UnitError) as refused:
        volume(text)
    assert says in str(refused.value)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "per_ml", "unit", "dose_unit"),
    [
        ("10 mg/mL", "10", "mg/mL", "mg"),
        ("10 g/L", "10", "mg/mL", "mg"),
        ("250 ug/mL", "0.25", "mg/mL", "mg"),
        ("2 % (w/v)", "20", "mg/mL", "mg"),
        ("0.9 %(w/v)", "9", "mg/mL", "mg"),
        ("1500 IU/mL", "1500", "IU/mL", "IU"),
        ("50 U/ml", "50", "U/mL", "U"),
    ],
)
def test_a_concentration_is_kept_in_mg_or_in_its_own_units_of_activity(
    text: str, per_ml: str, unit: str, dose_unit: str
) -> None:
    found = Concentration.of(text)

    assert (found.per_ml, found.unit, found.dose_unit, found.stated) == (Decimal(per_ml), unit, dose_unit, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("10", "has no unit"),
        ("2 %", "'2 % (w/v)', which is grams in 100 mL"),
        ("2 %(v/v)", "expected mg/mL"),
        ("10 mg", "expected mg/mL"),
        ("10 IU", "expected mg/mL"),
        ("0 mg/mL", "more than zero"),
        ("-3 U/mL", "more than zero"),
    ],
)
def test_what_is_no_concentration_is_refused_with_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(UnitError, match=r"concentration|percentage") as refused:
        Concentration.of(text)
    assert says in str(refused.value)


# -- expiry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "last", "said"),
    [
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-11", "2026-11-30", "2026-11-30, the end of 2026-11 as printed"),
        ("2028-02", "2028-02-29", "2028-02-29, the end of 2028-02 as printed"),
    ],
)
def test_a_month_alone_means_its_end_and_that_is_said(printed: str, last: str, said: str) -> None:
    expiry = Expiry.of(printed)

    assert expiry.last.isoformat() == last
    assert str(expiry) == said


def test_the_last_day_is_still_in_date() -> None:
    from datetime import date

    expiry = Expiry.of("2026-11")

    assert not expiry.has_passed(date(2026, 11, 30))
    assert expiry.has_passed(date(2026, 12, 1))


@pytest.mark.parametrize("printed", ["2026-13", "2026-00", "2026-02-30", "11/2026", "2026", "soon", "", "0000-01"])
def test_what_is_no_date_is_refused_with_what_was_expected(printed: str) -> None:
    with pytest.raises(
        BadInputError, match=r"is no date.*expected a day such as 2026-11-22, or a month such as 2026-11"
    ):
        Expiry.of(printed)


# -- consumables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [30, "30", "30 G", "30G"])
def test_a_gauge_is_a_whole_number_and_no_quantity(value: object) -> None:
    assert consumable.gauge(value) == 30


@pytest.mark.parametrize("value", ["30 mT", "G", "0.3 mm", 30.0, True, 0, 99, None, ""])
def test_what_is_no_gauge_is_refused(value: object) -> None:
    with pytest.raises(BadInputError, match="is no gauge of a needle; expected a whole number from 10 to 36"):
        consumable.gauge(value)


def test_needles_and_electrodes_come_back_from_their_entries() -> None:
    needle = consumable.Needle(30, consumable.length("0.4 cm"), 5, "N77", "Ann")
    electrode = consumable.Electrode("round, gel", consumable.area("800 mm2"), None, "Ann")

    assert needle.content()["gauge"] == 30
    assert consumable.consumable(needle.content()) == needle
    assert consumable.consumable(electrode.content()) == electrode
    assert str(needle) == "5 needles 30 G, 4 mm, lot N77"
    assert str(electrode) == "electrode round, gel, 8 cm²"


@pytest.mark.parametrize(("reader", "text"), [(consumable.length, "0 mm"), (consumable.area, "-1 cm2")])
def test_a_length_and_an_area_are_more_than_zero(reader: object, text: str) -> None:
    assert callable(reader)
    with pytest.raises(UnitError, match="more than zero"):
        reader(text)
