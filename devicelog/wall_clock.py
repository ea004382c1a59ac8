"""The wall time of a session's moments, from the times that its entries state."""

from __future__ import annotations

from datetime import datetime, timedelta


class WallClock:
    """The host's wall time (UTC) of a session's moments, by the last time that was stated before each of them."""

    def __init__(self) -> None:
        self._anchors: list[tuple[int, datetime]] = []

    def add(self, t_us: int, wall: str) -> None:
        """Take a stated time."""
        self._anchors.append((t_us, datetime.fromisoformat(wall)))

    @property
    def is_set(self) -> bool:
        """Whether any time was stated."""
        return bool(self._anchors)

    def at(self, t_us: int) -> datetime:
        """The wall time of a moment; IndexError before any time was stated."""
        at_us, wall = next((a for a in reversed(self._anchors) if a[0] <= t_us), self._anchors[0])
        return wall + timedelta(microseconds=t_us - at_us)
