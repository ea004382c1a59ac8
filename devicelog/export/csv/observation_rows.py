"""Rows of observations as lines of a file, many at once and column by column: a session may hold some 100,000 of them.

What changes only with the zone, the syringe or the device is one text for all rows between two such changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from devicelog.export.csv.cell import Cell, cell_text, quoted
from devicelog.export.csv.syringes import NO_SOURCE, Source, Syringes
from devicelog.export.csv.value import seconds_texts, texts_of
from devicelog.export.session import ExportedSession
from devicelog.ledger import Entry, Verdict
from devicelog.numbers import seconds
from devicelog.observation.layout import Layout

#: Where an observation comes from.
ORIGINS = LIVE, TYPED, MEMORY, DEVICE_LOG = "live", "typed", "memory", "device_log"


#: An observation as its entry has it: number, t, kind, layout, at, values, verdict, breached.
Observed = Sequence[Any]


class Context:
    """What holds for the observations of a moment: zone, syringe, and the serial number of each device."""

    def __init__(self, session: ExportedSession, syringes: Syringes) -> None:
        self.session = session
        self.syringes = syringes
        self.zone: str | None = None
        self.source: Source = NO_SOURCE
        self.serials: dict[int, str] = {}

    def uncertain_us(self, log: int | None) -> int:
        """How far off the moments of a device's log may be."""
        logs = self.session.record.device_logs.logs
        return next((one["uncertain"] or 0 for one in logs if one["log"] == log), 0)


class LayoutRows:
    """Makes the lines of the observations of one layout.

    `places` says at which of the `width` columns of values each value stands; -1: its unit is not known.
    """

    def __init__(
        self, context: Context, layout: Layout, places: Sequence[int], width: int, *, has_source: bool
    ) -> None:
        self.link = layout.link
        self._context = context
        self._layout = layout
        self._places = places
        self._width = width
        self._has_source = has_source
        self._clock = context.session.record.clock
        self._texts = [texts_of(column) for column in layout.columns]
        self._origin = TYPED if context.session.record.devices[layout.link].typed else LIVE
        self._ends: dict[tuple[int | None, ...], str] = {}

    def lines(self, rows: Sequence[Observed]) -> list[str]:
        """Those of observations between which nothing of the context changed."""
        numbers, times, _, _, _, values, verdicts, breached = zip(*rows, strict=True)
        columns = self._columns(values)
        if any(None in texts for texts in columns):
            return [self._line(row) for row in rows]
        cells: list[Sequence[str]] = [[""] * len(rows)] * self._width
        for place, texts in zip(self._places, columns, strict=True):
            cells[place] = texts
        begins = (map(str, numbers), self._clock.texts(times), seconds_texts(times))
        middle = repeat(self._between(self._context.zone, self._context.source))
        if any(breached):
            ends = [self._live_end(*judged) for judged in zip(verdicts, breached, strict=True)]
        else:
            words = {verdict: self._live_end(verdict, ()) for verdict in set(verdicts)}
            ends = [words[verdict] for verdict in verdicts]
        return list(map(",".join, zip(*begins, middle, *cells, ends, strict=False)))

    def _columns(self, values: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """The texts of each column; None for a value that has none."""
        columns = list(zip(*values, strict=True))
        if any(len(columns) != len(of) for of in (self._texts, self._places)):
            raise ValueError(f"an observation of layout {self._layout.number} has {len(columns)} values")
        return [texts(column) for texts, column in zip(self._texts, columns, strict=True)]

    def _line(self, row: Observed) -> str:
        number, t_us, _, _, _, values, verdict, breached = row
        cells, unresolved = self._placed(values)
        middle = self._between(self._context.zone, self._context.source)
        end = self._end(verdict, breached, unresolved, self._origin, None)
        return self._whole(number, t_us, middle, cells, end)

    def source_of(self, entry: Entry) -> Source:
        """From which syringe a report came that was read back later."""
        content = entry.content
        return self._context.syringes.at(content["happened"], self._context.uncertain_us(content.get("log")))

    def remembered(self, entry: Entry, source: Source) -> str:
        """The line of a report that was read back from the device's memory, or stands in a log of its own."""
        content, happened = entry.content, entry.content["happened"]
        cells, unresolved = self._placed(content["values"])
        origin = DEVICE_LOG if "log" in content else MEMORY
        when = seconds(happened) if happened is not None else None
        end = self._end(content["verdict"], content["breached"], unresolved, origin, when)
        return self._whole(entry.number, entry.t_us, self._between(content["zone"], source), cells, end)

    def _whole(self, number: int, t_us: int, middle: str, cells: Sequence[str], end: str) -> str:
        return ",".join([str(number), self._clock.text(t_us), *seconds_texts([t_us]), middle, *cells, end])

    def _between(self, zone: str | None, source: Source) -> str:
        """The cells between the time and the values."""
        cells: list[Cell] = [self.link, self._context.serials.get(self.link), zone]
        if self._has_source:
            cells += [self._layout.report, *source]
        return _joined(cells)

    def _placed(self, values: Sequence[Any]) -> tuple[list[str], str | None]:
        """The texts of one row in the columns of the table, and in words the values that have none."""
        cells, unresolved = [""] * self._width, []
        texts = self._columns([values])
        for column, place, (text,), value in zip(self._layout.columns, self._places, texts, values, strict=True):
            if value is None:
                continue
            if text is not None:
                cells[place] = text
            else:
                unresolved.append(f"{column.metric} {value} {column.token}".rstrip())
        return cells, "; ".join(unresolved) or None

    def _live_end(self, verdict: int | None, breached: Sequence[int]) -> str:
        """The cells behind the values of most rows."""
        key = (verdict, *breached)
        end = self._ends.get(key)
        if end is None:
            end = self._ends[key] = self._end(verdict, breached, None, self._origin, None)
        return end

    def _end(
        self, verdict: int | None, breached: Sequence[int], unresolved: str | None, origin: str, happened: Cell
    ) -> str:
        """The cells behind the values, with the end of the line."""
        limits = self._context.session.limits
        names = "; ".join(limits.get(limit, f"limit {limit}") for limit in breached) or None
        word = Verdict.WORDS[verdict] if verdict is not None else None
        return f"{_joined([word, names, unresolved, origin, happened])}\r\n"


def _joined(cells: Sequence[Cell]) -> str:
    return ",".join(quoted(cell_text(cell)) for cell in cells)
