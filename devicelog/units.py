"""Units, resolved once and exactly; the only module that imports pint.

Wire text never reaches pint: a driver maps each unit token of its wire format to a pint unit name in a closed table.
pint compiles one exact factor per metric and token when a link is bound and one per limit when a file is loaded; after
that, values are multiplied and compared without it. pint is imported on first use, because it costs 0.3 s.
"""

from __future__ import annotations

import re
import threading
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from devicelog.errors import UnitError

#: How a unit of a record is written in files and on screen, and what pint calls it. Closed on purpose.
RECORD_UNITS = {
    "1": "dimensionless",
    "mL": "milliliter",
    "mL/h": "milliliter / hour",
    "mm": "millimeter",
    "kPa": "kilopascal",
    "mA": "milliampere",
    "mA/cm**2": "milliampere / centimeter ** 2",
    "mA*min": "milliampere * minute",
    "mC": "millicoulomb",
    "V": "volt",
    "Hz": "hertz",
    "us": "microsecond",
    "ms": "millisecond",
    "s": "second",
    "min": "minute",
    "day": "day",
    "ohm": "ohm",
    "uF": "microfarad",
    "V/cm": "volt / centimeter",
    "cm**2": "centimeter ** 2",
    "mJ": "millijoule",
    "W/cm**2": "watt / centimeter ** 2",
    "mg/cm**2": "milligram / centimeter ** 2",
    "mg/mL": "milligram / milliliter",
    "count": "dimensionless",
}

#: Spellings accepted in files and arguments besides those of RECORD_UNITS, each with one meaning.
_ALSO_WRITTEN = {
    "ml": "milliliter",
    "uL": "microliter",
    "ul": "microliter",
    "µL": "microliter",
    "nL": "nanoliter",
    "pL": "picoliter",
    "mL/min": "milliliter / minute",
    "uL/min": "microliter / minute",
    "uL/h": "microliter / hour",
    "cc": "milliliter",
    "L": "liter",
    "l": "liter",
    "cm": "centimeter",
    "um": "micrometer",
    "Pa": "pascal",
    "hPa": "hectopascal",
    "mbar": "millibar",
    "bar": "bar",
    "MPa": "megapascal",
    "µm": "micrometer",
    "uA": "microampere",
    "µA": "microampere",
    "A": "ampere",
    "mA/cm^2": "milliampere / centimeter ** 2",
    "mA/cm²": "milliampere / centimeter ** 2",
    "mA·min": "milliampere * minute",
    "uC": "microcoulomb",
    "C": "coulomb",
    "mV": "millivolt",
    "kV": "kilovolt",
    "kHz": "kilohertz",
    "µs": "microsecond",
    "h": "hour",
    "days": "day",
    "weeks": "week",
    "kohm": "kiloohm",
    "cm^2": "centimeter ** 2",
    "cm²": "centimeter ** 2",
    "cm2": "centimeter ** 2",
    "mm2": "millimeter ** 2",
    "mA/cm2": "milliampere / centimeter ** 2",
    "mg/cm2": "milligram / centimeter ** 2",
    "W/cm2": "watt / centimeter ** 2",
    "mm**2": "millimeter ** 2",
    "mm^2": "millimeter ** 2",
    "mm²": "millimeter ** 2",
    "J": "joule",
    "W/cm^2": "watt / centimeter ** 2",
    "W/cm²": "watt / centimeter ** 2",
    "mg/cm^2": "milligram / centimeter ** 2",
    "mg/cm²": "milligram / centimeter ** 2",
    "%": "percent",
}

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(\S.*?)?\s*")

#: Names of units, multiplied, divided and raised to a small power: pint would compute any expression.
_UNIT_NAME = re.compile(r"[A-Za-z_]\w*(?: *\*\* *-?[0-9])?(?: *[*/] *[A-Za-z_]\w*(?: *\*\* *-?[0-9])?)*")


#: pint is not made for threads, and a line that is typed may need it at the same moment as the recorder.
_ONE_AT_A_TIME = threading.Lock()


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint
    from platformdirs import user_cache_path

    # pint's own definitions, parsed once for this computer: 0.3 s at every start otherwise.
    try:
        return pint.UnitRegistry(
            non_int_type=Decimal, cache_folder=user_cache_path("devicelog", appauthor=False) / "pint"
        )
    except OSError:
        return pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)


