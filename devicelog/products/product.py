"""A product that was taken for a session: what it is, its lot and expiry, what is in it, and how much was drawn.

Its content in an entry is `product`, `name`, `maker`, `lot`, `expiry`, `use`, `ingredients`, `drawn`, `unit`, `by`
(docs/products.md). A lot or an expiry that nobody stated is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from devicelog.errors import BadInputError
from devicelog.products.amounts import UNITS, Concentration
from devicelog.products.expiry import Expiry
from devicelog.units import plain


class Use(StrEnum):
    """What a product is for."""

    PRODUCT = "product"
    ANAESTHETIC = "anaesthetic"
    DILUENT = "diluent"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Something that is in a product, and how much of it in a mL."""

    name: str
    concentration: Concentration

    def content(self) -> dict[str, str]:
        """As an entry holds it; `stated` is there if the person wrote it in another unit."""
        amount = self.concentration
        kept = {"name": self.name, "concentration": plain(amount.per_ml), "unit": amount.unit}
        same = amount.stated in ("", f"{kept['concentration']} {amount.unit}")
        return kept if same else {**kept, "stated": amount.stated}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; UnitError if it has no concentration that can be read."""
        text = f"{content['concentration']} {content['unit']}"
        if content["unit"] not in UNITS:
            return cls(content["name"], Concentration.of(text))
        stated = str(content.get("stated") or text)
        return cls(content["name"], Concentration(Decimal(content["concentration"]), content["unit"], stated))


@dataclass(frozen=True, slots=True)
class Product:
    """`number` is its own in the session, from 1; `drawn` is in mL."""

    number: int
    name: str
    maker: str | None
    lot: str | None
    expiry: Expiry | None
    use: Use
    ingredients: tuple[Ingredient, ...]
    drawn: Decimal
    by: str

    def __str__(self) -> str:
        return f"{self.name}, lot {self.lot}" if self.lot is not None else f"{self.name} without a lot"

    @property
    def overrides(self) -> list[str]:
        """What an override of its lot or expiry may be of, the shortest first."""
        short = self.lot if self.lot is not None else self.name
        more = [self.name, self.lot or "without a lot"]
        return [f"product:{text}" for text in (short, " ".join(more), " ".join([self.maker or "unknown maker", *more]))]

    def override(self, products: Iterable[Product]) -> str:
        """What an override of its lot or expiry is of: the shortest that is of no other product of the session."""
        taken = {of for other in products if other.overrides != self.overrides for of in other.overrides}
        return next((of for of in self.overrides if of not in taken), f"{self.overrides[-1]}, number {self.number}")

    def content(self) -> dict[str, Any]:
        """As an entry holds it; `expiry_printed` is there if only a month is printed."""
        expiry = self.expiry
        printed = {"expiry_printed": expiry.printed} if expiry is not None and expiry.is_month else {}
        return {
            "product": self.number,
            "name": self.name,
            "maker": self.maker,
            "lot": self.lot,
            "expiry": expiry.last.isoformat() if expiry is not None else None,
            **printed,
            "use": self.use.value,
            "ingredients": [ingredient.content() for ingredient in self.ingredients],
            "drawn": plain(self.drawn),
            "unit": "mL",
            "by": self.by,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What an entry holds; one of LEDGER_ERRORS for what `content` never wrote."""
        printed = content.get("expiry_printed") or content["expiry"]
        try:
            expiry = Expiry.of(printed) if printed is not None else None
            ingredients = tuple(map(Ingredient.from_content, content["ingredients"]))
        except BadInputError as error:
            raise ValueError(str(error)) from None
        if expiry is not None and expiry.last.isoformat() != content["expiry"]:
            raise ValueError(f"the expiry {content['expiry']!r} is not the end of {printed!r}")
        return cls(
            number=content["product"],
            name=content["name"],
            maker=content["maker"],
            lot=content["lot"],
            expiry=expiry,
            use=Use(content["use"]),
            ingredients=ingredients,
            drawn=Decimal(content["drawn"]),
            by=content["by"],
        )
