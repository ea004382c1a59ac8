"""What somebody was shown and has yet to confirm: kept for that person, for a few minutes, in memory alone."""

from __future__ import annotations

import secrets
import threading
from typing import Generic, TypeVar

from devicelog import clock
from devicelog.errors import NotNowError

#: How long it waits (s), and how many do so at most.
PATIENCE, _MOST = 300, 50

Shown = TypeVar("Shown")


class Pending(Generic[Shown]):
    """Safe in several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, str, Shown]] = {}
        self._guard = threading.Lock()

    def put(self, person: str, shown: Shown) -> str:
        """Keep what a person was shown; the name by which they confirm it."""
        name = secrets.token_hex(16)
        with self._guard:
            now = clock.boot_ns() / 1e9
            young = {key: kept for key, kept in self._kept.items() if now - kept[0] <= PATIENCE}
            self._kept = dict(list(young.items())[-_MOST + 1 :]) | {name: (now, person, shown)}
        return name

    def get(self, name: str, person: str) -> Shown:
        """What that person was shown; NotNowError if it is too long ago."""
        with self._guard:
            kept = self._kept.get(name)
        if kept is None or kept[1] != person or clock.boot_ns() / 1e9 - kept[0] > PATIENCE:
            raise NotNowError("that was too long ago, or is done already; begin again.")
        return kept[2]

    def drop(self, name: str) -> None:
        """It is done."""
        with self._guard:
            self._kept.pop(name, None)
