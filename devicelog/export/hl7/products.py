"""What was given of each product and ingredient as rows of a message, in all and by zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog.export.hl7.figures import site
from devicelog.export.hl7.segments import moment
from devicelog.export.hl7.terms import COMPUTED, own
from devicelog.export.hl7.tree import About, Tree, amount, text
from devicelog.export.session import ExportedSession
from devicelog.record.products import products
from devicelog.record.record import Record

Json = Mapping[str, Any]
_UNKNOWN = "nobody stated of which product it was"


def product_rows(session: ExportedSession, tree: Tree) -> None:
    """The part of the tree about products; nothing where nobody stated any."""
    record = session.record
    found = products(record).get("products")
    if not found:
        return
    tree.vmd(own("products"))
    taken = {one["product"]: one for one in found["taken"]}
    given = {one["product"]: one for one in found["doses"]}
    for number in dict.fromkeys([*taken, *given]):
        tree.channel(own("product"))
        _identity(tree, taken.get(number))
        if number in given:
            _doses(record, tree, "product-dose", "volume", given[number], found["not_exact"])
    for ingredient in found["ingredients"]:
        tree.channel(own("ingredient"))
        tree.metric(own("ingredient"), text(ingredient["name"]))
        _doses(record, tree, "ingredient-dose", "dose", ingredient, found["not_exact"])


def _identity(tree: Tree, product: Json | None) -> None:
    """Name, lot and expiry as they were stated."""
    if product is None:
        tree.metric(own("product-name"), None, why=_UNKNOWN)
        return
    for code, field in (("product-name", "name"), ("product-lot", "lot"), ("product-expiry", "expiry_printed")):
        said = product[field]
        tree.metric(own(code), text(said) if said else None, why=None if said else "not stated")


def _doses(record: Record, tree: Tree, code: str, field: str, given: Json, not_exact: str | None) -> None:
    """A dose in all, then zone by zone."""
    at = moment(record.wall(record.last_us))
    for one, zone in [(given, None), *((one, one["zone"]) for one in given["zones"])]:
        quantity, bound = one[field], one["at_least"]
        why = f"at least: {not_exact}" if bound and not_exact else None
        about = About(at=at, method=COMPUTED, site=site(record, zone))
        tree.metric(own(code), amount(quantity["value"], quantity["unit"], at_least=bound), about, why)
