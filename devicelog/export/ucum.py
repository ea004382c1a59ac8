"""Units as UCUM says them: a closed table, because what pint writes is not UCUM (`mA/cm**2` is `mA/cm2` there)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SYSTEM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Ucum:
    """A unit: its code in UCUM, and how people read it."""

    code: str
    shown: str


#: By the unit of a record (`units.RECORD_UNITS`) or of an ingredient. The units (U) of a maker are his own: UCUM's `U`
#: is that of enzymes, a micromole a minute.
UCUM: Mapping[str, Ucum] = {
    "1": Ucum("1", ""),
    "count": Ucum("{count}", ""),
    "mL": Ucum("mL", "mL"),
    "mL/h": Ucum("mL/h", "mL/h"),
    "mm": Ucum("mm", "mm"),
    "kPa": Ucum("kPa", "kPa"),
    "mA": Ucum("mA", "mA"),
    "mA/cm**2": Ucum("mA/cm2", "mA/cm²"),
    "mA*min": Ucum("mA.min", "mA·min"),
    "mC": Ucum("mC", "mC"),
    "V": Ucum("V", "V"),
    "Hz": Ucum("Hz", "Hz"),
    "us": Ucum("us", "µs"),
    "ms": Ucum("ms", "ms"),
    "s": Ucum("s", "s"),
    "min": Ucum("min", "min"),
    "day": Ucum("d", "d"),
    "ohm": Ucum("Ohm", "Ω"),
    "uF": Ucum("uF", "µF"),
    "V/cm": Ucum("V/cm", "V/cm"),
    "cm**2": Ucum("cm2", "cm²"),
    "mJ": Ucum("mJ", "mJ"),
    "W/cm**2": Ucum("W/cm2", "W/cm²"),
    "mg/cm**2": Ucum("mg/cm2", "mg/cm²"),
    "mg/mL": Ucum("mg/mL", "mg/mL"),
    "mg": Ucum("mg", "mg"),
    "IU": Ucum("[iU]", "IU"),
    "IU/mL": Ucum("[iU]/mL", "IU/mL"),
    "U": Ucum("[arb'U]", "U"),
    "U/mL": Ucum("[arb'U]/mL", "U/mL"),
}
