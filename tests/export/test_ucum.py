"""Each unit that an export can write is in the closed table, as UCUM says it and as people read it."""

from __future__ import annotations

import re

import pytest

from devicelog.export.ucum import UCUM, Ucum
from devicelog.products.amounts import UNITS as CONCENTRATIONS
from devicelog.products.amounts import Concentration
from devicelog.treatment.protocol import CHANNEL_RULES
from devicelog.units import RECORD_UNITS

#: In no code: letters beyond ASCII, powers as people write them, and words that UCUM has not.
_NEVER = re.compile(r"[^\x21-\x7e]|\^|\*|\b(cc|sec|usec|degC|ohm|ml)\b")


def test_no_unit_of_a_record_is_without_a_code() -> None:
    assert set(RECORD_UNITS) <= set(UCUM)


def test_no_unit_of_a_limit_or_an_ingredient_is_without_a_code() -> None:
    assert {rule.unit for rule in CHANNEL_RULES.values()} <= set(UCUM)
    assert set(CONCENTRATIONS) <= set(UCUM)
    assert {Concentration.of(f"1 {unit}").dose_unit for unit in CONCENTRATIONS} <= set(UCUM)


@pytest.mark.parametrize("unit", UCUM.values(), ids=lambda unit: unit.code)
def test_no_code_is_what_only_people_write(unit: Ucum) -> None:
    assert _NEVER.search(unit.code) is None


def test_what_people_read_has_their_signs() -> None:
    assert (UCUM["mA/cm**2"].code, UCUM["mA/cm**2"].shown) == ("mA/cm2", "mA/cm²")
    assert (UCUM["us"].code, UCUM["us"].shown) == ("us", "µs")
    assert (UCUM["ohm"].code, UCUM["ohm"].shown) == ("Ohm", "Ω")


def test_a_makers_own_unit_is_not_that_of_enzymes() -> None:
    assert UCUM["U"].code == "[arb'U]"
    assert UCUM["IU"].code == "[iU]"
