"""The syringe in use in a live view: what was prepared in it, and what is left of that."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.products.syringe import Syringe
from devicelog.record.caveats import INJECTED, injects
from devicelog.record.used import drawn

if TYPE_CHECKING:
    from devicelog.live.state import LiveState


@dataclass(frozen=True, slots=True)
class InUse:
    """A syringe; volumes in mL. `left` is None where no device says what was given.

    `at_most`: more may have been given from it than is known, and `why` says why. Below zero, more came out of it than
    was in it.
    """

    number: int
    label: str
    prepared: Decimal
    left: Decimal | None
    at_most: bool
    why: str | None

    @property
    def share(self) -> Decimal:
        """The part that is left, 0 to 1."""
        if self.left is None or not self.prepared:
            return Decimal(0)
        return max(Decimal(0), min(Decimal(1), self.left / self.prepared))


def in_use(state: LiveState) -> InUse | None:
    """The syringe in use; None where none was stated."""
    record = state.record
    number = record.doses.in_use
    found = (made.now for made in record.statements.of(Kind.SYRINGE) if made.content["syringe"] == number)
    stated = next(found, None)
    if number is None or stated is None:
        return None
    syringe, out = Syringe.from_content(stated), drawn(record, number)
    if out.given is None and not injects(record) and _will_say(state):
        return InUse(number, syringe.label, syringe.volume, syringe.volume, bool(record.gaps), None)
    left = syringe.volume - out.given - out.purged if out.given is not None else None
    return InUse(number, syringe.label, syringe.volume, left, out.at_least or out.perhaps > 0, out.why)


def _will_say(state: LiveState) -> bool:
    """Whether a device is of a kind that says what it gives, though it has given nothing yet."""
    return any(state.kind(link) in INJECTED for link in state.record.devices)
