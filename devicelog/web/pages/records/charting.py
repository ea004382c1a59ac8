"""The charts of a session: a stretch of it as a picture, drawn here, and the same points as a table."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.bodymap.names import name_of
from devicelog.chart.drawing import svg
from devicelog.export.chart.session_chart import chart_of
from devicelog.export.chart.words import described
from devicelog.record import amounts
from devicelog.stored import readable
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import paged, sight
from devicelog.web.pages.records.words import Words

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from devicelog.record.record import Record
    from devicelog.record.trace import Trace

pages = Gate()

#: So many rows of a table stand on a page.
ROWS = 50
#: How wide a chart is drawn: for a tablet, and for a telephone.
WIDE, NARROW = 900, 420
#: No stretch is shorter (s).
_SHORTEST = 1.0
_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when of a session that lasted `whole` (s)."""

    first: float
    last: float
    whole: float

    @classmethod
    def of(cls, asked: QueryParams, whole: float) -> Stretch:
        """What `from` and `to` of an address say, within the session; all of it where they say nothing that can be."""
        whole = max(whole, _SHORTEST)
        first, last = _seconds(asked.get("from", "")), _seconds(asked.get("to", ""))
        begin = min(first if first is not None else 0.0, whole - _SHORTEST)
        end = min(last if last is not None else whole, whole)
        return cls(begin, max(end, begin + _SHORTEST), whole)

    @property
    def is_whole(self) -> bool:
        return self.first <= 0 and self.last >= self.whole

    @property
    def part(self) -> tuple[float, float] | None:
        """What of it is drawn; None: all."""
        return None if self.is_whole else (self.first, self.last)

    def third(self, number: int) -> Stretch:
        """One of its thirds, from 0."""
        length = max((self.last - self.first) / 3, _SHORTEST)
        return self._at(self.first + number * length, length)

    def wider(self) -> Stretch:
        """Three times as long, around the same middle."""
        length = min(3 * (self.last - self.first), self.whole)
        return self._at((self.first + self.last - length) / 2, length)

    def moved(self, lengths: float) -> Stretch:
        """As long, so much earlier (below 0) or later."""
        length = self.last - self.first
        return self._at(self.first + lengths * length, length)

    def _at(self, first: float, length: float) -> Stretch:
        begin = min(max(first, 0.0), max(self.whole - length, 0.0))
        return Stretch(begin, min(begin + length, self.whole), self.whole)

    @property
    def query(self) -> str:
        """As an address has it."""
        return "" if self.is_whole else f"from={self.first:.3f}&to={self.last:.3f}"


