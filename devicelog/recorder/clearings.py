"""Which amounts a device was made to clear by a query whose reply is missing."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from devicelog.driver import Query


class Clearings:
    """The queries of one device that clear what they read, and how often each was sent since its last sound reply."""

    def __init__(self) -> None:
        self._sent: dict[Query, int] = {}
        self._used: dict[Query, None] = {}

    def sent(self, query: Query) -> None:
        """A query left the host."""
        if query.clears:
            self._used[query] = None
            self._sent[query] = self._sent.get(query, 0) + 1

    def doubt(self) -> None:
        """Nobody knows whether those that are sent again and again left the host once more."""
        for query in self._used:
            self.sent(query)

    def answered(self, metrics: AbstractSet[str]) -> frozenset[str]:
        """A sound reply came with these metrics: what an earlier query had cleared to which none came."""
        lost: set[str] = set()
        for query in [query for query in self._sent if metrics & set(query.clears)]:
            if self._sent.pop(query) > 1:
                lost |= set(query.clears)
        return frozenset(lost)

    @property
    def unanswered(self) -> frozenset[str]:
        """What was cleared by queries to which no sound reply has come."""
        return frozenset(metric for query in self._sent for metric in query.clears)
