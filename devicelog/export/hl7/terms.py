"""What OBX-3, OBX-6 and OBX-17 say: a code, what people read, and whose code it is."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.export.fhir.codes import CODES
from devicelog.export.ucum import UCUM

#: Table 0396 leaves names that begin with 99 to whoever defines codes; the codes are those of the shipped CodeSystem.
SYSTEM = "99DEVICELOG"


@dataclass(frozen=True, slots=True)
class Term:
    """A code, its text and its system; `other` is a second code of the same meaning, as far as it has one."""

    code: str
    text: str
    system: str = SYSTEM
    other: tuple[str, str, str] | None = None

    @property
    def field(self) -> tuple[str, ...]:
        """As a field of type CWE."""
        return (self.code, self.text, self.system, *(self.other or ()))


#: Terms of ISO/IEEE 11073 for the fluid that an infusion pump gave. That they fit an injection device is a choice, so
#: they stand behind codes of our own.
_MDC = {
    "volume_total": ("157993", "MDC_VOL_FLUID_DELIV_TOTAL", "MDC"),
    "zone volume_total": ("157864", "MDC_VOL_FLUID_DELIV", "MDC"),
}
_MDC_ML = ("263762", "MDC_DIM_MILLI_L", "MDC")


def own(code: str, of: str | None = None) -> Term:
    """A code of our own. A metric that only its driver knows has its name for a code."""
    concept = CODES.get(code)
    text = concept.display if concept is not None else code.replace("_", " ").replace(".", ", ")
    return Term(code, text, SYSTEM, _MDC.get(f"{of} {code}" if of is not None else code))


def unit(name: str) -> tuple[str, ...] | None:
    """A unit of a record as OBX-6; nothing for a plain number."""
    if name in ("1", ""):
        return None
    found = UCUM[name]
    triplet = (found.code, found.shown or found.code, "UCUM")
    return (*_MDC_ML, *triplet) if name == "mL" else triplet


TEXT = own("record-text")
STATUS = own("signature-status")
SEAL = own("seal-text")

#: Who measured or set something, by the categories of ISO/IEEE 11073-10201 as messages of IHE PCD-01 name them.
MEASURED = Term("AMEAS", "auto-measurement", "MDC")
TYPED = Term("MMEAS", "manual-measurement", "MDC")
COMPUTED = Term("ACALC", "auto-calculation", "MDC")
SET = Term("ASET", "auto-setting", "MDC")
SET_BY_HAND = Term("MSET", "manual-setting", "MDC")
