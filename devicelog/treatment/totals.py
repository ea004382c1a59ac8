"""What was given so far, in a session and in each zone of it: counts, volume, charge, time.

Amounts are whole billionths of the record's unit, so that a hundred times 0.02 mL is 2 mL and not a little more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from devicelog.driver import Category, ReportKind
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.observation.run import Run
from devicelog.treatment.intervals import Interval
from devicelog.treatment.protocol import Statistic
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, Quantity, SampleQuantities
from devicelog.treatment.timeline import Edge, Timeline

#: Totals.charge for one mA·min: billionths of a mA times ms, twice, so that the trapezoid rule stays exact.
CHARGE_SCALE = NANO * 60_000 * 2
#: Without an expected interval, two samples further apart than this are not joined by a straight line (ms).
_LONGEST_STEP_MS = 3_000
#: A device is silent, and two samples are too far apart, after this many of its expected intervals.
SILENT_INTERVALS = 3
#: Time beyond its expected interval that a device that is well may take: reports queue, and hosts stamp late (ms).
_SLACK_MS = 1_000


def evident_ms(expected_interval_ms: int | None) -> int:
    """For how long a device counts as there at the beginning and the end, where nothing that it sent encloses that."""
    return (expected_interval_ms or 0) + _SLACK_MS


#: Why no charge follows from a current that a person typed.
TYPED_CURRENT = "the current was typed, and what flowed between two moments nobody knows"


def longest_step_ms(expected_interval_ms: int | None) -> int:
    """The longest time between two samples of a device that is not a gap, in ms."""
    return expected_interval_ms * SILENT_INTERVALS if expected_interval_ms else _LONGEST_STEP_MS


@dataclass(slots=True)
class Totals:
    """`injections` are triggers times needles; `volume` is in nano-mL; `charge` in mA·min times CHARGE_SCALE.

    `elapsed_ms` runs from the first treatment, pauses included. `missing_ms` is time in which current may have flowed
    without a sample: `charge` is then a lower bound. `polled` are triggers that were counted between two answers of a
    device or two statements of a person, each without a moment of its own; of `without_volume` of them no volume is
    known.
    """

    triggers: int = 0
    polled: int = 0
    without_volume: int = 0
    injections: int = 0
    volume: int = 0
    purged: int = 0
    charge: int = 0
    samples: int = 0
    current_ms: int = 0
    elapsed_ms: int = 0
    missing_ms: int = 0

    def clear(self) -> None:
        """Begin again at zero."""
        for name in self.__dataclass_fields__:
            setattr(self, name, 0)

    def begin_again(self) -> None:
        """Begin again at zero, but for the time."""
        elapsed_ms = self.elapsed_ms
        self.clear()
        self.elapsed_ms = elapsed_ms

    def add(self, other: Totals) -> None:
        """Take in what was counted elsewhere."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def volume_ml(self) -> Decimal:
        return Decimal(self.volume) / NANO

    @property
    def purged_ml(self) -> Decimal:
        return Decimal(self.purged) / NANO

    @property
    def charge_ma_min(self) -> Decimal:
        return Decimal(self.charge) / CHARGE_SCALE


