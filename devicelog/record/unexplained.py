"""What of the products of a session does not add up and was not explained, and what was not stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.products.amounts import in_ml, ml
from devicelog.products.reconciliation import Balance
from devicelog.record.used import is_stated, used
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.record import Record


@dataclass(frozen=True, slots=True)
class Difference:
    """`of` is what an `explained` statement has to be of to take it away."""

    of: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def unexplained(record: Record) -> list[Difference]:
    """The differences over tolerance that nobody explained: of syringes, and of the devices' own totals."""
    explained = explanations(record)
    return [*of_syringes(record), *(one for one in _of_devices(record) if one.of not in explained)]


def of_syringes(record: Record) -> list[Difference]:
    """Those of the syringes alone."""
    explained = explanations(record)
    return [one for one in _of_syringes(record) if one.of not in explained]


def explanations(record: Record) -> dict[str, str]:
    """The reasons that were given, by what they are of; the last one counts."""
    made = record.statements.of(Kind.EXPLAINED)
    return {str(one.now["of"]): words(one.now.get("reason", "")) for one in made}


def unstated(record: Record) -> list[str]:
    """What nobody stated of the products and syringes that were used, in words."""
    return list(_unstated(record)) if is_stated(record) else []


def words(text: Any) -> str:
    """Free text as far as it can be read here."""
    return text if isinstance(text, str) else "[sealed]"


def of_syringe(number: int) -> str:
    """What an explanation of a syringe is of."""
    return f"syringe:{number}"


def of_figure(figure: Mapping[str, Any]) -> str:
    """What an explanation of a device's own total is of."""
    return f"device:{figure['link']}:{figure['metric']}"


def _of_syringes(record: Record) -> Iterator[Difference]:
    if not is_stated(record):
        return
    for one in used(record).balances:
        if one.exceeds and one.difference is not None:
            yield Difference(of_syringe(one.syringe.number), _sentence(one, one.difference))


def _sentence(one: Balance, difference: Decimal) -> str:
    side = "more came out of it than was in it" if difference < 0 else "nobody accounts for them"
    most = " at most" if one.drawn.at_least and difference > 0 else ""
    perhaps = f", {ml(one.drawn.perhaps)} of which may have been given" if one.drawn.perhaps else ""
    tolerance = f"the tolerance is {ml(one.allowed)}, {one.tolerance}"
    return f"{one.syringe} differs by {ml(abs(difference))}{most}{perhaps}: {side}; {tolerance}"


def _of_devices(record: Record) -> Iterator[Difference]:
    for figure in record.reconciled:
        if not figure["agrees"]:
            device = record.devices[figure["link"]].plan["driver"]
            counted, recorded = (_amount(figure, name) for name in ("device", "recorded"))
            metric = figure["metric"].replace("_", " ")
            said = f"{device} counted {counted} as {metric}, and {recorded} were recorded"
            yield Difference(of_figure(figure), f"{said}: they differ by {_amount(figure, 'difference')}")


def _amount(figure: Mapping[str, Any], name: str) -> str:
    amount = Decimal(figure[name])
    value = plain(abs(amount) if name == "difference" else amount)
    return f"{value} {figure['unit']}".removesuffix(" count")


def _unstated(record: Record) -> Iterator[str]:
    found = used(record)
    for product in found.products:
        lacks = [what for what, value in (("lot", product.lot), ("expiry", product.expiry)) if value is None]
        if lacks:
            yield f"product {product.number} ({product.name}): no {' and no '.join(lacks)} was stated"
    nowhere = sum(one.volume for one in found.given if None in one.origin)
    if nowhere:
        yield f"{ml(in_ml(nowhere))} were given while no syringe was stated to be in use"
    several = sum(one.volume for one in found.given if len(one.origin) > 1 and None not in one.origin)
    if several:
        yield f"of {ml(in_ml(several))} nobody knows from which of several syringes they came"
    for number in dict.fromkeys(number for _, number in record.doses.changes if number not in found.syringes):
        yield f"syringe {number} was in use and was never prepared: nobody knows what was in it"
    for one in found.balances:
        if one.leftover is None:
            yield f"{one.syringe}: what was left in it was not stated"
    for number in found.leftovers:
        if number not in found.syringes:
            yield f"what was left in syringe {number} was stated, and it was never prepared"
