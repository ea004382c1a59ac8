"""What waits in the accounts: acts for the chain of seals, and tries that failed, for the throttle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from devicelog.store.database import Connection


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that is not in the chain of seals yet."""

    number: int
    content: dict[str, Any]


class ActRows:
    """The table `act`."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def add(self, content: dict[str, Any]) -> None:
        """Let an act wait; its change and it are one transaction."""
        self._database.execute("INSERT INTO act (body) VALUES (?)", (msgspec.json.encode(content),))

    def all(self) -> list[Waiting]:
        """What waits, in order."""
        rows = self._database.execute("SELECT number, body FROM act ORDER BY number")
        return [Waiting(number, msgspec.json.decode(body)) for number, body in rows]

    def written(self, numbers: Iterable[int]) -> None:
        """Forget those that are in the chain of seals."""
        self._database.executemany("DELETE FROM act WHERE number = ?", [(number,) for number in numbers])


@dataclass(frozen=True, slots=True)
class Tries:
    """So many tries in a row failed, the last one then (wall time, ns)."""

    count: int = 0
    last: int = 0


class TryRows:
    """The table `tries`; a key says of what they were, without saying it."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def get(self, key: bytes) -> Tries:
        """Those of a key."""
        for row in self._database.execute("SELECT count, last FROM tries WHERE key = ?", (key,)):
            return Tries(*row)
        return Tries()

    def put(self, key: bytes, tries: Tries) -> None:
        """Keep them; none are forgotten."""
        if tries.count <= 0:
            self._database.execute("DELETE FROM tries WHERE key = ?", (key,))
        else:
            sql = "INSERT INTO tries VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = ?2, last = ?3"
            self._database.execute(sql, (key, tries.count, tries.last))

    def forget(self, before: int, after: int) -> None:
        """Forget those whose last one is older than a moment, or lies behind another one that has not come yet."""
        self._database.execute("DELETE FROM tries WHERE last < ? OR last > ?", (before, after))