class Tally:
    """The totals of a session, of its zones and of its links, and the settings of each link that they depend on.

    A link's totals begin again with the device's own counters; its time goes on. The settings of an `uncertain` link
    are the last ones known: reports are missing since, or the device was away, and they may have changed.
    """

    def __init__(self, zone: str | None, settings: Mapping[str, Any] | None = None) -> None:
        self.session = Totals()
        self.zones: dict[str, Totals] = {}
        self.links: dict[int, Totals] = {}
        self._given = dict(settings or {})
        self._settings: dict[int, dict[str, Any]] = {}
        self._timelines: dict[int, Timeline] = {}
        self.uncertain: set[int] = set()
        self.edges: dict[int, Edge] = {}
        self._said: dict[int, tuple[int, int]] = {}
        self._first_us: int | None = None
        self.zone: str | None = None
        self.in_zone = Totals()
        self.enter(zone)

    def enter(self, zone: str | None) -> None:
        """Count for this zone from now on; None: for no zone."""
        self.zone = zone
        self.in_zone = self.zones.setdefault(zone, Totals()) if zone is not None else Totals()

    def settings(self, link: int) -> dict[str, Any]:
        """The settings in force of a link: text as sent, numbers in billionths of the record's unit."""
        return self._settings.setdefault(link, dict(self._given))

    def certain_settings(self, link: int) -> dict[str, Any]:
        """The settings that a verdict may rest on: none of the device's while they may have changed unseen."""
        return dict(self._given) if link in self.uncertain else self.settings(link)

    def doubt(self, link: int) -> None:
        """The settings of a link may have changed unseen."""
        stated, doubts = self.said(link)
        self._said[link] = stated, doubts + 1
        if link in self._settings:
            self.uncertain.add(link)

    def set(self, layout: Layout, values: Sequence[Any]) -> bool:
        """Take over a report of settings, or of one; whether anything changed or became certain.

        A value whose unit could not be resolved is not known.
        One setting leaves the others as they were, unless they may have changed unseen: then it is the only one known.
        """
        count, doubts = self.said(layout.link)
        self._said[layout.link] = count + 1, doubts
        stated = {
            column.metric: value if column.unit is None else nano(value, column.scale)
            for column, value in zip(layout.columns, values, strict=True)
            if column.category is Category.SETTING and value is not None and column.fault is None
        }
        certain = layout.link not in self.uncertain
        stays = self.settings(layout.link) if certain and layout.kind is ReportKind.SETTING else self._given
        now = {**stays, **stated}
        if certain and self.settings(layout.link) == now:
            return False
        self.uncertain.discard(layout.link)
        self._settings[layout.link] = now
        return True

    def timeline(self, link: int, host_us: int) -> Timeline:
        """The time of a link's treatment, which begins now if it has not begun."""
        if self._first_us is None:
            self._first_us = host_us
        if link not in self._timelines:
            timeline = self._timelines[link] = Timeline((host_us - self._first_us) // 1000)
            timeline.edge = self.edges.pop(link, None)
            timeline.interrupted = timeline.edge is not None
        return self._timelines[link]

    def interrupt(self, link: int) -> None:
        """Reports of this link are missing: nothing is interpolated over them, and a setting may be among them."""
        self.doubt(link)
        if link in self._timelines:
            self._timelines[link].interrupt()

    def said(self, link: int) -> tuple[int, int]:
        """How often the settings of a link were stated, and doubted."""
        return self._said.get(link, (0, 0))

    # What `branch` needs: a tally for a stretch that was missed, beside the live one.

    def split(self, link: int, *, certain: bool) -> Tally:
        """A tally of the same session and zones that goes on with this link from here on, its totals included."""
        other = copy(self)
        other.links = {link: replace(self.links.setdefault(link, Totals()), elapsed_ms=0)}
        other._settings = {link: dict(self.settings(link))}  # noqa: SLF001
        other._timelines = {of: copy(line) for of, line in self._timelines.items() if of == link}  # noqa: SLF001
        other._said = {}  # noqa: SLF001
        other.edges = {}
        other.uncertain = set() if certain else {link}
        return other

    def known_timeline(self, link: int) -> Timeline | None:
        """The time of a link's treatment, None if it has not begun."""
        return self._timelines.get(link)

    def adopt_timeline(self, link: int, timeline: Timeline, of: Tally) -> None:
        """A link's treatment began in what was read back."""
        self._timelines[link] = timeline
        if self._first_us is None:
            self._first_us = of._first_us

    def take_settings(self, other: Tally, link: int, *, certain: bool) -> None:
        """All that a link stated while it was not heard is known now."""
        self._settings[link] = dict(other.settings(link))
        if certain and link not in other.uncertain:
            self.uncertain.discard(link)

    def restart(self, link: int) -> None:
        """The device's own counters begin again."""
        self.links.setdefault(link, Totals()).begin_again()
        if link in self._timelines:
            self._timelines[link].current = None

    def forget_device(self, link: int) -> None:
        """Another device is on the line: counters, clock and settings of the one before are not its own."""
        self.restart(link)
        self._settings.pop(link, None)
        self.uncertain.discard(link)
        if link in self._timelines:
            self._timelines[link].forget_device()

    def of(self, link: int) -> tuple[Totals, Totals, Totals]:
        """What an observation of this link adds to: session, zone, link."""
        return self.session, self.in_zone, self.links.setdefault(link, Totals())

    def needles(self, link: int) -> int | None:
        """Injections per trigger, if the device has said."""
        needles = self.settings(link).get("needles")
        return needles // NANO if needles else None


class _Adder:
    """What adding injections and samples of one layout to a tally has in common: time."""

    def __init__(self, tally: Tally, layout: Layout) -> None:
        self._tally = tally
        self._link = layout.link
        self._totals = tally.of(layout.link)
        self._uptime = layout.category(Category.UPTIME)
        self._boot = layout.category(Category.EPOCH)
        self._timeline: Timeline | None = None

    def step(self, values: Sequence[Any], host_us: int, *, treating: bool = True) -> int:
        """Milliseconds since the link's reading before. Time in which several links treat passes once in a session."""
        timeline = self._timeline
        if timeline is None:
            timeline = self._timeline = self._tally.timeline(self._link, host_us)
        uptime = values[self._uptime] if self._uptime is not None else None
        boot = values[self._boot] if self._boot is not None else None
        delta = timeline.step(uptime, boot, host_us, treating=treating)
        self._elapse(timeline.elapsed_ms, delta)
        return delta

    def _elapse(self, elapsed_ms: int, delta: int) -> None:
        session, zone, link = self._totals
        ahead = elapsed_ms - session.elapsed_ms
        if ahead > 0:
            session.elapsed_ms += ahead
            zone.elapsed_ms += ahead
        link.elapsed_ms += delta


class InjectionTally(_Adder):
    """Adds the injections of one layout to a tally."""

    def __init__(self, tally: Tally, layout: Layout) -> None:
        super().__init__(tally, layout)
        self._session = tally.session
        self._volume = layout.position("volume")
        self._scale = layout.columns[self._volume].scale if self._volume is not None else 0
        self._needles = tally.needles(layout.link) or 1

    def add(self, values: Sequence[Any], host_us: int) -> None:
        """One trigger."""
        self.step(values, host_us)
        volume = values[self._volume] if self._volume is not None else None
        amount = nano(volume, self._scale) if volume is not None else 0
        needles = self._needles
        for totals in self._totals:
            totals.triggers += 1
            totals.injections += needles
            totals.volume += amount

    def sum(self, run: Run) -> Totals | None:
        """What a run would add to the session, its time included; None if it is not plain. Nothing is added."""
        uptimes = run.whole_numbers(self._uptime) if self._uptime is not None else None
        volumes = run.whole_numbers(self._volume) if self._volume is not None else ()
        if uptimes is None or volumes is None or self._timeline is None:
            return None
        span = self._timeline.span(uptimes, run.columns[self._boot] if self._boot is not None else None)
        if span is None:
            return None
        triggers = len(run.readings)
        return Totals(
            triggers=triggers,
            injections=triggers * self._needles,
            volume=sum(volumes) * self._scale,
            elapsed_ms=span,
        )

    def add_run(self, sums: Totals, host_us: int) -> None:
        """A run of triggers, with what `sum` said of it."""
        assert self._timeline is not None
        self._timeline.pass_over(sums.elapsed_ms, host_us)
        self._elapse(self._timeline.elapsed_ms, sums.elapsed_ms)
        for totals in self._totals:
            totals.triggers += sums.triggers
            totals.injections += sums.injections
            totals.volume += sums.volume

    def add_purge(self, values: Sequence[Any]) -> None:
        """One purge, which is no patient dose."""
        volume = values[self._volume] if self._volume is not None else None
        if volume is not None:
            self._session.purged += nano(volume, self._scale)


class IntervalTally(_Adder):
    """Adds what a polled device gave to a tally, at the end of each interval; in its zone and no earlier.

    What a person stated counts in the zone that he stated it for.
    """

    def __init__(self, tally: Tally, layout: Layout) -> None:
        super().__init__(tally, layout)
        self._uptime = self._boot = None  # an interval is measured by the host
        self._needles = tally.needles(layout.link) or 1

    def add(self, interval: Interval) -> None:
        """One interval."""
        triggers, volume = interval.triggers, interval.volume
        self.step((), interval.until_us, treating=bool(triggers or volume))
        for totals in self._counting(interval):
            totals.triggers += triggers
            totals.polled += triggers
            totals.without_volume += interval.without_volume
            totals.injections += triggers * self._needles
            totals.volume += volume

    def _counting(self, interval: Interval) -> Sequence[Totals]:
        """The totals in which it counts."""
        if interval.stated is None:
            return self._totals
        session, _, link = self._totals
        zone = self._tally.zones.get(interval.stated.zone) if interval.stated.zone is not None else None
        return (session, link) if zone is None else (session, zone, link)


class SampleTally(_Adder):
    """Adds the samples of one layout to a tally: charge by the trapezoid rule, never over a gap.

    `longest_ms` is the longest time between two samples that is not a gap; None: a person typed them, each is of its
    moment alone, and nothing is drawn between them. `mean` is None where the current has no
    mean that could be integrated: `zero_mean`, or `why` in words. Of a device that measures no current (it shows
    a level) no charge is missing: none was ever known.
    """

    def __init__(self, tally: Tally, layout: Layout, longest_ms: int | None) -> None:
        super().__init__(tally, layout)
        self._longest_ms = longest_ms or 0
        self._measured = layout.position("current_measured")
        self._integrates = self._measured is not None and longest_ms is not None
        self.mean: Quantity | None = None
        self.why = ""
        self.zero_mean = False
        try:
            self.mean = SampleQuantities(layout, tally.settings(layout.link)).current(Statistic.MEAN)
        except NotApplicableError:
            self.zero_mean, self._integrates = True, False
        except NotEvaluableError as error:
            self.why = str(error)
        if longest_ms is None and self.mean is not None:
            self.mean, self.why = None, TYPED_CURRENT

    def add(self, values: Sequence[Any], host_us: int) -> None:
        """One sample."""
        flows = self._measured is None or values[self._measured] != 0
        delta = self.step(values, host_us, treating=flows)
        timeline = self._timeline
        assert timeline is not None
        last = timeline.current
        current = timeline.current = self.mean(values) if self.mean is not None else None
        charge = missing = flowed = 0
        if current is not None and last is not None and delta <= self._longest_ms:
            charge = (current + last) * delta
            flowed = delta if current or last else 0
        elif (self._totals[-1].samples or timeline.interrupted) and self._integrates:
            missing = delta
        if timeline.interrupted:
            timeline.resume(self._totals if self._integrates else (), missing, self._longest_ms)
        for totals in self._totals:
            totals.samples += 1
            totals.charge += charge
            totals.current_ms += flowed
            totals.missing_ms += missing
