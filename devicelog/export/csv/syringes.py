"""From which syringe an observation came, and what was in it: the cells of a row that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from devicelog.products.doses import Origin
from devicelog.products.product import Product
from devicelog.products.syringe import Syringe
from devicelog.record.record import Record
from devicelog.record.used import is_stated, used

#: Number of the syringe, names of the products in it, their lots.
Source = tuple[int | None, str | None, str | None]
NO_SOURCE: Source = (None, None, None)
#: Of a product whose lot nobody stated.
_NO_LOT = "not stated"


@dataclass(frozen=True, slots=True)
class Syringes:
    """The syringes of a session and the products that were in them."""

    record: Record
    syringes: Mapping[int, Syringe]
    products: Mapping[int, Product]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Those that were stated."""
        if not is_stated(record):
            return cls(record, {}, {})
        found = used(record)
        return cls(record, found.syringes, {product.number: product for product in found.products})

    def source(self, syringe: int | None) -> Source:
        """What was given from this syringe."""
        if syringe is None or syringe not in self.syringes:
            return (syringe, None, None)
        parts = [self.products.get(part.product) for part in self.syringes[syringe].parts]
        names = [part.name if part is not None else "not stated" for part in parts]
        lots = [(part.lot if part is not None else None) or _NO_LOT for part in parts]
        return (syringe, "; ".join(names) or None, "; ".join(lots) or None)

    def at(self, happened_us: int | None, uncertain_us: int) -> Source:
        """What was given at a moment that is known so exactly; nothing if it may be of several syringes."""
        if happened_us is None:
            changes = self.record.doses.changes
            origin: Origin = self.record.doses.during(0, changes[-1][0]) if changes else (None,)
        else:
            origin = self.record.doses.during(happened_us - uncertain_us, happened_us + uncertain_us)
        return self.source(origin[0]) if len(origin) == 1 else NO_SOURCE
