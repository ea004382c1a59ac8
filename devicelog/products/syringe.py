"""A syringe that was prepared: which products are in it, in which ratio, and how much in all.

Its content in an entry is `syringe`, `label`, `parts`, `volume`, `unit`, `by`; that of what stayed in it is `syringe`,
`left`, `wasted`, `unit`, `by` and, where the clinic has one of its own, `tolerance` (docs/products.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Any, Self

from devicelog.products.amounts import in_nano
from devicelog.units import plain


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a product is in a syringe, in mL."""

    product: int
    volume: Decimal


@dataclass(frozen=True, slots=True)
class Syringe:
    """`number` is its own in the session, from 1; `volume` is what is in it, in mL: the sum of its parts."""

    number: int
    label: str
    parts: tuple[Part, ...]
    volume: Decimal
    by: str

    @classmethod
    def of(cls, number: int, label: str, parts: Sequence[Part], by: str) -> Self:
        """One that holds these parts."""
        return cls(number, label, tuple(parts), sum((part.volume for part in parts), Decimal(0)), by)

    def __str__(self) -> str:
        return f"syringe {self.number} ({self.label})" if self.label else f"syringe {self.number}"

    @property
    def ratio(self) -> tuple[int, ...]:
        """The parts as the smallest whole numbers that stand in the same ratio."""
        amounts = [in_nano(part.volume) for part in self.parts]
        common = gcd(*amounts) or 1
        return tuple(amount // common for amount in amounts)

    @property
    def mix(self) -> dict[int, int]:
        """The share of each product in it, in parts of the ratio."""
        return dict(zip((part.product for part in self.parts), self.ratio, strict=True))

    def content(self) -> dict[str, Any]:
        """As an entry holds it."""
        return {
            "syringe": self.number,
            "label": self.label,
            "parts": [{"product": part.product, "volume": plain(part.volume)} for part in self.parts],
            "volume": plain(self.volume),
            "unit": "mL",
            "by": self.by,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; one of LEDGER_ERRORS for what `content` never wrote."""
        parts = tuple(Part(part["product"], Decimal(part["volume"])) for part in content["parts"])
        return cls(content["syringe"], content["label"], parts, Decimal(content["volume"]), content["by"])


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much a syringe may fail to add up before somebody is asked why: the larger of a share and a volume (mL).

    The default is an engineering choice (grade E), no clinical number and none of a standard: scales of syringes are
    read to some 5 %, and nozzle and needle keep some 0.05 mL that no scale shows.
    """

    share: Decimal = Decimal("0.05")
    least: Decimal = Decimal("0.05")

    def of(self, prepared: Decimal) -> Decimal:
        """The tolerance in mL for what was in the syringe."""
        return max(self.share * prepared, self.least)

    def __str__(self) -> str:
        return f"the larger of {plain(self.share * 100)} % and {plain(self.least)} mL"


@dataclass(frozen=True, slots=True)
class Leftover:
    """What stayed in a syringe at the end, and what was neither given nor stayed (spilled, thrown away); in mL."""

    syringe: int
    left: Decimal
    wasted: Decimal
    by: str
    tolerance: Tolerance = Tolerance()

    def content(self) -> dict[str, Any]:
        """As an entry holds it; the tolerance is there if it is the clinic's own."""
        own = self.tolerance
        said = {"share": plain(own.share), "least": plain(own.least), "unit": "mL"}
        kept = {"tolerance": said} if own != Tolerance() else {}
        amounts = {"left": plain(self.left), "wasted": plain(self.wasted), "unit": "mL"}
        return {"syringe": self.syringe, **amounts, "by": self.by, **kept}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; one of LEDGER_ERRORS for what `content` never wrote."""
        said = content.get("tolerance")
        tolerance = Tolerance(Decimal(said["share"]), Decimal(said["least"])) if said is not None else Tolerance()
        amounts = Decimal(content["left"]), Decimal(content["wasted"])
        return cls(content["syringe"], *amounts, content["by"], tolerance)
