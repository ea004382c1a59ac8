"""The lots that were taken for a session, and how much of each was given where; from what people stated of products.

How much was given follows from the device's volumes and the syringe that they came from. Here it is said only where it
follows without a doubt: where all that was used is of one mix. What was drawn is told in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.numbers import number
from devicelog.record.caveats import dose, injects
from devicelog.search.digest import Lot, ZoneVolume

if TYPE_CHECKING:
    from devicelog.record.record import Record

#: Of each product the part that it has in what is injected.
Shares = dict[int, Decimal]


def lots_of(record: Record) -> list[Lot]:
    """The products of a session in the order in which they were stated; of one stated twice, the last statement."""
    products = {made.content.get("product"): made.content for made in record.statements.of(Kind.PRODUCT)}
    used, shares = _mix(record)
    taken = set().union(*(_shares(syringe) for syringe in used)) if used else set(products)
    zones = _zones(record)
    return [
        _lot(content, zones if product in taken else [], shares.get(product) if shares is not None else None)
        for product, content in products.items()
    ]


def _lot(content: dict[str, Any], zones: Sequence[tuple[str | None, Decimal | None]], share: Decimal | None) -> Lot:
    given = [
        ZoneVolume(zone, number(volume * share) if volume is not None and share is not None else None)
        for zone, volume in zones
    ]
    known = [Decimal(one.volume) for one in given if one.volume is not None]
    return Lot(
        product=str(content.get("name", "")),
        maker=_text(content.get("maker")),
        lot=_text(content.get("lot")),
        expiry=_text(content.get("expiry")),
        use=_text(content.get("use")),
        drawn=_text(content.get("drawn")),
        given=number(sum(known, Decimal(0))) if known and len(known) == len(given) else None,
        zones=given,
    )


def _mix(record: Record) -> tuple[list[dict[str, Any]], Shares | None]:
    """The syringes that were in use, or all if none was said to be, and their mix; None if they are not of one."""
    syringes = {made.content.get("syringe"): made.content for made in record.statements.of(Kind.SYRINGE)}
    named = [made.content.get("syringe") for made in record.statements.of(Kind.SYRINGE_IN_USE)]
    used = [syringes[name] for name in dict.fromkeys(named) if name in syringes] or list(syringes.values())
    mixes = [_shares(syringe) for syringe in used]
    if not mixes or any(mix != mixes[0] for mix in mixes) or (named and named[0] not in syringes):
        return used, None
    return used, mixes[0] or None


def _shares(syringe: dict[str, Any]) -> Shares:
    """The part of each product in a syringe; empty if its amounts cannot be read."""
    try:
        volumes = {part["product"]: Decimal(part["volume"]) for part in syringe.get("parts", ())}
    except (KeyError, TypeError, InvalidOperation):
        return {}
    whole = sum(volumes.values(), Decimal(0))
    return {product: volume / whole for product, volume in volumes.items()} if whole > 0 else {}


def _zones(record: Record) -> list[tuple[str | None, Decimal | None]]:
    """The zones in which something was injected, each with its volume; None where it is not known or a lower bound."""
    tally = record.tally
    if not injects(record):
        return [(zone, None) for zone, totals in tally.zones.items() if totals.samples] or [(None, None)]
    found: list[tuple[str | None, Decimal | None]] = []
    for zone in [zone for zone, totals in tally.zones.items() if totals.triggers or totals.volume] or [None]:
        volume = dose(record, zone, "volume")
        found.append((zone, None if volume.at_least else volume.value))
    return found


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
