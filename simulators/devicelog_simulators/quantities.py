"""Quantities as scenario and fault files write them ("0.02 mL"), held as whole numbers of DLR1's base units."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from devicelog.errors import UnitError
from devicelog.units import plain, quantity


def _in(record_unit: str, per_unit: int) -> BeforeValidator:
    def whole(text: object) -> int:
        if not isinstance(text, str):
            raise ValueError(f"expected a quantity as text, such as '2 {record_unit}'")
        try:
            value = quantity(text, record_unit) * per_unit
        except UnitError as error:
            raise ValueError(str(error)) from None
        if value != int(value):
            raise ValueError(f"expected a multiple of 1/{per_unit} {record_unit}, not {plain(value)} times that")
        return int(value)

    return BeforeValidator(whole)


Nanolitres = Annotated[int, _in("mL", 1_000_000), Field(ge=0, le=10_000_000)]
Micrometres = Annotated[int, _in("mm", 1_000), Field(ge=0, le=50_000)]
Pascals = Annotated[int, _in("kPa", 1_000), Field(ge=-101_325, le=101_325)]
Microamperes = Annotated[int, _in("mA", 1_000), Field(ge=0, le=200_000)]
Millivolts = Annotated[int, _in("V", 1_000), Field(gt=0, le=5_000_000)]
Ohms = Annotated[int, _in("ohm", 1), Field(gt=0, le=10_000_000)]
Hertz = Annotated[int, _in("Hz", 1), Field(ge=0, le=1_000_000)]
Microseconds = Annotated[int, _in("us", 1), Field(ge=0, le=1_000_000)]
SquareMillimetres = Annotated[int, _in("cm**2", 100), Field(ge=1, le=1_000_000)]
MicrolitresPerHour = Annotated[int, _in("mL/h", 1_000), Field(ge=0, le=10_000_000)]
#: A time since the beginning, or a step of a clock.
Milliseconds = Annotated[int, _in("ms", 1)]
#: A stretch of time.
Duration = Annotated[int, _in("ms", 1), Field(gt=0)]
