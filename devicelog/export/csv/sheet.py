"""A table of observations while it is written: rows gather until there are many, or until their context changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.observation_rows import Context, LayoutRows, Observed
from devicelog.export.csv.table import TableWriter
from devicelog.ledger import Entry

#: So many rows are made into lines at once.
_ROWS = 512
#: Where an observation has its number and that of its layout.
_NUMBER, _LAYOUT = 0, 3


class Sheet:
    """The file of a table, and what makes the lines of each layout that stands in it."""

    def __init__(self, writer: TableWriter, context: Context, rows: Mapping[int, LayoutRows]) -> None:
        self._writer = writer
        self._context = context
        self._rows = rows
        self._waiting: list[Observed] = []

    def add(self, row: Observed) -> None:
        """One more row."""
        self._waiting.append(row)
        if len(self._waiting) >= _ROWS:
            self.flush()

    def add_remembered(self, entry: Entry) -> None:
        """A report that was read back later; it has a context of its own."""
        self.flush()
        rows = self._rows[entry.content["layout"]]
        source = rows.source_of(entry)
        self._writer.line(rows.remembered(entry, source))
        self._see(rows.link, entry.content["zone"], source[0])

    def flush(self) -> None:
        """Write what waits in the order in which it came, whatever layouts it is of."""
        if not self._waiting:
            return
        by_layout: dict[int, list[Observed]] = {}
        for row in self._waiting:
            by_layout.setdefault(row[_LAYOUT], []).append(row)
        self._waiting = []
        made = {number: self._rows[number].lines(rows) for number, rows in by_layout.items()}
        lines = list(chain.from_iterable(made.values()))
        if len(made) > 1:
            places = [row[_NUMBER] for rows in by_layout.values() for row in rows]
            lines = [line for _, line in sorted(zip(places, lines, strict=True))]
        self._writer.lines(lines)
        for number in by_layout:
            self._see(self._rows[number].link, self._context.zone, self._context.source[0])

    def _see(self, link: int, zone: Cell, syringe: Cell) -> None:
        for name, cell in (("link", link), ("zone", zone), ("syringe", syringe)):
            self._writer.see(name, cell)
