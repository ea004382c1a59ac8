"""How long until the next try: doubling from seconds to an hour, scattered so that many do not come at once."""

from __future__ import annotations

from collections.abc import Callable

#: The first delay and the longest (s).
FIRST, LONGEST = 5.0, 3600.0
#: Longer than this no receiver is left alone, whatever it asks for (s).
_LONGEST_ASKED = 86400.0

#: Gives a number from 0 up to 1.
Chance = Callable[[], float]


def delay(tries: int, chance: Chance, asked: float | None = None) -> float:
    """Seconds until the try after so many; at least as long as the receiver asked for."""
    full = min(LONGEST, FIRST * 2.0 ** min(tries - 1, 20))
    own = full * (0.5 + 0.5 * chance())
    return max(own, min(asked, _LONGEST_ASKED)) if asked is not None else own
