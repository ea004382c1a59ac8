"""What was given so far, in a session and in each zone of it: counts, volume, charge, time.

Amounts are whole billionths of the record's unit, so that a hundred times 0.02 mL is 2 mL and not a little more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devicelog.driver import Category
from devicelog.layout import NANO, Layout, nano
from devicelog.run import Run
from devicelog.treatment.protocol import Statistic
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, Quantity, SampleQuantities

#: Totals.charge for one mA·min: billionths of a mA times ms, twice, so that the trapezoid rule stays exact.
CHARGE_SCALE = NANO * 60_000 * 2
#: Without an expected interval, two samples further apart than this are not joined by a straight line (ms).
_LONGEST_STEP_MS = 3_000
#: A device is silent, and two samples are too far apart, after this many of its expected intervals.
SILENT_INTERVALS = 3
#: A device's clock that goes back by more than this has wrapped at 2^32 ms.
_WRAPPED = -(1 << 31)


def longest_step_ms(expected_interval_ms: int | None) -> int:
    """The longest time between two samples of a device that is not a gap, in ms."""
    return expected_interval_ms * SILENT_INTERVALS if expected_interval_ms else _LONGEST_STEP_MS


@dataclass(slots=True)
class Totals:
    """`injections` are triggers times needles; `volume` is in nano-mL; `charge` in mA·min times CHARGE_SCALE.

    `elapsed_ms` runs from the first treatment, pauses included. `missing_ms` is time in which current may have flowed
    without a sample: `charge` is then a lower bound.
    """

    triggers: int = 0
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

    @property
    def volume_ml(self) -> Decimal:
        return Decimal(self.volume) / NANO

    @property
    def purged_ml(self) -> Decimal:
        return Decimal(self.purged) / NANO

    @property
    def charge_ma_min(self) -> Decimal:
        return Decimal(self.charge) / CHARGE_SCALE


class Timeline:
    """The time of one link's treatment in ms, by the device's own clock where it has one, else by the host's.

    The device's clock counts between two readings of the same boot, and may wrap once. `elapsed_ms` runs from the
    session's first treatment; `current` is that of the sample before, None where no line may be drawn from it;
    `interrupted` says that reports are missing since then.
    """

    def __init__(self, elapsed_ms: int) -> None:
        self.elapsed_ms = elapsed_ms
        self.current: int | None = None
        self.interrupted = False
        self._pause_ms: int | None = None
        self._last_uptime: int | None = None
        self._last_boot: int | None = None
        self._last_us: int | None = None

    def step(self, uptime: int | None, boot: int | None, host_us: int, *, treating: bool) -> int:
        """Milliseconds since the reading before (0 for the first).

        `elapsed_ms` runs from the first reading in which the device treats to the last; pauses between them count.
        """
        last_uptime, last_us = self._last_uptime, self._last_us
        same_boot = boot == self._last_boot
        self._last_uptime, self._last_boot, self._last_us = uptime, boot, host_us
        if last_us is None:
            self._elapse(0, treating=treating)
            return 0
        delta = -1
        if same_boot and uptime is not None and last_uptime is not None:
            delta = uptime - last_uptime
            if delta < _WRAPPED:
                delta += 1 << 32
        if delta < 0:
            delta = max(0, (host_us - last_us) // 1000)
        if treating and self._pause_ms == 0:
            self.elapsed_ms += delta
        else:
            self._elapse(delta, treating=treating)
        return delta

    def span(self, uptimes: Sequence[int], boots: Sequence[Any] | None) -> int | None:
        """Milliseconds that a run of treating readings takes by the device's clock; None if that is not plain."""
        last = self._last_uptime
        if last is None or self._pause_ms != 0 or uptimes[0] < last or list(uptimes) != sorted(uptimes):
            return None
        same_boot = self._last_boot is None if boots is None else boots.count(self._last_boot) == len(boots)
        return uptimes[-1] - last if same_boot else None

    def pass_over(self, span_ms: int, host_us: int) -> None:
        """A run of that span has passed."""
        assert self._last_uptime is not None
        self._last_uptime += span_ms
        self._last_us = host_us
        self.elapsed_ms += span_ms

    def _elapse(self, delta: int, *, treating: bool) -> None:
        if self._pause_ms is None:  # nothing was given yet
            self._pause_ms = 0 if treating else None
        elif treating:
            self.elapsed_ms += self._pause_ms + delta
            self._pause_ms = 0
        else:
            self._pause_ms += delta

    def interrupt(self) -> None:
        """Something is missing here: no line is drawn over it."""
        self.current = None
        self.interrupted = True

    def forget_device(self) -> None:
        """The clock of another device says nothing about this one's."""
        self._last_uptime = None


