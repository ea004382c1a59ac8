"""Needles and electrodes that were used: what they are and their lot.

The gauge of a needle is a whole number and never a quantity with a unit: "G" is gauss to a library of units. The
content of an entry is `what`, then `gauge`, `length`, `needles` or `type`, `area`, then `lot`, `by`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from devicelog.errors import BadInputError, UnitError
from devicelog.units import plain, quantity

#: Gauges that hypodermic needles are made in (ISO 9626 lists 10 to 34 G; general knowledge, not read here).
_GAUGES = range(10, 37)


@dataclass(frozen=True, slots=True)
class Needle:
    """`length` in mm, `needles` on the head."""

    gauge: int
    length: Decimal | None
    needles: int
    lot: str | None
    by: str

    def __str__(self) -> str:
        head = f"{self.needles} needles" if self.needles > 1 else "needle"
        length = f", {plain(self.length)} mm" if self.length is not None else ""
        return f"{head} {self.gauge} G{length}{_lot(self.lot)}"

    def content(self) -> dict[str, Any]:
        """As an entry holds it."""
        length = plain(self.length) if self.length is not None else None
        said = {"gauge": self.gauge, "length": length, "needles": self.needles, "lot": self.lot}
        return {"what": "needle", **said, "by": self.by}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; one of LEDGER_ERRORS for what `content` never wrote."""
        length = content.get("length")
        needles = content.get("needles", 1)
        own = Decimal(length) if length is not None else None
        return cls(content["gauge"], own, needles, content.get("lot"), content["by"])


@dataclass(frozen=True, slots=True)
class Electrode:
    """`area` in cm², of the part that touches the skin."""

    type: str
    area: Decimal | None
    lot: str | None
    by: str

    def __str__(self) -> str:
        area = f", {plain(self.area)} cm²" if self.area is not None else ""
        return f"electrode {self.type}{area}{_lot(self.lot)}"

    def content(self) -> dict[str, Any]:
        """As an entry holds it."""
        area = plain(self.area) if self.area is not None else None
        return {"what": "electrode", "type": self.type, "area": area, "lot": self.lot, "by": self.by}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; one of LEDGER_ERRORS for what `content` never wrote."""
        area = content.get("area")
        own = Decimal(area) if area is not None else None
        return cls(content["type"], own, content.get("lot"), content["by"])


def consumable(content: Mapping[str, Any]) -> Needle | Electrode:
    """What an entry holds, by its `what`."""
    return Electrode.from_content(content) if content["what"] == "electrode" else Needle.from_content(content)


def gauge(value: object) -> int:
    """The gauge of a needle: a whole number, or text such as "30" or "30 G"; BadInputError for anything else."""
    text = str(value).strip().removesuffix("G").strip() if isinstance(value, str) else value
    number = int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 4 else text
    if isinstance(number, bool) or not isinstance(number, int) or number not in _GAUGES:
        most = f"a whole number from {_GAUGES[0]} to {_GAUGES[-1]}"
        raise BadInputError(f"{value!r} is no gauge of a needle; expected {most}, such as 30.")
    return number


def length(text: str) -> Decimal:
    """The length of a needle in mm, of "4 mm" or "1.3 cm"; UnitError says what is wrong."""
    return _positive(text, "mm", "4 mm")


def area(text: str) -> Decimal:
    """The area of an electrode in cm², of "8 cm²" or "800 mm2"; UnitError says what is wrong."""
    return _positive(text, "cm**2", "8 cm2")


def _positive(text: str, unit: str, example: str) -> Decimal:
    value = quantity(text, unit)
    if value <= 0:
        raise UnitError(f"{text!r} cannot be; expected more than zero, such as '{example}'.")
    return value


def _lot(lot: str | None) -> str:
    return f", lot {lot}" if lot is not None else ""
