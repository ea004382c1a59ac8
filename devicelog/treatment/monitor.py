"""Holds each observation against the treatment protocol: one verdict an observation, alarms where limits are breached.

What cannot be evaluated is said once as an alarm and stands as the verdict of every observation that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from devicelog.bodymap.zones import BodyMap
from devicelog.driver import Priority
from devicelog.observation.layout import Layout
from devicelog.observation.run import Run
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.branch import Branches
from devicelog.treatment.check import Check, Judgement
from devicelog.treatment.citation import cited, named
from devicelog.treatment.exclusions import Exclusions
from devicelog.treatment.intervals import Interval
from devicelog.treatment.judge import Judge
from devicelog.treatment.protocol import Limit, Severity, TreatmentProtocol
from devicelog.treatment.totals import InjectionTally, Tally
from devicelog.treatment.unit_step import unit_step


class Monitor:
    """The treatment protocol at work in one session; `tally` holds what was given so far.

    `cites`: alarms name the source of the limit that was breached.
    """

    def __init__(
        self,
        protocol: TreatmentProtocol | None,
        tally: Tally,
        alarms: AlarmBook,
        body_map: BodyMap | None = None,
        *,
        cites: bool = False,
    ) -> None:
        self.protocol = protocol
        self._cites = cites
        self.tally = tally
        self.branches = Branches(tally)
        self._alarms = alarms
        self._exclusions = Exclusions(protocol, body_map, alarms)
        self._checks: dict[int, Check] = {}
        self._judges: dict[tuple[Any, ...], Judge] = {}
        self._looked_at: set[int] = set()

    def judge(self, layout: Layout, values: Sequence[Any], host_us: int, longest_ms: int | None) -> Judgement:
        """Add an injection, sample or pulse to the totals and hold it against every limit that it concerns."""
        check = self._checks.get(layout.number)
        if check is None:
            self._look_at_unit(layout, values)
            check = self._checks[layout.number] = Check(self, layout, longest_ms)
        return check.judge(values, host_us)

    def _look_at_unit(self, layout: Layout, values: Sequence[Any]) -> None:
        """Say that a volume stepped by a thousand where its unit is another one than before."""
        if layout.number in self._looked_at:
            return
        self._looked_at.add(layout.number)
        found = unit_step(layout, values, self.tally.links.get(layout.link))
        if found is not None:
            condition = ("unit step", layout.number)
            self._alarms.begin(condition, Priority.MEDIUM, found, latching=True, link=layout.link)

    def judge_interval(self, layout: Layout, interval: Interval) -> Judgement:
        """Add what was given in an interval, and hold the totals against their limits."""
        if interval.takes_back:
            return self._judge_anew(layout, interval)
        check = self._interval_check(layout)
        check.add_interval(interval)
        return check.judge_interval(interval)

    def _judge_anew(self, layout: Layout, interval: Interval) -> Judgement:
        """What counted before was taken back: totals may be less now, and alarms about them over."""
        check = self._interval_check(layout)
        for judge in self._judges.values():
            judge.keep_peak()
        check.add_interval(interval)
        for judge in self._judges.values():
            judge.reconsider(self.tally.session.elapsed_ms)
        self._checks.clear()
        return self._interval_check(layout).judge_interval(interval)

    def _interval_check(self, layout: Layout) -> Check:
        check = self._checks.get(layout.number)
        if check is None:
            check = self._checks[layout.number] = Check(self, layout, 0)
        return check

    def judge_run(self, layout: Layout, run: Run, host_us: int) -> Judgement | None:
        """Add a run of readings at one go; None, and nothing added, if they have to be judged one by one."""
        check = self._checks.get(layout.number)
        return check.judge_run(run, host_us) if check is not None else None

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
        return Monitor(self.protocol, self.branches[gap].tally, self._alarms.of_memory(), cites=self._cites)

    def of_logs(self, link: int) -> Monitor:
        """What holds a device's own logs against the treatment protocol: totals are shared, time is their own."""
        tally = self.tally.split(link, certain=True)
        return Monitor(self.protocol, tally, self._alarms.of_memory(), cites=self._cites)

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
        self._exclusions.leave(self.tally.zone)
        self.tally.enter(zone)
        self._checks.clear()
        self._exclusions.enter(zone)

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
            judge = self._judges[key] = Judge(limit, scale, self._alarms, total, self._cite, **details)
        judge.blind = False
        return judge

    def _cite(self, limit: Limit, severity: Severity | None = None) -> dict[str, Any]:
        """What an alarm about a limit says of its source: of a value that was breached, or of the protocol alone."""
        if self.protocol is None or not self._cites:
            return {}
        return {"protocol": named(self.protocol)} if severity is None else cited(self.protocol, limit, severity)

    def cannot(self, limit: Limit, link: int, why: str | None) -> None:
        """Say once that a limit cannot be evaluated, or that it can be (None)."""
        condition = ("not evaluable", limit.number, link)
        if why is None:
            self._alarms.end(condition)
            return
        doubt = ", and what it said before may have changed unseen" if link in self.tally.uncertain else ""
        text = f"{limit.name} cannot be evaluated: {why}{doubt}"
        about = {"limit": limit.number, "name": limit.name, "link": link, **self._cite(limit)}
        self._alarms.begin(condition, Priority.MEDIUM, text, **about)

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
