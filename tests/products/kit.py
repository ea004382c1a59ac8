"""Products, syringes and acts for the tests of this room."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devicelog.ledger import Seal, encode
from devicelog.products.amounts import Concentration
from devicelog.products.expiry import Expiry
from devicelog.products.product import Ingredient, Product, Use
from devicelog.products.syringe import Part, Syringe


def product(number: int = 1, *, holds: str = "10 mg/mL", inside: str = "hyaluronic acid", **more: Any) -> Product:
    """A hyaluronic acid of 10 mg/mL in date, 2 mL of it drawn."""
    usual: dict[str, Any] = {
        "name": "Hyal",
        "maker": "Maker Ltd",
        "lot": f"A{number}",
        "expiry": Expiry.of("2027-05"),
        "use": Use.PRODUCT,
        "ingredients": (Ingredient(inside, Concentration.of(holds)),),
        "drawn": Decimal(2),
        "by": "Ann",
    }
    return Product(number, **(usual | more))


def syringe(number: int, *parts: tuple[int, str], label: str = "") -> Syringe:
    """A syringe with so many mL of each product."""
    return Syringe.of(number, label, [Part(of, Decimal(volume)) for of, volume in parts], "Ann")


def act(number: int, name: str, **content: Any) -> Seal:
    """An act as the store holds it, with more fields than are of interest here."""
    place = {"seal": number, "wall": f"2026-01-0{number}T00:00:00Z", "installation": "store-1", "previous": "00"}
    return Seal(encode({**place, "act": name, **content}), b"")
