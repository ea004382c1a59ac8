"""Which query a reply belongs to that does not say so itself.

A device answers in order, and may not answer at all. So a reply without a name is that of a query only if no other
query without a name still waits; otherwise nobody can tell, and it is not paired. A reply that names itself settles all
that was asked before it: it has been answered by now, or it never will be.
"""

from __future__ import annotations

#: So many queries may wait; a device that lets more wait does not answer.
MOST = 16


class Outstanding:
    """The queries that were sent and not answered yet, oldest first; replies to those of `naming` name themselves."""

    def __init__(self, naming: frozenset[str]) -> None:
        self._naming = naming
        self._waiting: list[str] = []
        self._in_step = True

    def sent(self, name: str) -> None:
        """A query left the host."""
        if len(self._waiting) == MOST:
            self._waiting.pop(0)
            self._in_step = False
        self._waiting.append(name)

    def named(self, name: str) -> None:
        """A reply came that names itself."""
        if name in self._waiting:
            del self._waiting[: self._waiting.index(name) + 1]
            self._in_step = True

    def unnamed(self) -> str | None:
        """A reply came without a name: the query that it answers, None if it may be another's."""
        return self._only({name for name in self._waiting if name not in self._naming})

    def among(self, names: frozenset[str]) -> str | None:
        """A reply came that is of one of these: the query that it answers, None if it may be another's.

        The only one that it can be of names itself, whether it was asked or not.
        """
        if len(names) == 1:
            (name,) = names
            self.named(name)
            return name
        return self._only({name for name in self._waiting if name in names})

    def _only(self, names: set[str]) -> str | None:
        if len(names) != 1 or not self._in_step:
            return None
        (name,) = names
        del self._waiting[: self._waiting.index(name) + 1]
        return name

    def clear(self) -> None:
        """The line went away: nothing that was asked will be answered."""
        self._waiting.clear()
        self._in_step = True

    @property
    def oldest(self) -> str | None:
        """The query that has waited longest."""
        return self._waiting[0] if self._waiting else None
