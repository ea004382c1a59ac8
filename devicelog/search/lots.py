"""The lots that were taken for a session, and how much of each was given where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.numbers import number
from devicelog.products.amounts import in_ml
from devicelog.record.caveats import injects
from devicelog.record.steps import refused_because
from devicelog.record.used import not_exact, used
from devicelog.search.digest import Lot, ZoneVolume

if TYPE_CHECKING:
    from devicelog.products.doses import ProductDose
    from devicelog.products.product import Product
    from devicelog.record.record import Record
    from devicelog.record.used import Used


def lots_of(record: Record) -> list[Lot]:
    """The products of a session in the order in which they were stated; of one stated twice, the last statement."""
    found = used(record)
    return [_lot(record, found, product) for product in found.products]


def _lot(record: Record, found: Used, product: Product) -> Lot:
    refused = bool(refused_because(record))
    zones = list(_zones(record, found, product)) if not refused else []
    known = [dose.volume for dose in found.doses if dose.product == product.number]
    exact = all(zone.volume is not None for zone in zones) if zones else refused or not_exact(record, found) is None
    return Lot(
        product=product.name,
        maker=product.maker or None,
        lot=product.lot,
        expiry=product.expiry.last.isoformat() if product.expiry is not None else None,
        use=product.use.value,
        drawn=number(product.drawn),
        given=number(in_ml(sum(known))) if exact else None,
        zones=zones,
        before=_before(record, product),
    )


def _before(record: Record, product: Product) -> list[str]:
    """The lots that were stated of it until they were corrected."""
    made = [made for made in record.statements.of(Kind.PRODUCT) if made.now["product"] == product.number]
    lots = [one.old for one in made[-1].corrections if one.field == "lot"]
    return [lot for lot in dict.fromkeys(lots) if lot not in (None, product.lot)]


def _zones(record: Record, found: Used, product: Product) -> Iterator[ZoneVolume]:
    """Where it was given, or may have been; without an amount where nobody knows it, or more may have been given."""
    if not injects(record):
        treated: list[str | None] = [zone for zone, totals in record.tally.zones.items() if totals.samples]
        yield from (ZoneVolume(zone, None) for zone in treated or [None])
        return
    doses = [dose for dose in found.doses if dose.product in (product.number, None)]
    for zone in dict.fromkeys(dose.zone for dose in doses):
        yield _zone(record, found, zone, [dose for dose in doses if dose.zone == zone])


def _zone(record: Record, found: Used, zone: str | None, doses: Sequence[ProductDose]) -> ZoneVolume:
    """`doses` are of the product, and what was given there of an unknown one."""
    if any(dose.product is None for dose in doses) or not_exact(record, found, zone) is not None:
        return ZoneVolume(zone, None)
    return ZoneVolume(zone, number(in_ml(sum(dose.volume for dose in doses))))
