"""What the limits of a treatment protocol ask of each observation of one layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from devicelog.driver import ReportKind
from devicelog.ledger import Verdict
from devicelog.observation.layout import NANO, Layout
from devicelog.observation.run import Run
from devicelog.treatment.intervals import TRIGGERS, VOLUME, Interval
from devicelog.treatment.judge import Judge
from devicelog.treatment.protocol import Channel, Limit, Scope
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, Quantity, SampleQuantities, column
from devicelog.treatment.stated import EACH
from devicelog.treatment.totals import CHARGE_SCALE, InjectionTally, IntervalTally, SampleTally, Totals

if TYPE_CHECKING:
    from devicelog.treatment.monitor import Monitor

#: A verdict and the numbers of the limits that were breached; None without a treatment protocol.
Judgement = tuple[int | None, tuple[int, ...]]
#: What a reading that nobody judges is given.
NO_VERDICT: Judgement = (None, ())

_INJECTION = {
    Channel.DEPTH,
    Channel.VOLUME,
    Channel.SPACING,
    Channel.VOLUME_TOTAL,
    Channel.INJECTION_COUNT,
    Channel.AREAL_DOSE,
}
_SAMPLE = {
    Channel.CURRENT,
    Channel.CURRENT_DENSITY,
    Channel.CHARGE_DOSE,
    Channel.VOLTAGE,
    Channel.PULSE_ENERGY,
    Channel.POWER_DENSITY,
}
_CHANNELS = {
    ReportKind.INJECTION: _INJECTION,
    ReportKind.INTERVAL: _INJECTION,
    ReportKind.SAMPLE: _SAMPLE,
    ReportKind.PULSE: _SAMPLE,
}

#: The running total that a channel limits, and its whole units for each record unit.
_TOTAL_OF: Mapping[Channel, tuple[str, int]] = {
    Channel.VOLUME_TOTAL: ("volume", NANO),
    Channel.INJECTION_COUNT: ("injections", 1),
    Channel.CHARGE_DOSE: ("charge", CHARGE_SCALE),
    Channel.DURATION: ("elapsed_ms", 60_000),
}

_NO_PROTOCOL: Judgement = (None, ())
_WITHIN: Judgement = (Verdict.WITHIN, ())


class Check:
    """What is done with each observation of one layout, worked out once for the settings and the zone in force."""

    def __init__(self, monitor: Monitor, layout: Layout, longest_ms: int | None) -> None:
        self.layout = layout
        tally = monitor.tally
        self._monitor = monitor
        self._session = tally.session
        injections = layout.kind is ReportKind.INJECTION
        self._intervals = IntervalTally(tally, layout) if layout.kind is ReportKind.INTERVAL else None
        sampled = not injections and self._intervals is None
        self._samples = SampleTally(tally, layout, longest_ms) if sampled else None
        self._injections = InjectionTally(tally, layout) if injections else None
        self._add = self._injections.add if self._injections is not None else self._add_sample
        self._direct: list[tuple[int, int, Judge, int]] = []
        self._each: list[tuple[str, Judge]] = []
        self._of_volume: list[Limit] = []
        self._computed: list[tuple[Quantity, Judge]] = []
        self._totals: list[tuple[Totals, str, Judge]] = []
        self._unmarked = _NO_PROTOCOL if monitor.protocol is None else _WITHIN
        self._prepare()

    def judge(self, values: Sequence[Any], host_us: int) -> Judgement:
        """The verdict on one observation, the worst over its limits."""
        self._add(values, host_us)
        at_ms = self._session.elapsed_ms
        worst, breached = self._unmarked
        for position, trip, judge, scale in self._direct:
            value = values[position]
            if value is None:
                self._lacks(judge)
                worst = worst or Verdict.NOT_EVALUABLE
            elif value > trip or judge.busy:
                self._sees(judge)
                worst, breached = _worse(worst, breached, judge, judge.judge(int(value * scale), at_ms))
        for quantity, judge in self._computed:
            value = quantity(values)
            if value is None:
                self._lacks(judge)
                worst = worst or Verdict.NOT_EVALUABLE
            elif value > judge.trip or judge.busy:
                self._sees(judge)
                worst, breached = _worse(worst, breached, judge, judge.judge(value, at_ms))
        return self._judge_totals(worst, breached, at_ms) if self._totals else (worst, breached)

    def add_interval(self, interval: Interval) -> None:
        """Add what was given in an interval to the totals."""
        assert self._intervals is not None
        self._intervals.add(interval)

    def judge_interval(self, interval: Interval) -> Judgement:
        """The verdict after an interval: on each of the triggers that a person stated, and on the totals."""
        at_ms = self._session.elapsed_ms
        worst, breached = self._unmarked
        each = interval.stated.each if interval.stated is not None else {}
        for name, judge in self._each if each else ():
            worst, breached = _worse(worst, breached, judge, judge.judge(each[name], at_ms))
        if self._lacks_volume():
            worst = worst or Verdict.NOT_EVALUABLE
        return self._judge_totals(worst, breached, at_ms)

    def _lacks_volume(self) -> bool:
        """Whether there are triggers without a volume while the volume is limited: then the total is not known."""
        lacking = self._monitor.tally.of(self.layout.link)[2].without_volume
        why = "triggers were stated, and no volume of them" if lacking else None
        for limit in self._of_volume:
            self._monitor.cannot(limit, self.layout.link, why)
        return bool(self._of_volume and lacking)

    def _judge_totals(self, worst: int | None, breached: tuple[int, ...], at_ms: int) -> Judgement:
        for totals, name, judge in self._totals:
            value = getattr(totals, name)
            if value > judge.trip or judge.busy:
                worst, breached = _worse(worst, breached, judge, judge.judge(value, at_ms))
                if judge.settled:
                    self._settle()
        return worst, breached

    def judge_run(self, run: Run, host_us: int) -> Judgement | None:
        """The verdict that all readings of a run share; None, and nothing is added, if there may be others.

        A total only grows: what is within at the end of the run was within all along.
        """
        if self._injections is None:
            return None
        for position, trip, judge, _ in self._direct:
            found = run.whole_numbers(position)
            if found is None or judge.busy or max(found) > trip:
                return None
        sums = self._injections.sum(run)
        if sums is None:
            return None
        for totals, name, judge in self._totals:
            if judge.busy or getattr(totals, name) + getattr(sums, name) > judge.trip:
                return None
        self._injections.add_run(sums, host_us)
        return self._unmarked

    def _add_sample(self, values: Sequence[Any], host_us: int) -> None:
        assert self._samples is not None
        missing_ms = self._session.missing_ms
        self._samples.add(values, host_us)
        if self._session.missing_ms > missing_ms:
            self._monitor.lower_bound(self.layout.link)

    def _lacks(self, judge: Judge) -> None:
        """An observation came without a value that a limit needs: an alarm until one comes with it."""
        if not judge.blind:
            judge.blind = judge.busy = True
            self._monitor.cannot(judge.limit, self.layout.link, "the device sent no value")

    def _sees(self, judge: Judge) -> None:
        if judge.blind:
            judge.blind = False
            self._monitor.cannot(judge.limit, self.layout.link, None)

    def _settle(self) -> None:
        """Take the totals whose breach is final out of the way: every further observation carries their verdict."""
        for _, _, judge in self._totals:
            if judge.settled:
                self._unmarked = _worse(*self._unmarked, judge, judge.level)
        self._totals = [total for total in self._totals if not total[2].settled]

    def _prepare(self) -> None:
        monitor, layout = self._monitor, self.layout
        apply = False
        for limit in self._limits():
            why = None
            try:
                self._add_limit(limit)
            except NotApplicableError:
                continue
            except NotEvaluableError as error:
                why = str(error)
                self._unmarked = (Verdict.NOT_EVALUABLE, ())
            finally:
                monitor.cannot(limit, layout.link, why)
            apply |= limit.channel is not Channel.DURATION
        monitor.mismatch(layout, matches=apply)
        if monitor.protocol is not None and not apply:
            self._unmarked = (Verdict.NOT_EVALUABLE, ())
        self._settle()

    def _limits(self) -> Iterator[Limit]:
        """The limits that this layout's observations concern; those of a course belong to the opening of a session."""
        channels = _CHANNELS.get(self.layout.kind, set()) | {Channel.DURATION}
        for limit in self._monitor.protocol.limits if self._monitor.protocol is not None else ():
            if limit.channel in channels and limit.scope is not Scope.COURSE and not limit.documented:
                yield limit

    def _add_limit(self, limit: Limit) -> None:
        if limit.scope in (Scope.SESSION, Scope.ZONE):
            self._add_total(limit)
        elif limit.scope is Scope.INJECTION:
            self._add_injection_limit(limit)
        else:
            quantity = SampleQuantities(self.layout, self._monitor.tally.certain_settings(self.layout.link)).of(limit)
            self._computed.append((quantity, self._monitor.judge_of(limit, NANO, link=self.layout.link)))

    def _add_total(self, limit: Limit) -> None:
        tally = self._monitor.tally
        if limit.channel not in _TOTAL_OF:
            raise NotEvaluableError(f"no device reports what {limit.channel} needs")
        if limit.scope is Scope.ZONE and tally.zone is None:
            raise NotEvaluableError("no zone is in use")
        if limit.channel is Channel.INJECTION_COUNT:
            if self._intervals is not None:
                _any_column(self.layout, TRIGGERS, "a count of triggers")
            self._needles()
        if limit.channel is Channel.VOLUME_TOTAL:
            _any_column(self.layout, ("volume",) if self._intervals is None else VOLUME, "the volume")
            self._of_volume += [limit] if self._is_stated else []
        if limit.channel is Channel.CHARGE_DOSE and self._samples is not None and self._samples.mean is None:
            if self._samples.zero_mean:
                raise NotApplicableError
            raise NotEvaluableError(self._samples.why)
        name, scale = _TOTAL_OF[limit.channel]
        of_zone = limit.scope is Scope.ZONE
        totals = tally.in_zone if of_zone else tally.session
        details = {"zone": tally.zone} if of_zone else {}
        judge = self._monitor.judge_of(limit, scale, lambda: int(getattr(totals, name)), **details)
        self._totals.append((totals, name, judge))

    def _add_injection_limit(self, limit: Limit) -> None:
        if self._is_stated:
            self._add_limit_of_each(limit)
            return
        if self._intervals is not None:
            raise NotEvaluableError("the device is polled, and single injections are not seen")
        if limit.channel not in (Channel.DEPTH, Channel.VOLUME):
            raise NotEvaluableError(f"no device reports {limit.channel}")
        column(self.layout, limit.channel, limit.channel)
        position = self.layout.position(limit.channel)
        assert position is not None
        wire = self.layout.columns[position].scale
        needles = self._needles() if limit.channel is Channel.VOLUME else 1
        # A limit is per needle; all needles together are held against its multiple, so that no division is needed.
        judge = self._monitor.judge_of(limit, NANO * needles, link=self.layout.link)
        self._direct.append((position, judge.trip // wire, judge, wire))

    @property
    def _is_stated(self) -> bool:
        """Whether a person states what is given."""
        return self.layout.position("triggers_given") is not None

    def _add_limit_of_each(self, limit: Limit) -> None:
        """A limit of single injections, of which a person states a number at a time: all are as he stated last."""
        setting = EACH.get(limit.channel)
        if setting is None:
            raise NotEvaluableError(f"nobody states {limit.channel}")
        if self._monitor.tally.certain_settings(self.layout.link).get(setting) is None:
            raise NotEvaluableError(f"nobody has stated the {limit.channel} of each injection")
        needles = self._needles() if limit.channel is Channel.VOLUME else 1
        judge = self._monitor.judge_of(limit, NANO * needles, link=self.layout.link)
        self._each.append((limit.channel, judge))

    def _needles(self) -> int:
        tally = self._monitor.tally
        needles = tally.needles(self.layout.link) if self.layout.link not in tally.uncertain else None
        if needles is None:
            raise NotEvaluableError("the device has not said how many needles its head has")
        return needles


def _any_column(layout: Layout, names: Sequence[str], what: str) -> None:
    """Raise NotEvaluableError if the layout has none of these columns with a unit."""
    column(layout, next((name for name in names if layout.position(name) is not None), names[0]), what)


def _worse(
    worst: int | None, breached: tuple[int, ...], judge: Judge, found: int
) -> tuple[int | None, tuple[int, ...]]:
    """The verdict so far and that of one more limit; exceeded before warning before not evaluable before within."""
    if found == Verdict.WITHIN:
        return worst, breached
    if worst != Verdict.EXCEEDED:
        worst = found
    return worst, (*breached, judge.limit.number)
