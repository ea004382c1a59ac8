"""A whole chart as SVG 1.1: its parts one below the other, and what tells a reader of the screen what is there."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from devicelog.chart import key, strips
from devicelog.chart import panel as panels
from devicelog.chart.element import PAPER, QUIET, element, line, rectangle, text
from devicelog.chart.looks import patterns
from devicelog.chart.model import Axis, Band, Chart, Panel, Style
from devicelog.chart.place import Across, Up
from devicelog.chart.text import FONT, cut, escaped, width, wrapped

_TITLE_SIZE, _TITLE, _BETWEEN, _FOOT = 15, 34, 14, 40


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
        head + element("defs", patterns(prefix, bars=_has_bars(chart))) + body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {chart.width} {layout.height:.0f}",
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        font_family=FONT,
        **size,
    )


def _has_bars(chart: Chart) -> bool:
    """Whether a series is drawn as bars, which have fills of their own."""
    return any(series.style is Style.BARS for panel in chart.panels for series in panel.series)


class _Layout:
    """Where each part of a chart stands."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        left = 12 + max((_label_width(panel) for panel in chart.panels), default=30.0)
        left = max(left, width("alarms") + 15 if chart.marks or chart.zones else 0)
        right = chart.width - panels.margin(chart.panels, chart.width * 0.3)
        self._across = Across.of(chart, left, right)
        self._title = wrapped(chart.title, chart.width - 24, _TITLE_SIZE, most=2, bold=True)
        top: float = _TITLE + 19 * max(0, len(self._title) - 1)
        self._zones, top = top, top + (strips.STRIP if chart.zones else 0)
        self._marks, top = top, top + (strips.STRIP if chart.marks else 0)
        self._tops: list[tuple[float, float]] = []
        for panel in chart.panels:
            top += panels.heading_rows(panel, right - left) * panels.ROW + 4
            self._tops.append((top, top + panels.height(panel)))
            top += panels.height(panel) + _BETWEEN
        self._axis = top - _BETWEEN if chart.panels else top
        self._key = key.rows(chart, self._across)
        self._keys = self._axis + _FOOT
        self.height = self._keys + key.ROW * len(self._key) + 4

    def body(self, prefix: str) -> Iterator[str]:
        """All elements, what lies behind first."""
        chart, across = self._chart, self._across
        yield rectangle(0, 0, chart.width, self.height, fill=PAPER)
        for number, words in enumerate(self._title):
            yield text(12, 21 + 19 * number, words, font_size=_TITLE_SIZE, font_weight="bold")
        named: list[Band] = []
        for panel, (top, bottom) in zip(chart.panels, self._tops, strict=True):
            found = [*chart.bands, *panel.bands]
            yield from strips.bands(found, across, top, bottom, prefix)
            if found != named:  # bands that go through all panels are named once; nothing measured is behind a name
                yield from strips.band_names(found, across, top)
            named = found
            yield from panels.draw(panel, across, top, bottom, prefix, chart.bar)
            if not any(y is not None for series in panel.series for _, y in series.points):
                yield panels.nothing(across, bottom)
        if chart.zones:
            yield from strips.zones(chart.zones, across, self._zones)
        if chart.marks:
            yield from strips.marks(chart.marks, across, self._marks)
        yield from self._foot()
        for number, row in enumerate(self._key):
            yield from row(self._keys + 12 + key.ROW * number, prefix)

    def _foot(self) -> Iterator[str]:
        """The marks of the axis below the last panel, and what it is."""
        across = self._across
        for x, label in across.marks():
            yield line(x, self._axis, x, self._axis + 4)
            half = width(label) / 2
            middle = min(max(x, half + 2), self._chart.width - half - 2)
            yield text(middle, self._axis + 17, label, text_anchor="middle")
        what = "time since the beginning, min:s" if across.axis is Axis.ELAPSED else "date"
        if across.axis is Axis.ELAPSED and across.last >= 3600:
            what = "time since the beginning, h:min:s"
        room = across.right - across.left
        yield text(
            across.left + room / 2,
            self._axis + 33,
            cut(self._chart.across or what, room),
            text_anchor="middle",
            fill=QUIET,
        )


def _label_width(panel: Panel) -> float:
    return max(width(label) for _, label in Up.of(panel, 0, panels.height(panel)).labels()) + 4
