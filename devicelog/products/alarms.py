"""What a syringe in use alarms about: a lot that is expired, recalled, or not known.

A stop that is learned while a person is treated is an alarm of high priority, and the recording goes on
(docs/products.md). One that somebody overrode before is known already: low, so that it stays in sight.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from devicelog.driver import Priority
from devicelog.ledger import Kind
from devicelog.products.checks import stops
from devicelog.products.product import Product
from devicelog.products.recall import Recalls
from devicelog.products.syringe import Syringe

#: A kind of act and its content, for `devicelog.recorder.act.act`.
Act = tuple[Kind, dict[str, Any]]


def conditions(
    syringe: Syringe,
    products: Sequence[Product],
    today: date,
    recalled: Recalls | None = None,
    overridden: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The contents of the alarms of a syringe, one for each product in it that should not be used.

    `overridden` holds what was overridden before, as `of` of an override says it.
    """
    inside = {part.product for part in syringe.parts}
    found = []
    for product in products:
        why = [stop.sentence.split(";")[0] for stop in stops(product, products, today, recalled)]
        if product.number in inside and why:
            priority = Priority.LOW if product.override(products) in overridden else Priority.HIGH
            text = f"{syringe}: {'; '.join(why)}"
            found.append({"about": _about(syringe, product), "priority": priority.value, "text": text})
    return found


def put_in_use(
    syringe: Syringe,
    before: Syringe | None,
    products: Sequence[Product],
    today: date,
    recalled: Recalls | None = None,
    overridden: Collection[str] = (),
    because: str = "chosen",
) -> list[Act]:
    """The acts of taking a syringe into use in the place of another: its alarms begin, those of the other end."""
    acts: list[Act] = [(Kind.SYRINGE_IN_USE, {"syringe": syringe.number, "because": because})]
    now = conditions(syringe, products, today, recalled, overridden)
    past = conditions(before, products, today, recalled, overridden) if before is not None else []
    still = {alarm["about"] for alarm in now}
    acts += [(Kind.ALARM_ENDED, {"about": alarm["about"]}) for alarm in past if alarm["about"] not in still]
    acts += [(Kind.ALARM, alarm) for alarm in now]
    return acts


def _about(syringe: Syringe, product: Product) -> str:
    """The condition: another syringe with the same lot is another one."""
    return f"syringe:{syringe.number}:product:{product.number}"