def prepare() -> None:
    """Load pint now: 0.2 s of work that would otherwise be done at the first bytes of a device."""
    with _ONE_AT_A_TIME:
        _registry()


@lru_cache(maxsize=1024)
def factor(pint_unit: str, record_unit: str) -> Decimal:
    """The exact factor by which a value in `pint_unit` is multiplied to be in `record_unit` (a key of RECORD_UNITS).

    Raises UnitError if pint does not know the unit or if it measures something else.
    """
    target = RECORD_UNITS.get(record_unit)
    if target is None:
        raise UnitError(f"the unit {record_unit!r} is not one that a record is kept in ({', '.join(RECORD_UNITS)}).")
    if pint_unit == target:
        return Decimal(1)  # of what is in its unit already pint need not be asked
    import pint

    if _UNIT_NAME.fullmatch(pint_unit) is None:
        raise UnitError(f"{pint_unit!r} is not the name of a unit; expected one such as 'milliliter / minute'.")
    with _ONE_AT_A_TIME:
        registry = _registry()
        try:
            one, none = (registry.Quantity(Decimal(number), pint_unit).to(target).magnitude for number in (1, 0))
        except pint.DimensionalityError:
            found = f"{pint_unit!r} cannot be turned into {record_unit!r}"
            raise UnitError(f"{found}: it measures something else.") from None
        except (pint.PintError, AttributeError, ValueError, TypeError):
            raise UnitError(f"the unit {pint_unit!r} is not known.") from None
    if none != 0:
        raise UnitError(f"{pint_unit!r} has an offset to {record_unit!r}; only plain factors are supported.")
    return Decimal(one).normalize()


def spelled(unit: str) -> str:
    """What pint calls a unit that is written for people ("uL", "mL/h"); raises UnitError beyond the closed list."""
    name = RECORD_UNITS.get(unit) or _ALSO_WRITTEN.get(unit)
    if name is None:
        known = [*RECORD_UNITS, *_ALSO_WRITTEN]
        close = get_close_matches(unit, known, n=1, cutoff=0.5)
        guess = f"; did you mean {close[0]!r}?" if close else "."
        raise UnitError(f"the unit {unit!r} is not known; expected one of the closed list of units{guess}")
    return name


def quantity(text: str, record_unit: str) -> Decimal:
    """The value of a quantity written for people ("0.05 mL", "45 min", "8 cm²", "100"), in `record_unit`.

    Only the closed list of spellings is accepted, because pint reads `ML` as megalitre and `ma` as milliyear.
    Raises UnitError with what was found and what was expected.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(f"{text!r} is not a quantity; expected a number and a unit, such as '2 {record_unit}'.")
    number, spelled = match.groups()
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise UnitError(f"{number!r} is not a number.") from None
    if spelled is None:
        if RECORD_UNITS.get(record_unit) != "dimensionless":
            raise UnitError(f"{text!r} has no unit; expected one such as '{number} {record_unit}'.")
        return value
    name = RECORD_UNITS.get(spelled) or _ALSO_WRITTEN.get(spelled)
    if name is None:
        raise UnitError(f"the unit {spelled!r} in {text!r} is not known; expected one such as {record_unit!r}.")
    try:
        return value * factor(name, record_unit)
    except UnitError:
        raise UnitError(f"{text!r} has the wrong dimension: expected a quantity in {record_unit!r}.") from None


def number_and_unit(text: str) -> tuple[Decimal, str]:
    """The two parts of a quantity as a person wrote it, for whoever has a closed list of units of his own.

    Raises UnitError if there is no number, or no unit behind it.
    """
    if re.match(r"\s*[+-]?\d+,\d", text):
        raise UnitError(f"{text!r} has a comma; expected a number with a point, such as {text.replace(',', '.')!r}.")
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(f"{text!r} is not a quantity; expected a number and a unit.")
    if match[2] is None:
        raise UnitError(f"{text!r} has no unit; a number alone says nothing of an amount.")
    return Decimal(match[1]), match[2]


def duration(text: str) -> Decimal:
    """Seconds of a duration written for people ("45 min", "90 s", "1 h"); raises UnitError unless it is positive."""
    seconds = quantity(text, "s")
    if seconds <= 0:
        raise UnitError(f"{text!r} is not a duration; expected more than zero, such as '45 min'.")
    return seconds


def plain(value: Decimal) -> str:
    """A Decimal as people write it: no exponent, no trailing zeros after the point."""
    text = format(value + 0, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
