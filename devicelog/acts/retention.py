"""How long records are to be kept: an act in the chain of seals says it, and nothing is ever deleted because of it.

The usual figures, and what devicelog begins with: 8 years from the last entry, and of a minor at least until the 25th
birthday, the 26th if 17 at the last treatment. Both are named by pages and guides of practice, not by one law; a
clinic sets its own (docs/privacy.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from devicelog.ledger import Seal

#: What the act of setting the rule is called.
RETENTION_SET = "retention_set"
#: Whoever is younger at the last entry is a minor (years).
ADULT = 18


class Rule(msgspec.Struct, frozen=True):
    """So many years from the last entry; of a minor at least until that birthday. `by` is empty: as it came."""

    years: int = 8
    minor_until: int = 25
    by: str = ""
    number: int = msgspec.field(name="seal", default=0)
    wall: str = ""

    def until(self, last: date, born: date | None) -> date:
        """The first day on which a record need not be kept any more; without a birth date, as of an adult."""
        kept = years_after(last, self.years)
        if born is None or not is_minor(last, born):
            return kept
        birthday = self.minor_until + (age(last, born) == ADULT - 1)
        return max(kept, years_after(born, birthday))


class _Act(msgspec.Struct, frozen=True):
    act: str


def rule_of(acts: Iterable[Seal]) -> Rule:
    """The rule that the last of the acts says; they were signed by the installation, in order."""
    rule = Rule()
    for act in acts:
        try:
            if msgspec.json.decode(act.body, type=_Act).act == RETENTION_SET:
                rule = msgspec.json.decode(act.body, type=Rule)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return rule


def is_minor(on: date, born: date) -> bool:
    """Whether somebody was a minor on a day."""
    return age(on, born) < ADULT


def age(on: date, born: date) -> int:
    """Full years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February where there is none. The last day there is, beyond."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
