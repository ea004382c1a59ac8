"""What was used in a session, as its statements and its devices have it: products, syringes, doses, balances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.products.amounts import in_ml, ml
from devicelog.products.consumable import Electrode, Needle, consumable
from devicelog.products.doses import Given, IngredientDose, Origin, ProductDose, by_ingredient, by_product, mix_of
from devicelog.products.product import Product
from devicelog.products.reconciliation import Balance, Drawn, LotBalance, balance, lot_balances
from devicelog.products.syringe import Leftover, Syringe
from devicelog.record.caveats import dose, injects

if TYPE_CHECKING:
    from devicelog.record.record import Record


@dataclass(frozen=True, slots=True)
class Used:
    """All of it. A product, syringe or leftover that was stated again stands in the place of the one before."""

    products: list[Product]
    syringes: dict[int, Syringe]
    leftovers: dict[int, Leftover]
    consumables: list[Needle | Electrode]
    given: list[Given]
    doses: list[ProductDose]
    ingredients: list[IngredientDose]
    balances: list[Balance]
    lots: list[LotBalance]

    def product(self, number: int) -> Product | None:
        """The product of that number, if it was stated."""
        return next((product for product in self.products if product.number == number), None)


def is_stated(record: Record) -> bool:
    """Whether anybody stated a product, a syringe or a consumable."""
    return bool(record.statements.of(Kind.PRODUCT, Kind.SYRINGE, Kind.SYRINGE_IN_USE, Kind.LEFTOVER, Kind.CONSUMABLE))


def used(record: Record) -> Used:
    """What was used in a session."""
    stated = record.statements
    products = {one.number: one for one in (Product.from_content(made.now) for made in stated.of(Kind.PRODUCT))}
    syringes = {one.number: one for one in (Syringe.from_content(made.now) for made in stated.of(Kind.SYRINGE))}
    left = {one.syringe: one for one in (Leftover.from_content(made.now) for made in stated.of(Kind.LEFTOVER))}
    given = record.doses.given(record.tally)
    doses = by_product(given, syringes)
    balances = [
        balance(syringe, _drawn(record, given, number), left.get(number)) for number, syringe in syringes.items()
    ]
    return Used(
        list(products.values()),
        syringes,
        left,
        [consumable(made.now) for made in stated.of(Kind.CONSUMABLE)],
        given,
        doses,
        by_ingredient(doses, list(products.values())),
        balances,
        lot_balances(list(products.values()), balances),
    )


def day(record: Record) -> date:
    """The day of a session, where it was recorded."""
    offset = record.started.get("host", {}).get("zone")
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo
    except ValueError:
        zone = None
    return record.wall(0).astimezone(zone or UTC).date()


def not_exact(record: Record, found: Used, zone: str | None = None) -> str | None:
    """Why more may have been given in a zone (None: in the session) than a product's dose says; None: it is exact."""
    unclear = sum(
        one.volume for one in found.given if zone in (None, one.zone) and not mix_of(one.origin, found.syringes)
    )
    of_what = f"of {ml(in_ml(unclear))} nobody knows of which product" if unclear else None
    volume = dose(record, zone if zone in record.tally.zones else None, "volume")
    return "; ".join(reason for reason in (volume.why, of_what) if reason is not None) or None


def origin_in_words(origin: Origin, syringes: Mapping[int, Syringe]) -> str:
    """From where a volume came."""
    return " or ".join(_syringe(number, syringes) for number in origin)


def _syringe(number: int | None, syringes: Mapping[int, Syringe]) -> str:
    if number is None:
        return "no stated syringe"
    return str(syringes[number]) if number in syringes else f"syringe {number}, never prepared"


def drawn(record: Record, number: int) -> Drawn:
    """What came out of a syringe so far, as the devices say it."""
    return _drawn(record, record.doses.given(record.tally), number)


def _drawn(record: Record, given: list[Given], number: int) -> Drawn:
    """The same of the volumes by their origin."""
    if not injects(record):
        return Drawn(None, why="no device of the session says what was given")
    volume, purge = dose(record, None, "volume"), dose(record, None, "purged")
    purged, alone = record.doses.purged(record.tally), (number,)
    own = sum(one.volume for one in given if one.origin == alone)
    perhaps = sum(one.volume for one in given if number in one.origin and one.origin != alone)
    perhaps += sum(amount for origin, amount in purged.items() if number in origin and origin != alone)
    why = "; ".join(dict.fromkeys(of.why for of in (volume, purge) if of.why is not None)) or None
    known = in_ml(own) if volume.value is not None else None
    return Drawn(known, in_ml(purged.get(alone, 0)), in_ml(perhaps), volume.at_least or purge.at_least, why)
