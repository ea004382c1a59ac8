"""Products of a session as plain JSON: what was taken, from where it was given, doses, and whether it adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from devicelog.ledger import Kind
from devicelog.numbers import number, rfc3339, seconds
from devicelog.products.amounts import in_ml
from devicelog.products.consumable import Electrode, Needle
from devicelog.products.product import Product
from devicelog.products.reconciliation import Balance, LotBalance
from devicelog.products.syringe import Syringe
from devicelog.record.unexplained import explanations, of_syringe, unexplained, unstated
from devicelog.record.used import Used, day, is_stated, not_exact, used

if TYPE_CHECKING:
    from devicelog.record.record import Record

Json = dict[str, Any]
Dose = TypeVar("Dose")


def products(record: Record) -> Json:
    """The part `products` of a record's JSON; nothing where nobody stated any."""
    if not is_stated(record):
        return {}
    found = used(record)
    return {
        "products": {
            "taken": [_product(record, product) for product in found.products],
            "syringes": [_syringe(record, syringe) for syringe in found.syringes.values()],
            "given": [
                {"syringes": list(one.origin), "zone": one.zone, "volume": _ml(in_ml(one.volume))}
                for one in found.given
            ],
            "doses": _doses(record, found),
            "ingredients": _ingredients(record, found),
            "not_exact": not_exact(record, found),
            "reconciliation": [_balance(record, one) for one in found.balances],
            "lots": [_lot(one) for one in found.lots],
            "unexplained": [{"of": one.of, "sentence": one.sentence} for one in unexplained(record)],
            "unstated": unstated(record),
            "consumables": [_consumable(one) for one in found.consumables],
        }
    }


def _product(record: Record, product: Product) -> Json:
    expiry = product.expiry
    return {
        "product": product.number,
        "name": product.name,
        "maker": product.maker,
        "lot": product.lot,
        "expiry": expiry.last.isoformat() if expiry is not None else None,
        "expiry_printed": expiry.printed if expiry is not None else None,
        "expired": expiry.has_passed(day(record)) if expiry is not None else None,
        "use": product.use.value,
        "ingredients": [
            {
                "name": one.name,
                "concentration": _quantity(one.concentration.per_ml, one.concentration.unit),
                "stated": one.concentration.stated,
            }
            for one in product.ingredients
        ],
        "drawn": _ml(product.drawn),
        "by": product.by,
    }


def _syringe(record: Record, syringe: Syringe) -> Json:
    uses = [one for one in record.statements.of(Kind.SYRINGE_IN_USE) if one.content["syringe"] == syringe.number]
    return {
        "syringe": syringe.number,
        "label": syringe.label,
        "parts": [{"product": part.product, "volume": _ml(part.volume)} for part in syringe.parts],
        "ratio": list(syringe.ratio),
        "volume": _ml(syringe.volume),
        "by": syringe.by,
        "in_use": [
            {
                "since": rfc3339(record.wall(one.t_us)),
                "since_after": _quantity(seconds(one.t_us), "s"),
                "because": one.content.get("because"),
            }
            for one in uses
        ],
    }


def _doses(record: Record, found: Used) -> list[Json]:
    """A dose for each product, in all and by zone; product null: nobody knows of which."""
    listed = []
    for number_, doses in _grouped(found.doses, lambda dose: dose.product).items():
        product = found.product(number_) if number_ is not None else None
        listed.append(
            {
                "product": number_,
                "name": product.name if product is not None else None,
                "lot": product.lot if product is not None else None,
                "volume": _ml(in_ml(sum(dose.volume for dose in doses))),
                "at_least": not_exact(record, found) is not None,
                "zones": [
                    {"zone": dose.zone, "volume": _ml(in_ml(dose.volume)), "at_least": _bound(record, found, dose.zone)}
                    for dose in doses
                ],
            }
        )
    return listed


def _ingredients(record: Record, found: Used) -> list[Json]:
    return [
        {
            "name": name,
            "dose": _quantity(sum((dose.amount for dose in doses), Decimal(0)), unit),
            "at_least": not_exact(record, found) is not None,
            "zones": [
                {"zone": dose.zone, "dose": _quantity(dose.amount, unit), "at_least": _bound(record, found, dose.zone)}
                for dose in doses
            ],
        }
        for (name, unit), doses in _grouped(found.ingredients, lambda dose: (dose.name, dose.unit)).items()
    ]


def _bound(record: Record, found: Used, zone: str | None) -> bool:
    return not_exact(record, found, zone) is not None


def _balance(record: Record, one: Balance) -> Json:
    left, drawn = one.leftover, one.drawn
    return {
        "syringe": one.syringe.number,
        "prepared": _ml(one.syringe.volume),
        "given": _ml(drawn.given),
        "given_at_least": drawn.at_least,
        "perhaps": _ml(drawn.perhaps),
        "purged": _ml(drawn.purged),
        "left": _ml(left.left) if left is not None else None,
        "wasted": _ml(left.wasted) if left is not None else None,
        "difference": _ml(one.difference),
        "tolerance": _ml(one.allowed),
        "tolerance_is": str(one.tolerance),
        "exceeds": one.exceeds,
        "explained": explanations(record).get(of_syringe(one.syringe.number)),
        "why": one.why,
    }


def _lot(one: LotBalance) -> Json:
    amounts = {
        "drawn": one.drawn,
        "in_syringes": one.in_syringes,
        "not_in_a_syringe": one.not_in_a_syringe,
        "given": one.given,
        "purged": one.purged,
        "left": one.left,
        "wasted": one.wasted,
        "difference": one.difference,
    }
    said = {name: _ml(amount) for name, amount in amounts.items()}
    return {"name": one.name, "lot": one.lot, **said, "given_at_least": one.given_at_least}


def _consumable(one: Needle | Electrode) -> Json:
    if isinstance(one, Needle):
        length = _quantity(one.length, "mm") if one.length is not None else None
        said: Json = {"what": "needle", "gauge": one.gauge, "length": length, "needles": one.needles}
    else:
        area = _quantity(one.area, "cm**2") if one.area is not None else None
        said = {"what": "electrode", "type": one.type, "area": area}
    return {**said, "lot": one.lot, "by": one.by}


def _grouped(doses: Iterable[Dose], key: Callable[[Dose], Any]) -> Mapping[Any, list[Dose]]:
    groups: dict[Any, list[Dose]] = {}
    for dose in doses:
        groups.setdefault(key(dose), []).append(dose)
    return groups


def _ml(value: Decimal | None) -> Json | None:
    return _quantity(value, "mL") if value is not None else None


def _quantity(value: Decimal, unit: str) -> Json:
    return {"value": number(value), "unit": unit}
