"""How often frames are made: at once where that is cheap, and never for more than a part of a core's time."""

from __future__ import annotations

#: Frames are no closer than this (ns): a screen shows no more.
LEAST_NS = 25_000_000
#: Nor further apart: what is on screen may not be older.
MOST_NS = 500_000_000
#: Making frames takes at most this part of the time.
SHARE = 0.15
#: How much a new cost weighs against those before.
_WEIGHT = 0.2


class Pace:
    """Told when a frame began and what it took; says when the next is due. Times in ns of the boot-time clock."""

    def __init__(self) -> None:
        self._began_ns = 0
        self._cost_ns = 0.0

    @property
    def interval_ns(self) -> int:
        """The shortest time from the beginning of one frame to that of the next."""
        return int(min(max(self._cost_ns / SHARE, LEAST_NS), MOST_NS))

    def took(self, began_ns: int, cost_ns: int) -> None:
        """A frame was made."""
        self._began_ns = began_ns
        self._cost_ns += _WEIGHT * (cost_ns - self._cost_ns)

    def wait_ns(self, now_ns: int) -> int:
        """How long to wait for the next frame; 0: it is due."""
        return max(0, self._began_ns + self.interval_ns - now_ns)
