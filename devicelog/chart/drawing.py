"""A whole chart as SVG 1.1: its parts one below the other, and what tells a reader of the screen what is there."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from devicelog.chart import panel as panels
from devicelog.chart import strips
from devicelog.chart.element import PAPER, QUIET, element, line, rectangle, text
from devicelog.chart.looks import patterns
from devicelog.chart.model import Axis, Chart, Panel
from devicelog.chart.place import Across, Up
from devicelog.chart.text import FONT, cut, escaped, width

_TITLE, _BETWEEN, _FOOT, _KEY = 34, 14, 40, 20


def svg(chart: Chart) -> str:
    """The chart as the text of an SVG file."""
    prefix = "c" + sha256(f"{chart.title}\n{chart.description}".encode()).hexdigest()[:8]
    layout = _Layout(chart)
    body = "".join(layout.body(prefix))
    head = element("title", escaped(chart.title), id=f"{prefix}-title")
    head += element("desc", escaped(chart.description), id=f"{prefix}-desc")
    size = {"width": chart.width, "height": layout.height}
    return element(
        "svg",
        head + element("defs", patterns(prefix)) + body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {chart.width} {layout.height:.0f}",
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        font_family=FONT,
        **size,
    )


class _Layout:
    """Where each part of a chart stands."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        left = 12 + max((_label_width(panel) for panel in chart.panels), default=30.0)
        left = max(left, width("alarms") + 12 if chart.marks or chart.zones else 0)
        right = chart.width - panels.margin(chart.panels, chart.width * 0.3)
        self._across = Across.of(chart, left, right)
        top: float = _TITLE
        self._zones, top = top, top + (strips.STRIP if chart.zones else 0)
        self._marks, top = top, top + (strips.STRIP if chart.marks else 0)
        self._tops: list[tuple[float, float]] = []
        for panel in chart.panels:
            top += panels.heading_rows(panel, right - left) * panels.ROW + 4
            self._tops.append((top, top + panel.height))
            top += panel.height + _BETWEEN
        self._axis = top - _BETWEEN
        self._keys = self._axis + _FOOT
        self.height = self._keys + _KEY * self._key_rows() + 4

    def body(self, prefix: str) -> Iterator[str]:
        """All elements, what lies behind first."""
        chart, across = self._chart, self._across
        yield rectangle(0, 0, chart.width, self.height, fill=PAPER)
        yield text(12, 21, cut(chart.title, chart.width - 24, 15), font_size=15, font_weight="bold")
        for top, bottom in self._tops:
            yield from strips.bands(chart.bands, across, top, bottom, prefix)
        for panel, (top, bottom) in zip(chart.panels, self._tops, strict=True):
            yield from panels.draw(panel, across, top, bottom, prefix, chart.bar)
            if not any(y is not None for series in panel.series for _, y in series.points):
                yield panels.nothing(across, bottom)
        if self._tops:
            yield from strips.band_names(chart.bands, across, self._tops[0][0])
        if chart.zones:
            yield from strips.zones(chart.zones, across, self._zones)
        if chart.marks:
            yield from strips.marks(chart.marks, across, self._marks)
        yield from self._foot()
        yield from self._key(prefix)

    def _foot(self) -> Iterator[str]:
        """The marks of the axis below the last panel, and what it is."""
        across = self._across
        for x, label in across.marks():
            yield line(x, self._axis, x, self._axis + 4)
            half = width(label) / 2
            middle = min(max(x, half + 2), self._chart.width - half - 2)
            yield text(middle, self._axis + 17, label, text_anchor="middle")
        what = "time since the beginning, min:s" if across.axis is Axis.ELAPSED else "date"
        yield text((across.left + across.right) / 2, self._axis + 33, what, text_anchor="middle", fill=QUIET)

    def _notes(self) -> list[str]:
        notes = [strips.zone_key(self._chart.zones, self._across), self._chart.note]
        return [line for note in notes if note for line in _wrapped(note, self._chart.width - self._across.left - 12)]

    def _key_rows(self) -> int:
        return len(self._notes()) + bool(self._chart.marks or self._chart.bands)

    def _key(self, prefix: str) -> Iterator[str]:
        """What shapes, hatches and numbers mean."""
        chart, x, y = self._chart, self._across.left, self._keys + 12
        if chart.marks:
            yield from strips.mark_key(x, y)
            x += 330
        if chart.bands:
            yield rectangle(x, y - 11, 22, 13, fill=f"url(#{prefix}-gap)", stroke=QUIET, stroke_width=0.5)
            kinds = ", ".join(dict.fromkeys(band.what for band in chart.bands))
            yield text(x + 28, y, cut(kinds, chart.width - x - 40))
        if chart.marks or chart.bands:
            y += _KEY
        for note in self._notes():
            yield text(self._across.left, y, note, fill=QUIET)
            y += _KEY


def _wrapped(note: str, room: float) -> list[str]:
    """A note as lines that have room."""
    lines: list[str] = []
    for word in note.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _label_width(panel: Panel) -> float:
    return max(width(label) for _, label in Up.of(panel, 0, panel.height).labels()) + 4
