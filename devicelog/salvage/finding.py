"""The rows on every page of a damaged store that can be read, and where those of each session lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from devicelog.chunk import Chunk
from devicelog.ledger import Line
from devicelog.store.pages import Image, Pages
from devicelog.store.reader import chunk_of
from devicelog.store.rows import Values, rows_on
from devicelog.store.schema import SHIFT

#: Told how many pages were looked at, of how many.
Progress = Callable[[int, int], None]

_BY_KEY = ("entry", "chunk")


@dataclass(slots=True)
class Rows:
    """The entries and chunks of one session that can be read, by their numbers."""

    lines: dict[int, Line] = field(default_factory=dict)
    chunks: dict[int, Chunk] = field(default_factory=dict)
    stored: dict[int, Values] = field(default_factory=dict)
    """The chunks' rows as they were stored."""


class Found:
    """All that can be read of a store: small tables by their keys, and on which pages each session's rows are."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.sessions: dict[int, Values] = {}
        self.seals: dict[int, Values] = {}
        self.approvals: dict[int, Values] = {}
        self.subjects: dict[str, Values] = {}
        self._places: dict[int, list[Image]] = defaultdict(list)

    def look(self, progress: Progress) -> None:
        """Read every page; what a newer version of a page says counts before what an older one does."""
        for done, total in self._pages.scan():
            progress(done, total)
        small = {"session": self.sessions, "seal": self.seals, "approval": self.approvals, "subject": self.subjects}
        for image in self._images():
            here = set()
            for table, values in self._rows(image):
                if table in _BY_KEY:
                    here.add(values[0] >> SHIFT)
                else:
                    small[table].setdefault(values[0], values)  # type: ignore[attr-defined]
            for session in here:
                self._places[session].append(image)

    def numbers(self) -> set[int]:
        """The numbers of all sessions of which anything is left."""
        of_seals = {values[1] for values in self.seals.values()}
        return {number for number in {*self._places, *self.sessions, *of_seals} if 0 < number < 1 << 31}

    def rows(self, session: int) -> Rows:
        """What can be read of a session's entries and chunks."""
        found = Rows()
        for image in self._places.get(session, ()):
            for table, values in self._rows(image):
                if table in _BY_KEY and values[0] >> SHIFT == session:
                    _take(found, table, values, values[0] - (session << SHIFT))
        return found

    def _images(self) -> list[Image]:
        return [*self._pages.current.values(), *reversed(self._pages.older)]

    def _rows(self, image: Image) -> list[tuple[str, Values]]:
        page = self._pages.read(image)
        return list(rows_on(page, image.number, self._pages.page)) if page is not None else []


def _take(found: Rows, table: str, values: Values, number: int) -> None:
    if table == "entry":
        found.lines.setdefault(number, Line(number, values[1], values[2]))
        return
    if number not in found.chunks:
        try:
            found.chunks[number] = chunk_of(values[1:])
        except ValueError:
            return
        found.stored[number] = values