class Tally:
    """The totals of a session, of its zones and of its links, and the settings of each link that they depend on.

    A link's totals are cleared when the device's own counters begin again. The settings of an `uncertain` link are the
    last ones known: reports are missing since, or the device was away, and they may have changed.
    """

    def __init__(self, zone: str | None, settings: Mapping[str, Any] | None = None) -> None:
        self.session = Totals()
        self.zones: dict[str, Totals] = {}
        self.links: dict[int, Totals] = {}
        self._given = dict(settings or {})
        self._settings: dict[int, dict[str, Any]] = {}
        self._timelines: dict[int, Timeline] = {}
        self.uncertain: set[int] = set()
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
        if link in self._settings:
            self.uncertain.add(link)

    def set(self, layout: Layout, values: Sequence[Any]) -> bool:
        """Take over a report of settings, which is complete; whether anything changed or became certain."""
        stated = {
            column.metric: value if column.unit is None else nano(value, column.scale)
            for column, value in zip(layout.columns, values, strict=True)
            if column.category is Category.SETTING and value is not None
        }
        if layout.link not in self.uncertain and self.settings(layout.link) == {**self._given, **stated}:
            return False
        self.uncertain.discard(layout.link)
        self._settings[layout.link] = {**self._given, **stated}
        return True

    def timeline(self, link: int, host_us: int) -> Timeline:
        """The time of a link's treatment, which begins now if it has not begun."""
        if self._first_us is None:
            self._first_us = host_us
        if link not in self._timelines:
            self._timelines[link] = Timeline((host_us - self._first_us) // 1000)
        return self._timelines[link]

    def interrupt(self, link: int) -> None:
        """Reports of this link are missing: nothing is interpolated over them, and a setting may be among them."""
        self.doubt(link)
        if link in self._timelines:
            self._timelines[link].interrupt()

    def restart(self, link: int) -> None:
        """The device's own counters begin again."""
        self.links.setdefault(link, Totals()).clear()
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


class SampleTally(_Adder):
    """Adds the samples of one layout to a tally: charge by the trapezoid rule, never over a gap.

    `longest_ms` is the longest time between two samples that is not a gap. `mean` is None where the current has no
    mean that could be integrated: `zero_mean`, or `why` in words.
    """

    def __init__(self, tally: Tally, layout: Layout, longest_ms: int) -> None:
        super().__init__(tally, layout)
        self._longest_ms = longest_ms
        self._measured = layout.position("current_measured")
        self.mean: Quantity | None = None
        self.why = ""
        self.zero_mean = False
        try:
            self.mean = SampleQuantities(layout, tally.settings(layout.link)).current(Statistic.MEAN)
        except NotApplicableError:
            self.zero_mean = True
        except NotEvaluableError as error:
            self.why = str(error)

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
        elif (self._totals[-1].samples or timeline.interrupted) and not self.zero_mean:
            missing = delta
        timeline.interrupted = False
        for totals in self._totals:
            totals.samples += 1
            totals.charge += charge
            totals.current_ms += flowed
            totals.missing_ms += missing
