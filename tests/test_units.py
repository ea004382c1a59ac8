"""A unit of the record is one of itself, as pint has it too, and pint is asked only where something is converted."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from devicelog import units
from tests.waiting import PATIENCE

_NO_PINT = """\
import sys
from devicelog.treatment.protocol_file import limits_kept, shipped
found = [limits_kept({"text": file.read_text(encoding="utf-8")}) for file in shipped().values()]
assert all(found)
print("pint" in sys.modules)
"""


@pytest.mark.parametrize("unit", units.RECORD_UNITS)
def test_every_unit_of_the_record_is_known_to_pint_and_is_one_of_itself(unit: str) -> None:
    name = units.RECORD_UNITS[unit]

    asked = units._registry().Quantity(Decimal(1), name).to(name).magnitude

    assert units.factor(name, unit) == asked == 1


def test_limits_in_the_units_of_the_record_are_read_without_pint() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _NO_PINT], capture_output=True, text=True, timeout=PATIENCE, check=True
    )

    assert told.stdout.strip() == "False"
