"""Log-ins that wait for their second factor: what was typed in the first step is held here, and in no page.

Only in memory, for as long as it takes to read six digits; under the token that the browser had before it logged in.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from devicelog.accounts.secret import hash_of_token

#: How long a log-in waits (ns), and how many do at most.
HELD = 3 * 60 * 1_000_000_000
_MOST = 200


@dataclass(frozen=True, slots=True)
class Begun:
    """The first step of a log-in; `at` is a wall time in ns."""

    login: str
    password: str = field(repr=False)
    at: int


class Pending:
    """Log-ins between their two steps; safe in several threads."""

    def __init__(self) -> None:
        self._begun: dict[bytes, Begun] = {}
        self._lock = threading.Lock()

    def hold(self, token: str, begun: Begun) -> None:
        """Keep the first step; the oldest gives way where too many wait."""
        with self._lock:
            self._drop_old(begun.at)
            self._begun.pop(hash_of_token(token), None)
            if len(self._begun) >= _MOST:
                del self._begun[next(iter(self._begun))]
            self._begun[hash_of_token(token)] = begun

    def get(self, token: str, now: int) -> Begun | None:
        """The first step, if it was taken just now."""
        with self._lock:
            self._drop_old(now)
            return self._begun.get(hash_of_token(token))

    def forget(self, token: str) -> None:
        """The log-in is done, or begins anew."""
        with self._lock:
            self._begun.pop(hash_of_token(token), None)

    def _drop_old(self, now: int) -> None:
        self._begun = {key: one for key, one in self._begun.items() if 0 <= now - one.at <= HELD}
