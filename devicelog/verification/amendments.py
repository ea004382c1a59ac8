"""What stands behind the end of a session held against itself: late statements, and amendments, whole and in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devicelog.amendment import AMENDING, ENDS, unwrapped
from devicelog.ledger import LEDGER_ERRORS, Chain, Kind, Line, parse
from devicelog.statement import LATE


class Amendments:
    """Takes the entries of a session in their order. `last_kind` is that of the last one of the recording."""

    def __init__(self) -> None:
        self.last_kind: str | None = None
        self._count = 0
        self._stated: dict[str, Any] = {}
        self._own = Chain()
        self._counts = (1, 0, "")
        self._before = Line(0, b"", b"")

    def take(self, line: Line) -> Iterator[str]:
        """One more entry; yields what does not hold of it."""
        try:
            if line.kind == Kind.AMENDMENT:
                yield from self._amendment(line)
            elif line.kind == Kind.AMENDED:
                yield from self._amended(line)
            elif self._is_late(line):
                yield from self._whole()
            elif self._count or self.last_kind in ENDS:
                yield f"entry {line.number} stands behind the end of the session and is neither amendment nor statement"
        except LEDGER_ERRORS as error:
            yield f"entry {line.number} is no amendment that can be read: {error or repr(error)}"
        if line.kind not in AMENDING and not self._is_late(line):
            self.last_kind = line.kind
        if not self._is_late(line):
            self._before = line

    def _is_late(self, line: Line) -> bool:
        """Whether it is a statement behind the end."""
        return line.kind in LATE and (bool(self._count) or self.last_kind in ENDS)

    def end(self) -> Iterator[str]:
        """There are no more entries."""
        yield from self._whole()

    def _amendment(self, line: Line) -> Iterator[str]:
        if self._count == 0:
            self._counts = (1, self._before.number, self._before.hash.hex())
            if self.last_kind not in ENDS:
                yield f"entry {line.number} amends a session that has not ended"
        yield from self._whole()
        self._count += 1
        self._stated, self._own = line.entry().content, Chain()
        if self._stated["amendment"] != self._count:
            yield f"entry {line.number} says that it is amendment {self._stated['amendment']}, expected {self._count}"
        of = self._stated["of"]
        if (of["first"], of["last"], of["head"]) != self._counts:
            first, last, _ = self._counts
            yield f"amendment {self._count} is not of the entries {first} to {last} as they are"

    def _amended(self, line: Line) -> Iterator[str]:
        if self._count == 0:
            yield f"entry {line.number} belongs to no amendment"
            return
        body = unwrapped(line.body)
        self._own.append(body)
        if line.entry().content["amendment"] != self._count:
            yield f"entry {line.number} belongs to another amendment than the one before it"
        if parse(body).number != self._own.count:
            yield f"entry {line.number} holds an entry out of its turn: {self._own.count} was expected"

    def _whole(self) -> Iterator[str]:
        """Whether the amendment that is over has all that it states; from then on it is what counts."""
        if self._count == 0:
            return
        head = self._own.head.hex() if self._own.count else None
        if (self._stated.get("entries"), self._stated.get("head")) != (self._own.count, head):
            yield f"amendment {self._count} does not have the entries that it states"
        if self._own.count:
            last = self._before.number
            self._counts = (last - self._own.count + 1, last, self._before.hash.hex())
