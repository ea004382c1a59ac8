"""The charts of a treatment: injections with depth and cumulative volume, and current, set and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devicelog.chart.model import Axis, Band, Chart, Limit, Mark, Panel, Point, Series, Style, Zone


@dataclass(frozen=True, slots=True)
class Around:
    """What both charts show beside the figures; times in seconds since the beginning of the session."""

    title: str
    seconds: float
    zones: Sequence[Zone] = ()
    gaps: Sequence[Band] = ()
    alarms: Sequence[Mark] = ()
    note: str = ""
    width: int = 900


@dataclass(frozen=True, slots=True)
class Injection:
    """One injection: when, how deep (mm), how much (mL); None: it was not reported."""

    at: float
    depth: float | None
    volume: float | None


def injections(
    around: Around,
    given: Sequence[Injection],
    *,
    depth_limits: Sequence[Limit] = (),
    volume_limits: Sequence[Limit] = (),
    total_limits: Sequence[Limit] = (),
) -> Chart:
    """Depth and volume of each injection, and the volume of all so far; the sum is broken where data is missing."""
    panels = [
        Panel("depth", "mm", [Series("depth", [(one.at, one.depth) for one in given], Style.DOTS)], depth_limits),
        Panel(
            "volume of an injection",
            "mL",
            [Series("volume of an injection", [(one.at, one.volume) for one in given], Style.DOTS)],
            volume_limits,
            height=120,
        ),
        Panel(
            "volume so far",
            "mL",
            [Series("volume so far", list(_summed(given, around.gaps)), Style.STEPS)],
            total_limits,
        ),
    ]
    total = sum(one.volume for one in given if one.volume is not None)
    said = f"{len(given)} injections, {total:.3f} mL in {_minutes(around.seconds)}. {_also(around)}"
    return _chart(around, said, panels)


def current(
    around: Around,
    measured: Sequence[Point],
    set_to: Sequence[Point],
    *,
    limits: Sequence[Limit] = (),
    dose: Sequence[Point] = (),
    dose_limits: Sequence[Limit] = (),
) -> Chart:
    """Current set and measured (mA), and the dose so far (mA·min) if it is known.

    A point without a value breaks the line: a lost contact or a gap is never drawn over.
    """
    series = [Series("measured", measured, Style.LINE)]
    series += [Series("set", set_to, Style.STEPS)] if set_to else []
    panels = [Panel("current", "mA", series, limits, height=200)]
    if dose:
        panels.append(Panel("dose so far", "mA·min", [Series("dose so far", dose, Style.LINE)], dose_limits))
    values = [y for _, y in measured if y is not None]
    figures = f"{min(values):.3f} to {max(values):.3f} mA" if values else "no current"
    return _chart(around, f"{figures} in {_minutes(around.seconds)}. {_also(around)}", panels)


def _summed(given: Sequence[Injection], gaps: Sequence[Band]) -> Iterator[Point]:
    """The sum after each injection; nothing is drawn through a gap, behind which it goes on as a lower bound."""
    total, before = 0.0, 0.0
    waiting = sorted(gaps, key=lambda gap: gap.since)
    if given:
        yield 0.0, 0.0
    for one in given:
        while waiting and waiting[0].since <= one.at:
            gap = waiting.pop(0)
            yield max(before, gap.since), total
            yield gap.since, None
            yield gap.until, total
        total += one.volume or 0.0
        yield one.at, total
        before = one.at


def _chart(around: Around, said: str, panels: Sequence[Panel]) -> Chart:
    return Chart(
        title=around.title,
        description=said,
        axis=Axis.ELAPSED,
        first=0.0,
        last=around.seconds,
        panels=panels,
        zones=around.zones,
        bands=around.gaps,
        marks=around.alarms,
        note=around.note,
        width=around.width,
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} min"


def _also(around: Around) -> str:
    return f"{len(around.zones)} zones, {len(around.alarms)} alarms, {len(around.gaps)} stretches without data."
