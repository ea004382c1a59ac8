"""Amounts that people state of products: volumes in mL, concentrations in mg, IU or U per mL.

Each list of units is closed. Units of activity (IU, U) say how much a product does and not what it weighs: they are
kept apart from each other and are never turned into mg.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from devicelog.errors import UnitError
from devicelog.numbers import is_writable
from devicelog.observation.layout import NANO
from devicelog.units import factor, number_and_unit, plain

#: How a volume may be written, and what pint calls the unit.
_VOLUMES = {
    "mL": "milliliter",
    "ml": "milliliter",
    "cc": "milliliter",
    "uL": "microliter",
    "ul": "microliter",
    "µL": "microliter",
}
#: How the mass in a volume may be written; "% (w/v)" is grams in 100 mL.
_MASS_PER_ML = {
    "mg/mL": "milligram / milliliter",
    "mg/ml": "milligram / milliliter",
    "ug/mL": "microgram / milliliter",
    "ug/ml": "microgram / milliliter",
    "µg/mL": "microgram / milliliter",
    "g/L": "gram / liter",
    "g/l": "gram / liter",
    "% (w/v)": "gram / deciliter",
    "%(w/v)": "gram / deciliter",
    "% w/v": "gram / deciliter",
}
#: How the activity in a volume may be written, and the unit that it is kept in.
_ACTIVITY_PER_ML = {"IU/mL": "IU/mL", "IU/ml": "IU/mL", "U/mL": "U/mL", "U/ml": "U/mL"}

#: The units of a concentration in a record.
UNITS = ("mg/mL", "IU/mL", "U/mL")


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of an ingredient is in a mL; `unit` is one of UNITS, `stated` what the person wrote."""

    per_ml: Decimal
    unit: str
    stated: str

    @property
    def dose_unit(self) -> str:
        """The unit of a dose: mg, IU or U."""
        return self.unit.removesuffix("/mL")

    @classmethod
    def of(cls, text: str) -> Concentration:
        """A concentration as a person wrote it, such as "10 mg/mL" or "2 % (w/v)"; UnitError says what is wrong."""
        number, unit = _parted(text, "a concentration", "'10 mg/mL'")
        if unit in _ACTIVITY_PER_ML:
            return cls(_more_than_zero(text, number), _ACTIVITY_PER_ML[unit], text.strip())
        if unit not in _MASS_PER_ML:
            raise UnitError(_unknown_concentration(text, unit))
        return cls(_more_than_zero(text, number * factor(_MASS_PER_ML[unit], "mg/mL")), "mg/mL", text.strip())


def volume(text: str) -> Decimal:
    """A volume as a person wrote it ("2 mL", "50 uL", "0.5 cc"), in mL; zero is one. UnitError says what is wrong."""
    number, unit = _parted(text, "a volume", "'2 mL'")
    if unit not in _VOLUMES:
        raise UnitError(
            f"the unit {unit!r} in {text!r} is none of a volume here; expected mL, uL or cc, such as '2 mL'."
        )
    found = number * factor(_VOLUMES[unit], "mL")
    if found < 0:
        raise UnitError(f"{text!r} is less than nothing; expected a volume such as '2 mL'.")
    return _exact(text, found)


def in_nano(millilitres: Decimal) -> int:
    """A volume in billionths of a mL, which is how volumes are added up."""
    return int(millilitres * NANO)


def in_ml(nano: int) -> Decimal:
    """A volume in mL of one in billionths."""
    return Decimal(nano) / NANO


def ml(millilitres: Decimal) -> str:
    """A volume in a sentence."""
    return f"{plain(millilitres)} mL"


def _parted(text: str, what: str, example: str) -> tuple[Decimal, str]:
    try:
        return number_and_unit(text)
    except UnitError as error:
        raise UnitError(f"{what} cannot be read: {str(error).rstrip('.')}; expected one such as {example}.") from None


def _unknown_concentration(text: str, unit: str) -> str:
    if unit == "%":
        said = "does not say of what the percentage is"
        return f"{text!r} {said}; expected '{text.strip()} (w/v)', which is grams in 100 mL, or mg/mL."
    return (
        f"the unit {unit!r} in {text!r} is none of a concentration; expected mg/mL, ug/mL, g/L, % (w/v), IU/mL or U/mL."
    )


def _more_than_zero(text: str, value: Decimal) -> Decimal:
    if value <= 0:
        raise UnitError(f"{text!r} is no concentration; expected more than zero, such as '10 mg/mL'.")
    return _exact(text, value)


def _exact(text: str, value: Decimal) -> Decimal:
    """What is finer than a billionth, or beyond all measure, nobody stated on purpose."""
    if not is_writable(value) or value * NANO != int(value * NANO):
        raise UnitError(f"{text!r} is finer than a billionth or too great to be meant; check the unit and the number.")
    return value
