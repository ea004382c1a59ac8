"""Whether a syringe adds up: what was in it against what was given, purged, left and wasted; and the same of a lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from devicelog.products.amounts import in_ml, in_nano
from devicelog.products.doses import shares
from devicelog.products.product import Product
from devicelog.products.syringe import Leftover, Syringe, Tolerance


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came out of a syringe as the devices say it, in mL; `given` None: no device says it.

    `perhaps` was given from this syringe or from another one. `why` says what is not known exactly; with `at_least`
    more was given than is known.
    """

    given: Decimal | None = Decimal(0)
    purged: Decimal = Decimal(0)
    perhaps: Decimal = Decimal(0)
    at_least: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A syringe at the end, in mL. `difference` is what nobody accounts for: below zero, more came out than was in.

    None: it cannot be worked out, and `why` says why.
    """

    syringe: Syringe
    drawn: Drawn
    leftover: Leftover | None
    difference: Decimal | None
    tolerance: Tolerance
    why: str | None

    @property
    def allowed(self) -> Decimal:
        """The tolerance in mL."""
        return self.tolerance.of(self.syringe.volume)

    @property
    def exceeds(self) -> bool:
        """Whether somebody has to explain it; what may have come from another syringe is given the benefit."""
        if self.difference is None:
            return False
        low = self.difference - self.drawn.perhaps
        return low > self.allowed or self.difference < -self.allowed


@dataclass(frozen=True, slots=True)
class LotBalance:
    """A lot at the end, in mL: what was drawn from it, and where that went. None: it is not known of every syringe."""

    name: str
    lot: str | None
    drawn: Decimal
    in_syringes: Decimal
    given: Decimal | None
    given_at_least: bool
    purged: Decimal
    left: Decimal | None
    wasted: Decimal | None

    @property
    def not_in_a_syringe(self) -> Decimal:
        """What was drawn and put into none."""
        return self.drawn - self.in_syringes

    @property
    def difference(self) -> Decimal | None:
        """What nobody accounts for; None if something of it is not known."""
        if self.given is None or self.left is None or self.wasted is None:
            return None
        return self.in_syringes - self.given - self.purged - self.left - self.wasted


def balance(syringe: Syringe, drawn: Drawn, leftover: Leftover | None, tolerance: Tolerance | None = None) -> Balance:
    """Whether a syringe adds up; the tolerance is that of the leftover, if none is given."""
    own = tolerance or (leftover.tolerance if leftover is not None else Tolerance())
    if leftover is None:
        return Balance(syringe, drawn, leftover, None, own, "nobody stated what was left in it")
    if drawn.given is None:
        return Balance(syringe, drawn, leftover, None, own, drawn.why or "no device says what was given")
    difference = syringe.volume - drawn.given - drawn.purged - leftover.left - leftover.wasted
    return Balance(syringe, drawn, leftover, difference, own, drawn.why)


def lot_balances(products: Sequence[Product], balances: Sequence[Balance]) -> list[LotBalance]:
    """Each lot that was taken, its syringes' amounts split by their mix."""
    lots: dict[tuple[str, str | None], list[Product]] = {}
    for product in products:
        lots.setdefault((product.name, product.lot), []).append(product)
    return [_lot(name, lot, of_lot, balances) for (name, lot), of_lot in lots.items()]


def _lot(name: str, lot: str | None, products: Sequence[Product], balances: Sequence[Balance]) -> LotBalance:
    numbers = {product.number for product in products}
    inside = [one for one in balances if not numbers.isdisjoint(one.syringe.mix)]
    parts = [part.volume for one in inside for part in one.syringe.parts if part.product in numbers]
    return LotBalance(
        name,
        lot,
        drawn=sum((product.drawn for product in products), Decimal(0)),
        in_syringes=sum(parts, Decimal(0)),
        given=_sum([(one.syringe.mix, one.drawn.given) for one in inside], numbers),
        given_at_least=any(one.drawn.at_least for one in inside),
        purged=_sum([(one.syringe.mix, one.drawn.purged) for one in inside], numbers) or Decimal(0),
        left=_sum([(one.syringe.mix, one.leftover.left if one.leftover else None) for one in inside], numbers),
        wasted=_sum([(one.syringe.mix, one.leftover.wasted if one.leftover else None) for one in inside], numbers),
    )


def _sum(amounts: Sequence[tuple[Mapping[int, int], Decimal | None]], numbers: set[int]) -> Decimal | None:
    """The share of some products in amounts of several syringes; None if one of these is not known."""
    total = 0
    for mix, amount in amounts:
        if amount is None:
            return None
        total += sum(share for product, share in shares(in_nano(amount), mix).items() if product in numbers)
    return in_ml(total)
