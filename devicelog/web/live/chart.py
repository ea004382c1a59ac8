"""The chart of the last minutes: what devices measured under their limits; a gap is a gap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from devicelog.chart import drawing
from devicelog.chart.model import Axis, Band, Chart, Limit, Panel, Point, Series, Style
from devicelog.chart.treatment import Curve, Scene, dots, flow
from devicelog.driver import ReportKind
from devicelog.live.recent import KEPT_US, Moment
from devicelog.record.caveats import basis
from devicelog.treatment.protocol import Channel, Scope
from devicelog.treatment.protocol_file import limits_kept
from devicelog.treatment.totals import longest_step_ms
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.views import DeviceView
    from devicelog.web.live.seen import Seen
    from devicelog.web.texts import Texts

#: The shortest stretch that is shown (s).
_LEAST = 60.0
_WIDE = 410


@dataclass(frozen=True, slots=True)
class Recent:
    """The chart of one moment: equal to another of the same second of the same session."""

    session: str
    second: int
    seen: Seen = field(compare=False)

    def svg(self, t: Texts) -> Markup:
        """The drawing, in a language; nothing where no device measures what can be drawn."""
        panels = list(_panels(self.seen, t))
        if not panels:
            return Markup("")
        first, last = _stretch(self.seen)
        said = {"width": _WIDE, "across": t("live-chart-across")}
        chart = Chart(t("live-chart"), _described(panels, t), Axis.ELAPSED, first, last, panels, **said)  # type: ignore[arg-type]
        return Markup(drawing.svg(chart))  # noqa: S704 - it escapes what it draws


def _stretch(seen: Seen) -> tuple[float, float]:
    now = seen.state.now_us / 1e6
    first = max(0.0, now - KEPT_US / 1e6)
    return first, max(now, first + _LEAST)


def _panels(seen: Seen, t: Texts) -> Iterator[Panel]:
    """One for each device that measures: the current, or the depth or else the volume of each injection."""
    for device in seen.record.devices.values():
        kind = seen.state.kind(device.link)
        found = None
        if kind is ReportKind.INJECTION:
            found = _of_injections(seen, device, t)
        elif kind in (ReportKind.SAMPLE, ReportKind.PULSE):
            found = _of_current(seen, device, t)
        if found is not None:
            yield found


def _of_injections(seen: Seen, device: DeviceView, t: Texts) -> Panel | None:
    for metric, channel, unit in (("depth", Channel.DEPTH, "mm"), ("volume", Channel.VOLUME, "mL")):
        points = [(at / 1e6, value) for at, value in _within(seen, device.link, metric) if value is not None]
        if points:
            held = _limits(seen, channel, Scope.INJECTION, None, unit, t)
            return dots(_scene(seen, device, t), t(f"live-chart-{metric}"), unit, points, held)
    return None


def _of_current(seen: Seen, device: DeviceView, t: Texts) -> Panel | None:
    measured = _line(seen, device, "current_measured")
    if any(value is not None for _, value in measured):
        said = basis(seen.record, "current_measured")
        held = _limits(seen, Channel.CURRENT, Scope.SAMPLE, said, "mA", t)
        found = flow(_scene(seen, device, t), t("live-chart-current"), "mA", [Curve("", measured)], held)
        wanted = _line(seen, device, "current_set")
        if not any(value is not None for _, value in wanted):
            return found
        names = (t("live-chart-measured"), t("live-chart-set"))
        lines = [Series(names[0], measured, Style.CURVE, look=0), Series(names[1], wanted, Style.STEPS, look=2)]
        return Panel(found.quantity, found.unit, lines, found.limits, 150, found.bands)
    level = _line(seen, device, "level")
    if any(value is not None for _, value in level):
        return Panel(t("live-chart-level"), "", [Series("", level, Style.STEPS)], (), 110, _gaps(seen, device, t))
    return None


def _scene(seen: Seen, device: DeviceView, t: Texts) -> Scene:
    return Scene(KEPT_US / 1e6, _gaps(seen, device, t))


def _gaps(seen: Seen, device: DeviceView, t: Texts) -> list[Band]:
    """Stretches of this device without data, as far as they lie within what is shown."""
    first, last = _stretch(seen)
    found = []
    for gap in seen.record.gaps.values():
        until = gap.until_us / 1e6 if gap.until_us is not None else seen.state.now_us / 1e6
        if gap.link == device.link and until > first:
            found.append(Band(max(first, gap.since_us / 1e6), min(until, last), t("live-chart-gap")))
    return found


def _within(seen: Seen, link: int, metric: str) -> list[Moment]:
    first = seen.state.now_us - KEPT_US
    return [one for one in seen.state.recent.of(link, metric) if one[0] >= first]


def _line(seen: Seen, device: DeviceView, metric: str) -> list[Point]:
    """A line that is broken where two samples are too far apart, or a gap lies between."""
    longest_us = longest_step_ms(device.plan.get("expected_interval_ms")) * 1000
    gaps = sorted(gap.since_us for gap in seen.record.gaps.values() if gap.link == device.link)
    points: list[Point] = []
    last: int | None = None
    for at, value in _within(seen, device.link, metric):
        if last is not None and (at - last > longest_us or bisect_left(gaps, last) < bisect_left(gaps, at)):
            points.append((last / 1e6, None))
        points.append((at / 1e6, value))
        last = at
    return points


def _limits(seen: Seen, channel: Channel, scope: Scope, of: str | None, unit: str, t: Texts) -> list[Limit]:
    """The limits on what is drawn; one on a mean, rms or peak only where that is what the device states."""
    found = []
    for limit in limits_kept(seen.record.protocol):
        if limit.channel is not channel or limit.scope is not scope or limit.documented or limit.unit != unit:
            continue
        if limit.statistic is not None and scope is Scope.SAMPLE and of not in ("dc", limit.statistic.value):
            continue
        for name, value in (("hard", limit.hard), ("soft", limit.soft)):
            if value is not None and (name == "hard" or value != limit.hard):
                words = t(f"live-chart-{name}", value=plain(value), unit=unit)
                found.append(Limit(words, float(value), hard=name == "hard"))
    return found


def _described(panels: list[Panel], t: Texts) -> str:
    """What is to be seen, for those who cannot see it."""
    return " ".join(t("live-chart-described", what=panel.quantity, count=_count(panel)) for panel in panels)


def _count(panel: Panel) -> int:
    return sum(value is not None for series in panel.series for _, value in series.points)
