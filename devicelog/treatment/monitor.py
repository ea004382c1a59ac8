"""Holds each observation against the treatment protocol: one verdict an observation, alarms where limits are breached.

What cannot be evaluated is said once as an alarm and stands as the verdict of every observation that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from devicelog.driver import Priority, ReportKind
from devicelog.layout import NANO, Layout
from devicelog.ledger import Verdict
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.branch import Branches
from devicelog.treatment.judge import Judge
from devicelog.treatment.protocol import Channel, Limit, Scope, TreatmentProtocol
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, Quantity, SampleQuantities, column
from devicelog.treatment.totals import CHARGE_SCALE, InjectionTally, SampleTally, Tally, Totals

#: A verdict and the numbers of the limits that were breached; None without a treatment protocol.
Judgement = tuple[int | None, tuple[int, ...]]

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
_CHANNELS = {ReportKind.INJECTION: _INJECTION, ReportKind.SAMPLE: _SAMPLE, ReportKind.PULSE: _SAMPLE}

#: The running total that a channel limits, and its whole units for each record unit.
_TOTAL_OF: Mapping[Channel, tuple[str, int]] = {
    Channel.VOLUME_TOTAL: ("volume", NANO),
    Channel.INJECTION_COUNT: ("injections", 1),
    Channel.CHARGE_DOSE: ("charge", CHARGE_SCALE),
    Channel.DURATION: ("elapsed_ms", 60_000),
}

_NO_PROTOCOL: Judgement = (None, ())
_WITHIN: Judgement = (Verdict.WITHIN, ())


class Monitor:
    """The treatment protocol at work in one session; `tally` holds what was given so far."""

    def __init__(self, protocol: TreatmentProtocol | None, tally: Tally, alarms: AlarmBook) -> None:
        self.protocol = protocol
        self.tally = tally
        self.branches = Branches(tally)
        self._alarms = alarms
        self._checks: dict[int, Check] = {}
        self._judges: dict[tuple[Any, ...], Judge] = {}

    def judge(self, layout: Layout, values: Sequence[Any], host_us: int, longest_ms: int) -> Judgement:
        """Add an injection, sample or pulse to the totals and hold it against every limit that it concerns."""
        check = self._checks.get(layout.number)
        if check is None:
            check = self._checks[layout.number] = Check(self, layout, longest_ms)
        return check.judge(values, host_us)

    def set(self, layout: Layout, values: Sequence[Any]) -> None:
        """Take over a report of settings; what depends on them is worked out anew."""
        if self.tally.set(layout, values):
            self.forget(layout.link)

    def doubt(self, link: int) -> None:
        """The settings of a link may have changed unseen: no verdict rests on them until they are stated anew."""
        self.tally.doubt(link)
        self.forget(link)

    def interrupt(self, link: int) -> None:
        """Reports of a link are missing, and a setting may be among them."""
        self.tally.interrupt(link)
        self.forget(link)

    def fork(self, link: int, gap: int, *, certain: bool, restart: int | None) -> None:
        """Reports of a link are missing, and will be read back."""
        self.branches.fork(link, gap, certain=certain, restart=restart)
        self.forget(link)

    def of_branch(self, gap: int) -> Monitor:
        """What holds the reports of a gap against the treatment protocol as they are read back."""
        return Monitor(self.protocol, self.branches[gap].tally, self._alarms.of_memory())

    def join(self, gap: int, link: int, *, complete: bool) -> None:
        """All that can be read back of a gap has been."""
        self.branches.join(gap, complete=complete)
        self.forget(link)
        if not self.tally.session.missing_ms:
            self._alarms.end(("lower bound", link))

    def end_alarms(self, because: str) -> None:
        """Nothing more will be held against the limits here."""
        self._alarms.end_all(because)

    def purge(self, layout: Layout, values: Sequence[Any]) -> None:
        """Count a purge apart from what the patient was given."""
        InjectionTally(self.tally, layout).add_purge(values)

    def enter(self, zone: str | None) -> None:
        """Go on in another zone, with its own totals."""
        self._alarms.end(("zone", self.tally.zone))
        self.tally.enter(zone)
        self._checks.clear()
        if self.protocol is not None and zone in self.protocol.excluded_zones:
            text = f"the zone {zone} is excluded by the treatment protocol {self.protocol.id}"
            self._alarms.begin(("zone", zone), Priority.HIGH, text, latching=True, zone=zone)

    def forget(self, link: int) -> None:
        """Drop what was worked out for a link: its settings or its device changed."""
        self._checks = {number: check for number, check in self._checks.items() if check.layout.link != link}

    def judge_of(self, limit: Limit, scale: int, total: Callable[[], int] | None = None, **details: Any) -> Judge:
        """The judge of a limit, the same one for the whole session."""
        key = (limit.number, *sorted(details.items()))
        judge = self._judges.get(key)
        if judge is None or judge.scale != scale:
            if judge is not None:
                self._alarms.end(judge.condition, because="the number of needles changed")
            judge = self._judges[key] = Judge(limit, scale, self._alarms, total, **details)
        judge.blind = False
        return judge

    def cannot(self, limit: Limit, link: int, why: str | None) -> None:
        """Say once that a limit cannot be evaluated, or that it can be (None)."""
        condition = ("not evaluable", limit.number, link)
        if why is None:
            self._alarms.end(condition)
            return
        doubt = ", and what it said before may have changed unseen" if link in self.tally.uncertain else ""
        text = f"{limit.name} cannot be evaluated: {why}{doubt}"
        self._alarms.begin(condition, Priority.MEDIUM, text, limit=limit.number, name=limit.name, link=link)

    def lower_bound(self, link: int) -> None:
        """Say once that current may have flowed that nobody sampled."""
        text = "the charge dose is a lower bound: samples of the current are missing"
        self._alarms.begin(("lower bound", link), Priority.MEDIUM, text, latching=True, link=link)

    def mismatch(self, layout: Layout, *, matches: bool) -> None:
        """Say once that no limit of the treatment protocol applies to what a device reports, or that one does."""
        condition = ("mismatch", layout.link, layout.report)
        if matches or self.protocol is None:
            self._alarms.end(condition)
            return
        text = (
            f"nothing is checked: {self.protocol.id} is for {self.protocol.modality}, "
            f"and none of its limits applies to the device's {layout.report}"
        )
        self._alarms.begin(condition, Priority.MEDIUM, text, link=layout.link)


class Check:
    """What is done with each observation of one layout, worked out once for the settings and the zone in force."""

    def __init__(self, monitor: Monitor, layout: Layout, longest_ms: int) -> None:
        self.layout = layout
        tally = monitor.tally
        self._monitor = monitor
        self._session = tally.session
        injections = layout.kind is ReportKind.INJECTION
        self._samples = None if injections else SampleTally(tally, layout, longest_ms)
        self._add = InjectionTally(tally, layout).add if self._samples is None else self._add_sample
        self._direct: list[tuple[int, int, Judge, int]] = []
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
        for totals, name, judge in self._totals:
            value = getattr(totals, name)
            if value > judge.trip or judge.busy:
                worst, breached = _worse(worst, breached, judge, judge.judge(value, at_ms))
                if judge.settled:
                    self._settle()
        return worst, breached

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
            self._needles()
        if limit.channel is Channel.VOLUME_TOTAL:
            column(self.layout, "volume", "the volume")
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

    def _needles(self) -> int:
        tally = self._monitor.tally
        needles = tally.needles(self.layout.link) if self.layout.link not in tally.uncertain else None
        if needles is None:
            raise NotEvaluableError("the device has not said how many needles its head has")
        return needles


def _worse(
    worst: int | None, breached: tuple[int, ...], judge: Judge, found: int
) -> tuple[int | None, tuple[int, ...]]:
    """The verdict so far and that of one more limit; exceeded before warning before not evaluable before within."""
    if found == Verdict.WITHIN:
        return worst, breached
    if worst != Verdict.EXCEEDED:
        worst = found
    return worst, (*breached, judge.limit.number)
