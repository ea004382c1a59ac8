"""Doses of products and ingredients, worked out from the volumes that a device gave and the syringes they came from.

Volumes are whole billionths of a mL and are split by the mix of their syringe without losing any: the sums over all
products and zones are the volume of the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from devicelog.products.amounts import in_ml
from devicelog.products.product import Product
from devicelog.products.syringe import Syringe

#: The syringes that a volume may have come from, in the order of their numbers; None: from none that was stated.
Origin = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A volume in billionths of a mL that was given in a zone (None: in no zone); one origin is what is known."""

    origin: Origin
    zone: str | None
    volume: int


@dataclass(frozen=True, slots=True)
class ProductDose:
    """How much of a product was given in a zone, in billionths of a mL; `product` None: nobody knows of which."""

    product: int | None
    zone: str | None
    volume: int


@dataclass(frozen=True, slots=True)
class IngredientDose:
    """How much of an ingredient was given in a zone; `unit` is mg, IU or U."""

    name: str
    unit: str
    zone: str | None
    amount: Decimal


def shares(volume: int, mix: Mapping[int, int]) -> dict[int, int]:
    """A volume split by a ratio, to the billionth and without a rest: the greatest remainders are rounded up."""
    whole = sum(mix.values())
    if whole <= 0:
        return {}
    size = abs(volume)
    parts = {product: size * share // whole for product, share in mix.items()}
    rest = size - sum(parts.values())
    by_remainder = sorted(mix, key=lambda product: (-(size * mix[product] % whole), product))
    for product in by_remainder[:rest]:
        parts[product] += 1
    return {product: part if volume >= 0 else -part for product, part in parts.items()}


def mix_of(origin: Origin, syringes: Mapping[int, Syringe]) -> dict[int, int]:
    """What was in the syringe that a volume came from; nothing if that is not known, or if several differ."""
    mixes = [syringes[number].mix if number in syringes else {} for number in origin if number is not None]
    alike = len(mixes) == len(origin) and all(mix == mixes[0] for mix in mixes)
    return mixes[0] if alike and mixes else {}


def by_product(given: Iterable[Given], syringes: Mapping[int, Syringe]) -> list[ProductDose]:
    """What was given of each product in each zone, what is of an unknown product last."""
    sums: dict[tuple[int | None, str | None], int] = {}
    for one in given:
        split = shares(one.volume, mix_of(one.origin, syringes))
        for product, volume in split.items() or ((None, one.volume),):
            sums[product, one.zone] = sums.get((product, one.zone), 0) + volume
    ordered = sorted(sums, key=lambda key: (key[0] is None, key[0] or 0))
    return [ProductDose(product, zone, sums[product, zone]) for product, zone in ordered]


def by_ingredient(doses: Iterable[ProductDose], products: Sequence[Product]) -> list[IngredientDose]:
    """What was given of each ingredient in each zone. Units of activity stay apart from mg and from each other."""
    known = {product.number: product for product in products}
    sums: dict[tuple[str, str, str | None], Decimal] = {}
    for dose in doses:
        product = known.get(dose.product) if dose.product is not None else None
        for ingredient in product.ingredients if product is not None else ():
            concentration = ingredient.concentration
            key = (ingredient.name, concentration.dose_unit, dose.zone)
            sums[key] = sums.get(key, Decimal(0)) + in_ml(dose.volume) * concentration.per_ml
    return [IngredientDose(name, unit, zone, amount) for (name, unit, zone), amount in sums.items()]
