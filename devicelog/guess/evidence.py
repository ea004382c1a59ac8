"""How much a finding is worth: the decimal digits of the odds against chance."""

from __future__ import annotations

from enum import StrEnum
from math import log, log10

#: Less than this is no claim; from the second on it is a strong one (digits of the odds against chance).
LIKELY, STRONG = 4.0, 8.0
#: Whatever the odds, a claim rests on so many frames, and on so many that differ.
FEWEST, FEWEST_DIFFERENT = 3, 2


class Sureness(StrEnum):
    """How sure a claim is."""

    LIKELY = "likely"
    STRONG = "strong"


def digits(found: int, tries: int, chance: float) -> float:
    """At least so many digits are the odds that `found` or more of `tries` come by chance, each with that chance.

    Chernoff's bound with the relative entropy of the two shares (Hoeffding 1963, theorem 1); 0 for what is no surprise.
    """
    if not tries or chance >= 1 or found / tries <= chance:
        return 0.0
    share = found / tries
    entropy = share * log(share / chance)
    if share < 1:
        entropy += (1 - share) * log((1 - share) / (1 - chance))
    return tries * entropy / log(10)


def after_trying(found: float, hypotheses: float) -> float:
    """The digits that are left when so many hypotheses were tried and the best one was taken (Bonferroni)."""
    return found - log10(max(1.0, hypotheses))


def sureness(found: float) -> Sureness | None:
    """What so many digits are called; None: no claim."""
    if found < LIKELY:
        return None
    return Sureness.STRONG if found >= STRONG else Sureness.LIKELY
