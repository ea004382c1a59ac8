"""The tables of the products of a session: what was taken, doses by zone, and whether the syringes add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import OF_ZONE, Filled, Table, day, num, required, text, whole, yes_no
from devicelog.products.amounts import in_ml
from devicelog.products.consumable import Needle
from devicelog.products.product import Use
from devicelog.record.record import Record
from devicelog.record.unexplained import explanations, of_syringe
from devicelog.record.used import Used, is_stated, not_exact, used
from devicelog.record.used import day as day_of
from devicelog.units import plain

_NOTHING = Used([], {}, {}, [], [], [], [], [], [])


def product_tables(record: Record) -> list[Filled]:
    """All of them; nothing stands in them where nobody stated any product."""
    found = used(record) if is_stated(record) else _NOTHING
    return [_products(record, found), _doses(record, found), _syringes(record, found), _consumables(found)]


def _products(record: Record, found: Used) -> Filled:
    fields = (
        required(whole("product", "1", "number of the product in the session", least=1)),
        required(text("name", "as printed on it")),
        text("maker", "as printed on it; empty: nobody stated it"),
        text("lot", "as printed on it; empty: nobody stated it"),
        day("expiry", "last day on which it may be used; empty: nobody stated it"),
        yes_no("expired", "whether that was before the day of the session"),
        required(text("use", "what it is for", [one.value for one in Use])),
        text("ingredients", "each with its concentration as a person wrote it"),
        required(num("drawn", "mL", "how much was drawn of it", least=0)),
        text("by", "who stated it"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for one in found.products:
            expiry = one.expiry.last.isoformat() if one.expiry is not None else None
            expired = one.expiry.has_passed(day_of(record)) if one.expiry is not None else None
            inside = "; ".join(f"{each.name} {each.concentration.stated}" for each in one.ingredients) or None
            head = (one.number, one.name, one.maker, one.lot, expiry, expired)
            yield [*head, one.use.value, inside, one.drawn, one.by]

    return Table("products.csv", "Products that were taken, with lot and expiry", fields, ("product",)), rows()


def _doses(record: Record, found: Used) -> Filled:
    fields = (
        whole("product", "1", "number of the product; empty: of an ingredient, or nobody knows of which product"),
        text("of", "product or ingredient; empty: nobody knows of which product"),
        text("lot", "lot of the product"),
        text("zone", "empty: in no zone"),
        num("volume", "mL", "of the product, as far as it is known; its sum is the volume of the session"),
        num("mass", "mg", "of the ingredient"),
        num("activity", "IU", "of the ingredient, if it is stated in IU"),
        num("activity", "U", "of the ingredient, if it is stated in units that are not IU"),
        yes_no("at least", "whether more may have been given"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for dose in found.doses:
            product = found.product(dose.product) if dose.product is not None else None
            named = (dose.product, product.name, product.lot) if product is not None else (dose.product, None, None)
            yield [*named, dose.zone, in_ml(dose.volume), None, None, None, _bound(record, found, dose.zone)]
        for one in found.ingredients:
            amounts = [one.amount if one.unit == unit else None for unit in ("mg", "IU", "U")]
            yield [None, one.name, None, one.zone, None, *amounts, _bound(record, found, one.zone)]

    refers = {**OF_ZONE, "product": ("products.csv", "product")}
    return Table("product_doses.csv", "Doses of products and ingredients by zone", fields, refers=refers), rows()


def _bound(record: Record, found: Used, zone: str | None) -> bool:
    return not_exact(record, found, zone) is not None


def _syringes(record: Record, found: Used) -> Filled:
    fields = (
        required(whole("syringe", "1", "number of the syringe in the session", least=1)),
        text("label", "its name"),
        text("parts", "product and mL of each part"),
        num("prepared", "mL", "what was in it"),
        num("given", "mL", "sum of the injections from it; empty: no device says it"),
        yes_no("given at least", "whether more may have been given or purged"),
        num("perhaps", "mL", "given from it or from another one"),
        num("purged", "mL", "which is no dose"),
        num("left", "mL", "as stated; empty: nobody stated it"),
        num("wasted", "mL", "as stated; empty: nobody stated it"),
        num("difference", "mL", "what nobody accounts for; below zero: more came out than was in; empty: not known"),
        num("tolerance", "mL", "over it somebody is asked why"),
        yes_no("exceeds", "whether the difference is over it"),
        text("explained", "the reason that was given"),
        text("why", "why something of it is not known exactly"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for one in found.balances:
            left, drawn, syringe = one.leftover, one.drawn, one.syringe
            parts = "; ".join(f"{part.product}: {plain(part.volume)}" for part in syringe.parts)
            head = (syringe.number, syringe.label or None, parts, syringe.volume)
            came = (drawn.given, drawn.at_least, drawn.perhaps, drawn.purged)
            stayed = (left.left, left.wasted) if left is not None else (None, None)
            reason = explanations(record).get(of_syringe(syringe.number))
            yield [*head, *came, *stayed, one.difference, one.allowed, one.exceeds, reason, one.why]

    title = "Syringes: what was in them, what was given, and whether it adds up"
    return Table("syringes.csv", title, fields, ("syringe",)), rows()


def _consumables(found: Used) -> Filled:
    fields = (
        required(text("what", "needle or electrode", ("needle", "electrode"))),
        whole("gauge", "1", "of a needle", least=1),
        num("length", "mm", "of a needle; empty: nobody stated it", least=0),
        whole("needles", "count", "on the head"),
        text("electrode", "what sort of electrode it is"),
        num("area", "cm**2", "of an electrode; empty: nobody stated it", least=0),
        text("lot", "as printed on it; empty: nobody stated it"),
        text("by", "who stated it"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for one in found.consumables:
            if isinstance(one, Needle):
                yield ["needle", one.gauge, one.length, one.needles, None, None, one.lot, one.by]
            else:
                yield ["electrode", None, None, None, one.type, one.area, one.lot, one.by]

    return Table("consumables.csv", "Needles and electrodes that were used", fields), rows()
