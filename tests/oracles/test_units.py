"""Every unit that leaves devicelog is UCUM by NLM's own validator."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.export.ucum import UCUM
from tests.oracles.oracle import ask

#: What people write, and UCUM does not know.
_NOT_UCUM = ("µL", "µs", "mA/cm^2", "mA/cm²", "mA/cm**2", "cc", "sec", "usec", "degC", "IU")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the validator says of every code of the table, and of what is none."""
    found: dict[str, Any] = ask("ucum.mjs", *{unit.code for unit in UCUM.values()}, *_NOT_UCUM, "ohm")
    return found


@pytest.mark.parametrize("code", sorted({unit.code for unit in UCUM.values()}))
def test_every_unit_of_the_table_is_valid(told: dict[str, Any], code: str) -> None:
    assert (told[code]["status"], told[code]["ucumCode"]) == ("valid", code)


@pytest.mark.parametrize("code", [*_NOT_UCUM, "ohm"])
def test_the_validator_knows_what_is_no_ucum(told: dict[str, Any], code: str) -> None:
    assert (told[code]["status"], told[code]["ucumCode"]) != ("valid", code)
