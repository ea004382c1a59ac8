"""Lots that must not be used any more: acts in the chain of seals, folded; pure (docs/products.md).

A recall names a lot as it is printed, and the product if two makers have lots of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from devicelog.ledger import Seal
    from devicelog.products.product import Product

#: What the act of recalling a lot is called.
LOT_RECALLED = "lot_recalled"
#: What the act of taking a recall back is called.
LOT_RELEASED = "lot_released"


class Recall(msgspec.Struct, frozen=True):
    """A lot that was recalled, as its act says it; `number` is that of the act, `product` None: whatever it is of."""

    lot: str
    product: str | None
    reason: str
    by: str
    number: int = msgspec.field(name="seal", default=0)
    wall: str = ""

    @property
    def name(self) -> str:
        """How people name it."""
        return f"lot {self.lot} of {self.product}" if self.product is not None else f"lot {self.lot}"

    def is_of(self, lot: str | None, product: str) -> bool:
        """Whether that product of that lot is recalled; capitals and blanks around a name say nothing."""
        return lot is not None and _same(self.lot, lot) and (self.product is None or _same(self.product, product))

    def covers(self, other: Recall) -> bool:
        """Whether this says all that another would; one of every product covers that of one product, too."""
        if not _same(self.lot, other.lot):
            return False
        return self.product is None or (other.product is not None and _same(self.product, other.product))

    def content(self) -> dict[str, Any]:
        """What the act says besides its place in the chain."""
        return {"lot": self.lot, "product": self.product, "reason": self.reason, "by": self.by}


class Released(msgspec.Struct, frozen=True):
    """The act that took a recall back."""

    number: int = msgspec.field(name="seal")
    wall: str
    by: str
    reason: str
    recall: int


class _Act(msgspec.Struct, frozen=True):
    act: str


class Recalls:
    """All recalls of an installation, those that hold and those that were taken back.

    `acts` are acts of the installation that its keys have signed, in order; one that cannot be read says nothing here.
    """

    def __init__(self, acts: Iterable[Seal] = ()) -> None:
        self._holding: dict[int, Recall] = {}
        self.past: list[tuple[Recall, Released]] = []
        """Each with the act that took it back."""
        for act in acts:
            self._take(act.body)

    def __iter__(self) -> Iterator[Recall]:
        return iter(self._holding.values())

    def __len__(self) -> int:
        return len(self._holding)

    def named(self, lot: str, product: str | None = None) -> list[Recall]:
        """Those that name a lot, and if one is given, a product."""
        named = [one for one in self if _same(one.lot, lot)]
        return [one for one in named if product is None or (one.product is not None and _same(one.product, product))]

    def of(self, product: Product) -> Recall | None:
        """The recall that holds of a product that was taken."""
        return next((one for one in self if one.is_of(product.lot, product.name)), None)

    def _take(self, body: bytes) -> None:
        try:
            act = msgspec.json.decode(body, type=_Act).act
            if act == LOT_RECALLED:
                recall = msgspec.json.decode(body, type=Recall)
                self._holding[recall.number] = recall
            elif act == LOT_RELEASED:
                released = msgspec.json.decode(body, type=Released)
                if released.recall in self._holding:
                    self.past.append((self._holding.pop(released.recall), released))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
