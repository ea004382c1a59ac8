"""What devices reported while whoever treats had paused, as the live view says it: nothing stops a recording."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.numbers import some
from devicelog.observation.layout import NANO
from devicelog.record import amounts
from devicelog.treatment.totals import CHARGE_SCALE

if TYPE_CHECKING:
    from devicelog.treatment.totals import Totals


@dataclass(slots=True)
class WhilePaused:
    """Takes the totals of the session at each pause and each going on; units are those of `Totals`."""

    injections: int = 0
    volume: int = 0
    charge: int = 0
    _since: Totals | None = None

    def pause(self, totals: Totals) -> None:
        """A pause begins; one within a pause changes nothing."""
        if self._since is None:
            self._since = replace(totals)

    def go_on(self, totals: Totals) -> None:
        """The pause is over."""
        now = self._now(totals)
        self.injections, self.volume, self.charge = now
        self._since = None

    def said(self, totals: Totals) -> str:
        """What was reported in all pauses; "" if it was nothing."""
        injections, volume, charge = self._now(totals)
        said = [some(injections, "injection")] if injections else []
        said += [amounts.amount(Decimal(volume) / NANO, "mL")] if volume else []
        said += [amounts.amount(Decimal(charge) / CHARGE_SCALE, "mA*min")] if charge else []
        return ", ".join(said)

    def _now(self, totals: Totals) -> tuple[int, int, int]:
        """With what was reported in a pause that lasts; a correction that takes away is no report."""
        known = (self.injections, self.volume, self.charge)
        if self._since is None:
            return known
        since = (self._since.injections, self._since.volume, self._since.charge)
        now = (totals.injections, totals.volume, totals.charge)
        found = [had + max(0, new - old) for had, new, old in zip(known, now, since, strict=True)]
        return found[0], found[1], found[2]
