"""What can be drawn: panels one below the other over one axis, with bands, marks and a strip of zones across all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

#: A point; without a value the line is broken there.
Point = tuple[float, float | None]


class Axis(StrEnum):
    """What runs from left to right."""

    ELAPSED = "elapsed"
    """Seconds since the beginning of a session, told as minutes and seconds."""
    DAYS = "days"
    """Days as `datetime.date.toordinal` counts them."""


class Style(StrEnum):
    """How a series is drawn."""

    LINE = "line"
    """With its points, where they are few."""
    CURVE = "curve"
    """Without its points, but for one that stands alone."""
    STEPS = "steps"
    """A value holds until the next one."""
    DOTS = "dots"
    BARS = "bars"
    """Stacked on those before it; each reaches from its place to that of the next, or `Chart.bar`."""


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that was measured or counted, in order."""

    name: str
    points: Sequence[Point]
    style: Style = Style.LINE
    look: int | None = None
    """Which of `looks.LOOKS`; None: the one of its place in the panel."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a treatment protocol; a hard one is drawn whole, a soft one dashed."""

    name: str
    value: float
    hard: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch in which something was so: a gap in the data, a lost contact."""

    since: float
    until: float
    what: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity with its unit ("" for a count); `bands` are its own, beside those of the whole chart."""

    quantity: str
    unit: str
    series: Sequence[Series]
    limits: Sequence[Limit] = ()
    height: int = 170
    bands: Sequence[Band] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch in which a zone was treated."""

    since: float
    until: float
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An alarm at a moment; `priority` is low, medium or high, `number` stands beside it where there is room."""

    at: float
    priority: str
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart; `description` says in words what is to be seen, for those who cannot see it.

    `first` and `last` bound the axis; `bar` is the width of the last bar of a series. `across` says in another language
    what the axis is.
    """

    title: str
    description: str
    axis: Axis
    first: float
    last: float
    panels: Sequence[Panel]
    zones: Sequence[Zone] = ()
    bands: Sequence[Band] = ()
    marks: Sequence[Mark] = ()
    note: str = ""
    width: int = 900
    bar: float = 1.0
    across: str = ""