def _seconds(text: str) -> float | None:
    """A time as 90, 1:30 or 0:01:30; None for what is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (float(one or 0) for one in found.groups())
    return hours * 3600 + minutes * 60 + seconds


@pages.get("/sessions/{session}/chart", needs=Permission.READ_SESSIONS)
def chart(session: str, asked: Asked) -> Response:
    """The chart of a stretch, what it can be changed to, and its points."""
    with sight(asked) as seen:
        row, line = seen.session(session)
        seen.log("chart", session=row)
        folded, traced = SHELF.traced(seen.reader, row)
    record, query = folded.record, asked.request.query_params
    stretch = Stretch.of(query, record.last_us / 1e6)
    refused = _refused(asked, query)
    with readable("the record", row):
        tables = list(_tables(record, traced, stretch))
        longest = max(tables, key=lambda one: one.count, default=None)
        _, number, count = paged(range(longest.count if longest is not None else 0), query.get("page", ""), ROWS)
        return asked.page(
            "records/chart.html",
            row=row,
            line=line,
            stretch=stretch,
            began=_clock(stretch.first),
            ended=_clock(stretch.last),
            wished={"from": _clock(stretch.first), "to": _clock(stretch.last)} | refused,
            described=described(record, traced),
            tables=[(one, one.rows((number - 1) * ROWS, number * ROWS)) for one in tables],
            page=number,
            last=count,
            word=Words(asked.t),
        )


def _refused(asked: Asked, query: QueryParams) -> dict[str, str]:
    """What was typed for a time and is none, by field, with an error beside each."""
    wrong = {name: query[name] for name in ("from", "to") if query.get(name) and _seconds(query[name]) is None}
    for name, text in wrong.items():
        asked.form.refuse(name, asked.t("records-no-time", text=text[:20]))
    return wrong


@pages.get("/sessions/{session}/chart.svg", needs=Permission.READ_SESSIONS)
def picture(session: str, asked: Asked) -> Response:
    """The chart of a stretch."""
    query = asked.request.query_params
    with sight(asked) as seen:
        row, _ = seen.session(session)
        seen.log("chart", session=row)
        folded, traced = SHELF.traced(seen.reader, row)
    stretch = Stretch.of(query, folded.record.last_us / 1e6)
    with readable("the record", row):
        drawn = svg(replace(chart_of(folded.record, traced, stretch.part), width=_width(query.get("width", ""))))
    return Response(drawn, media_type="image/svg+xml")


def _width(text: str) -> int:
    return NARROW if text == str(NARROW) else WIDE


def _clock(seconds: float) -> str:
    """A moment of a session to the tenth of a second, where it is no whole one."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    return amounts.since_start(whole * 1_000_000) + (f".{rest:03}".rstrip("0") if rest else "")


# -- the same points as a table --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Points:
    """A table: what it lists, of which device if there are several, heads with units, and `count` points.

    `zones` are those of the session, from when on which; each point is its moment (µs) and its values.
    """

    what: str
    device: str
    heads: tuple[str, ...]
    points: Sequence[tuple[int, tuple[float | None, ...]]]
    zones: Sequence[tuple[int, str]]

    @property
    def count(self) -> int:
        return len(self.points)

    def rows(self, first: int, last: int) -> list[tuple[str, ...]]:
        """Some of them as text: time, zone, values; a dash where a value is missing."""
        return [
            (_moment(at), _zone_at(self.zones, at), *("–" if value is None else _number(value) for value in values))
            for at, values in self.points[first:last]
        ]


def _tables(record: Record, traced: Trace, stretch: Stretch) -> Iterator[Points]:
    first, last = round(stretch.first * 1e6), round(stretch.last * 1e6)
    zones = [(at, name_of(zone, record.places.get(zone)) if zone is not None else "") for at, zone in traced.zones]
    low = bisect_left(traced.injections, first, key=lambda one: one.at_us)
    high = bisect_right(traced.injections, last, key=lambda one: one.at_us)
    if traced.injections:
        given = [(one.at_us, (one.depth, one.volume)) for one in traced.injections[low:high]]
        yield Points("injections", "", ("depth (mm)", "volume (mL)"), given, zones)
    for samples in traced.samples.values():
        low = bisect_left(samples.points, first, key=lambda one: one[0])
        high = bisect_right(samples.points, last, key=lambda one: one[0])
        found = [(at, (measured, set_to)) for at, measured, set_to in samples.points[low:high]]
        name = record.devices[samples.link].serial if len(traced.samples) > 1 else ""
        quantity = "current" if samples.unit == "mA" else "voltage"
        heads = (f"{quantity} measured ({samples.unit})", f"{quantity} set ({samples.unit})")
        yield Points(quantity, str(name or ""), heads, found, zones)


def _moment(at_us: int) -> str:
    return f"{amounts.since_start(at_us)}.{at_us // 1000 % 1000:03}"


def _zone_at(zones: Sequence[tuple[int, str]], at_us: int) -> str:
    place = bisect_right(zones, at_us, key=lambda one: one[0])
    return zones[place - 1][1] if place else ""


def _number(value: float) -> str:
    return amounts.number(Decimal(repr(value)), "mL")
