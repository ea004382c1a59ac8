"""What stands behind the end of a session held against itself: late statements, signatures, and amendments.

An amendment has to be of the entries that it names, and whole; a corrected value has to be the one that stood there. A
signature has to be of all that stands before it, a receipt of a delivery of a version that stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from devicelog.ledger import LEDGER_ERRORS, Chain, Entry, Kind, Line, parse
from devicelog.ledger.amendment import AMENDING, ENDS, What, unwrapped
from devicelog.ledger.statement import LATE, STATED, changed, value_at

#: What is never stated before the end.
_BEHIND: Mapping[str, str] = {Kind.SIGNED: "signs", Kind.DELIVERED: "is the receipt of"}
#: The first entry can be corrected in this alone.
_OF_THE_FIRST = ("practitioner",)


class Amendments:
    """Takes the entries of a session in their order. `last_kind` is that of the last one of the recording."""

    def __init__(self) -> None:
        self.last_kind: str | None = None
        self._over = False
        self._count = 0
        self._stated: dict[str, Any] = {}
        self._own = Chain()
        self._counts = (1, 0, "")
        self._before = Line(0, b"", b"")
        self._last = Line(0, b"", bytes(32))
        self._contents: dict[int, dict[str, Any]] = {}
        self._ends: dict[int, str] = {}

    def take(self, line: Line) -> Iterable[str]:
        """One more entry; what does not hold of it."""
        kind = line.kind
        if kind == Kind.OBSERVATION and not self._over:  # of an observation before the end nothing is asked
            self.last_kind, self._before, self._last = kind, line, line
            return ()
        return self._take(line, kind)

    def _take(self, line: Line, kind: str) -> Iterator[str]:
        behind = self._over or kind in AMENDING
        late = self._over and kind in LATE
        try:
            if kind == Kind.AMENDMENT:
                yield from self._amendment(line)
            elif kind == Kind.AMENDED:
                yield from self._amended(line)
            elif late:
                yield from self._late(line)
            elif self._over:
                yield f"entry {line.number} stands behind the end of the session and is neither amendment nor statement"
            elif kind in _BEHIND:
                yield f"entry {line.number} {_BEHIND[kind]} a session that has not ended"
        except LEDGER_ERRORS as error:
            what = "amendment" if kind in AMENDING else "statement"
            yield f"entry {line.number} is no {what} that can be read: {error or repr(error)}"
        if not behind:
            self.last_kind = kind
            self._over = kind in ENDS
        if not late:
            self._before = line
        self._last = line
        if kind in STATED or kind == Kind.STARTED:
            with suppress(*LEDGER_ERRORS):  # one that cannot be read is said by the chain
                self._contents[line.number] = line.entry().content

    def end(self) -> Iterator[str]:
        """There are no more entries."""
        yield from self._whole()

    # -- statements --------------------------------------------------------------------------------------------

    def _late(self, line: Line) -> Iterator[str]:
        yield from self._whole()
        self._keep_end()
        content = line.entry().content
        at = content.get("at")
        if not isinstance(at, dict) or not isinstance(at.get("wall"), str):
            yield f"entry {line.number} stands behind the end of the session and does not say when it was made"
        if line.kind == Kind.SIGNED and (content["entries"], content["head"]) != self._head():
            yield f"entry {line.number} is a signature of something else than the {self._last.number} entries before it"
        if line.kind == Kind.DELIVERED and self._ends.get(content["of"]["entries"]) != content["of"]["head"]:
            yield f"entry {line.number} is a receipt for something else than the entries before it"

    def _keep_end(self) -> None:
        """What can be delivered ends where something is stated behind it."""
        if self._last.kind != Kind.DELIVERED:
            self._ends[self._last.number] = self._last.hash.hex()

    def _head(self) -> tuple[int, str]:
        return self._last.number, self._last.hash.hex()

    def _correct(self, line: Line) -> Iterator[str]:
        """The values that an amendment corrects: each was the one that it says."""
        for change in self._stated["changes"]:
            number, path = change["entry"], change["field"]
            content = self._contents.get(number)
            if content is None or (number == 1 and path not in _OF_THE_FIRST):
                yield f"entry {line.number} corrects {path!r} of entry {number}, which is nothing that a person stated"
            elif value_at(content, path) != change["old"]:
                yield f"entry {line.number} corrects {path!r} of entry {number}, which was not what it says"
            else:
                self._contents[number] = changed(content, path, change["new"])

    # -- amendments --------------------------------------------------------------------------------------------

    def _amendment(self, line: Line) -> Iterator[str]:
        if self._count == 0:
            self._counts = (1, self._before.number, self._before.hash.hex())
            if not self._over:
                yield f"entry {line.number} amends a session that has not ended"
        yield from self._whole()
        self._keep_end()
        self._count += 1
        self._over = True
        self._stated, self._own = line.entry().content, Chain()
        if self._stated["amendment"] != self._count:
            yield f"entry {line.number} says that it is amendment {self._stated['amendment']}, expected {self._count}"
        of = self._stated["of"]
        if (of["first"], of["last"], of["head"]) != self._counts:
            first, last, _ = self._counts
            yield f"amendment {self._count} is not of the entries {first} to {last} as they are"
        if self._stated["what"] == What.CORRECTED:
            yield from self._correct(line)

    def _amended(self, line: Line) -> Iterator[str]:
        if self._count == 0:
            yield f"entry {line.number} belongs to no amendment"
            return
        body = unwrapped(line.body)
        self._own.append(body)
        if line.entry().content["amendment"] != self._count:
            yield f"entry {line.number} belongs to another amendment than the one before it"
        within: Entry = parse(body)
        if within.number != self._own.count:
            yield f"entry {line.number} holds an entry out of its turn: {self._own.count} was expected"
        if within.kind in STATED:
            self._contents[line.number] = within.content

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
