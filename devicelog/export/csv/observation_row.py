"""Rows of observations, written as lines: what is the same in many rows is put together once.

A session may hold some 100,000 of them. Texts of values come from a table of each column, the time from the minute of
the row before, and what changes only with the zone, the syringe or the device is one text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from devicelog.export.csv.cell import Cell, cell_text, quoted
from devicelog.export.csv.syringes import NO_SOURCE, Source, Syringes
from devicelog.export.csv.table import TableWriter
from devicelog.export.csv.value import decimal_text, texts_of
from devicelog.export.session import ExportedSession
from devicelog.layout import Layout
from devicelog.ledger import Entry, Verdict
from devicelog.numbers import seconds

#: Where an observation comes from.
ORIGINS = LIVE, TYPED, MEMORY, DEVICE_LOG = "live", "typed", "memory", "device_log"
#: Microseconds have so many digits behind the second.
_MICRO = 6


class Context:
    """What holds for the observations of a moment: zone, syringe, and the serial number of each device.

    `changes` counts how often any of it changed.
    """

    def __init__(self, session: ExportedSession, syringes: Syringes) -> None:
        self.session = session
        self.syringes = syringes
        self.changes = 0
        self.zone: str | None = None
        self.source: Source = NO_SOURCE
        self.serials: dict[int, str] = {}

    def enter(self, zone: str | None) -> None:
        self.zone = zone
        self.changes += 1

    def use(self, syringe: int) -> None:
        self.source = self.syringes.source(syringe)
        self.changes += 1

    def identify(self, link: int, serial: str) -> None:
        self.serials[link] = serial
        self.changes += 1

    def uncertain_us(self, log: int | None) -> int:
        """How far off the moments of a device's log may be."""
        logs = self.session.record.device_logs.logs
        return next((one["uncertain"] or 0 for one in logs if one["log"] == log), 0)


class LayoutWriter:
    """Writes the observations of one layout into the columns of its table.

    `places` says at which of the `width` columns of values each value stands; -1: its unit is not known.
    """

    def __init__(
        self,
        context: Context,
        layout: Layout,
        writer: TableWriter,
        places: Sequence[int],
        width: int,
        *,
        has_source: bool,
    ) -> None:
        self._context = context
        self._layout = layout
        self._writer = writer
        self._places = places
        self._width = width
        self._straight = list(places) == list(range(width))
        self._has_source = has_source
        self._wall: Callable[[int], str] = context.session.record.clock.text
        self._texts = [texts_of(column) for column in layout.columns]
        typed = context.session.record.devices[layout.link].typed
        self._origin = TYPED if typed else LIVE
        self._changes, self._middle = -1, ""
        self._ends: dict[tuple[int | None, ...], str] = {}

    def write(self, number: int, t_us: int, content: Sequence[Any]) -> None:
        """An observation as its entry has it."""
        _, _, values, verdict, breached = content
        if self._changes != self._context.changes:
            context = self._context
            self._changes = context.changes
            self._middle = self._between(context.zone, context.source)
        texts = [known[value] for known, value in zip(self._texts, values, strict=True)]
        cells, unresolved = self._cells(texts, values)
        end = self._ends.get((verdict, *breached)) if unresolved is None else None
        if end is None:
            end = self._end(verdict, breached, unresolved, self._origin, None)
            if unresolved is None:
                self._ends[verdict, *breached] = end
        begin = f"{number},{self._wall(t_us)},{decimal_text(t_us, _MICRO)}"
        self._writer.line(f"{begin},{self._middle},{cells}{end}")

    def write_remembered(self, entry: Entry) -> None:
        """A report that was read back from the device's memory, or stands in a log of its own."""
        content, happened = entry.content, entry.content["happened"]
        texts = [known[value] for known, value in zip(self._texts, content["values"], strict=True)]
        cells, unresolved = self._cells(texts, content["values"])
        source = self._context.syringes.at(happened, self._context.uncertain_us(content.get("log")))
        origin = DEVICE_LOG if "log" in content else MEMORY
        when = seconds(happened) if happened is not None else None
        end = self._end(content["verdict"], content["breached"], unresolved, origin, when)
        begin = f"{entry.number},{self._wall(entry.t_us)},{decimal_text(entry.t_us, _MICRO)}"
        self._writer.line(f"{begin},{self._between(content['zone'], source)},{cells}{end}")

    def _between(self, zone: str | None, source: Source) -> str:
        """The cells between the time and the values."""
        link = self._layout.link
        self._writer.see("link", link)
        self._writer.see("zone", zone)
        cells: list[Cell] = [link, self._context.serials.get(link), zone]
        if self._has_source:
            self._writer.see("syringe", source[0])
            cells += [self._layout.report, *source]
        return _joined(cells)

    def _cells(self, texts: Sequence[str | None], values: Sequence[Any]) -> tuple[str, str | None]:
        """The texts in the columns of the table, and in words the values that have none."""
        if self._straight and None not in texts:
            return ",".join(cast("Sequence[str]", texts)), None
        cells, unresolved = [""] * self._width, []
        for column, place, text, value in zip(self._layout.columns, self._places, texts, values, strict=True):
            if value is None:
                continue
            if text is not None:
                cells[place] = text
            else:
                unresolved.append(f"{column.metric} {value} {column.token}".rstrip())
        return ",".join(cells), "; ".join(unresolved) or None

    def _end(
        self, verdict: int | None, breached: Sequence[int], unresolved: str | None, origin: str, happened: Cell
    ) -> str:
        """The cells behind the values, with the end of the line."""
        limits = self._context.session.limits
        names = "; ".join(limits.get(limit, f"limit {limit}") for limit in breached) or None
        word = Verdict.WORDS[verdict] if verdict is not None else None
        between = "," if self._width else ""
        return f"{between}{_joined([word, names, unresolved, origin, happened])}\r\n"


def _joined(cells: Sequence[Cell]) -> str:
    return ",".join(quoted(cell_text(cell)) for cell in cells)
