"""The record: a pure fold over a session's entries gives the session as people see it.

Every reader (terminal, exports, page) shows this one thing. Nothing here is stored; entries are all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from msgspec.structs import replace

from devicelog.driver import Category, ReportKind
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.ledger.amendment import held
from devicelog.ledger.sealed import words
from devicelog.ledger.statement import STATED
from devicelog.observation.layout import Layout
from devicelog.record.adder import add_stated
from devicelog.record.adders import Adders
from devicelog.record.device_logs import DeviceLogs
from devicelog.record.doses import Doses, apart
from devicelog.record.missing import missing_from
from devicelog.record.refusals import Refusals
from devicelog.record.spread import Spread
from devicelog.record.statements import Statements, corrected
from devicelog.record.stops import Stops
from devicelog.record.views import Acknowledged, AlarmView, AmendmentView, CounterView, DeviceView, GapView, WallClock
from devicelog.treatment.branch import Branch, Branches
from devicelog.treatment.intervals import Interval
from devicelog.treatment.totals import InjectionTally, IntervalTally, Tally

#: Kinds of entry that change nothing in a record; any other is in the table of handlers, or is of a later version.
PASSED_OVER = frozenset(
    {Kind.DEVICE_CONFIRMED, Kind.DRIVER_FAULT, Kind.UNCONFIRMED, Kind.ASKED, Kind.LOGS_LISTED, Kind.ENDING}
)


def _on_counter(what: str) -> Callable[[Record, Any, int], None]:
    """What takes an entry that says what happened to a counter."""

    def take(record: Record, content: Any, t_us: int) -> None:
        seen = (content["metric"], content["before"], content["now"])
        record.counters.append(CounterView(t_us, content["link"], what, *seen))

    return take


class Record:
    """A session as far as its entries go. `apply` takes them in order; reading it changes nothing."""

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}
        self.ended: str | None = None
        self.interrupted = False
        self.interrupted_because: str | None = None
        self.last_us = 0
        self.entries = 0
        self.devices: dict[int, DeviceView] = {}
        self.layouts: dict[int, Layout] = {}
        self.observations: dict[str, int] = {}
        self.verdicts = dict.fromkeys(Verdict.WORDS, 0)
        self.tally = Tally(None)
        self.places: dict[str, str | None] = {}
        self.spreads: dict[tuple[str | None, str], Spread] = {}
        self.alarms: dict[int, AlarmView] = {}
        self.gaps: dict[int, GapView] = {}
        self.counters: list[CounterView] = []
        self.reconciled: list[dict[str, Any]] = []
        self.unreconciled: list[dict[str, Any]] = []
        self.statements = Statements()
        self.doses = Doses()
        self.purges = 0
        self.unmeasured_purges = 0
        self.amendments: list[AmendmentView] = []
        self.inexact_intervals = 0
        self.clock = WallClock()
        self.stops = Stops(self.clock)
        self.device_logs = DeviceLogs()
        self.refusals = Refusals()
        self._branches = Branches(self.tally)
        self._adders = self._new_adders()
        self._states: dict[int, tuple[int | None, frozenset[str]]] = {}

    def _new_adders(self) -> Adders:
        """What adds to totals and spreads; whoever needs no spreads has others."""
        return Adders(self.tally, self.spreads, self.devices)

    # -- as people see it --------------------------------------------------------------------------------------

    @property
    def session(self) -> str:
        return str(self.started.get("session", ""))

    @property
    def state(self) -> str:
        return "interrupted" if self.interrupted else "ended" if self.ended is not None else "running"

    @property
    def simulated(self) -> bool:
        """Whether any device said that it is not real."""
        return any(device.simulated for device in self.devices.values())

    @property
    def protocol(self) -> dict[str, Any] | None:
        return self.started.get("protocol")

    @property
    def notes(self) -> list[tuple[int, str]]:
        """What people noted, during the recording and later, each with its moment."""
        return [(made.t_us, words(made.now.get("text", ""))) for made in self.statements.of(Kind.NOTE)]

    @property
    def open_alarms(self) -> list[AlarmView]:
        """Alarms whose condition lasts, the most urgent first."""
        urgency = ("high", "medium", "low")
        return sorted(
            (alarm for alarm in self.alarms.values() if alarm.ended_us is None),
            key=lambda alarm: (urgency.index(alarm.priority), -alarm.number),
        )

    def wall(self, t_us: int) -> datetime:
        """The host's wall time (UTC) of a moment of the session."""
        return self.clock.at(t_us)

    def missing_things(self) -> list[str]:
        """What a complete record would have and this one has not, in words."""
        return missing_from(self)

    # -- the fold ----------------------------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Take one more entry."""
        self.entries = entry.number
        self.last_us = entry.t_us
        handler = self.HANDLERS.get(entry.kind)
        if handler is not None:
            handler(self, entry.content, entry.t_us)
        elif entry.kind in STATED:
            made = self.statements.take(entry, late=self.state != "running", devices=self.devices.values())
            self.doses.hear(self.tally, made)
            if entry.kind == Kind.ALARM_ACKNOWLEDGED:
                self._acknowledged(entry)

    def _on_observation(self, content: Sequence[Any], t_us: int) -> None:
        number, _, values, verdict, _ = content
        layout = self.layouts[number]
        self.observations[layout.report] = self.observations.get(layout.report, 0) + 1
        if layout.kind.treats:
            if layout.kind is not ReportKind.INTERVAL:
                self._adders.live(layout).add(values, t_us)
            if verdict is not None:
                self.verdicts[Verdict.WORDS[verdict]] += 1
        elif layout.kind is ReportKind.PURGE:
            self._purge(self.tally, layout, values)
        elif layout.kind in (ReportKind.SETTINGS, ReportKind.SETTING) and self.tally.set(layout, values):
            self._adders.forget_link(layout.link)
        elif layout.kind is ReportKind.TOTALS:
            self._branches.settle(layout.link)
        else:
            self.refusals.take(layout, values)
        self._account(layout, values, t_us)

    def _on_interval(self, content: dict[str, Any], _: int) -> None:
        interval = Interval.from_content(content)
        self.inexact_intervals += bool(interval.odd)
        IntervalTally(self.tally, self.layouts[content["layout"]]).add(interval)
        add_stated(self.spreads, interval)

    def _account(self, layout: Layout, values: Sequence[Any], t_us: int) -> None:
        """Whether the device says that it is idle: in a state of its own, or by ending the treatment."""
        device = self.devices[layout.link]
        device.account.heard(t_us)
        position, idle_states = self._states[layout.number]
        if position is not None and values[position] is not None:
            device.account.idle(t_us, idle=values[position] in idle_states)
        elif not device.typed and (layout.kind.treats or layout.kind is ReportKind.TOTALS):
            device.account.idle(t_us, idle=layout.kind is ReportKind.TOTALS)

    def _on_from_memory(self, content: dict[str, Any], t_us: int) -> None:
        """What was read back of a gap is counted where it belongs; what belongs to none is only kept."""
        self.devices[content["link"]].recalled += 1
        if "log" in content:
            self._add_logged(self.layouts[content["layout"]], content, t_us)
        if "gap" not in content:
            return
        layout, values, gap = self.layouts[content["layout"]], content["values"], self.gaps[content["gap"]]
        gap.filled += 1
        gap.missing = gap.missing - 1 if gap.missing is not None else None
        branch = self._branches[gap.number]
        position = layout.category(Category.EPOCH)
        if branch.reach(values[position] if position is not None else None, content["zone"]):
            self._adders.forget_gap(gap.number)
        if content.get("broken"):
            branch.interrupt()
        self.observations[layout.report] = self.observations.get(layout.report, 0) + 1
        self._add_to_branch(branch, layout, values, content)

    def _add_to_branch(self, branch: Branch, layout: Layout, values: Sequence[Any], content: dict[str, Any]) -> None:
        if layout.kind.treats:
            self._adders.of_gap(branch, layout).add(values, content["happened"])
            if content["verdict"] is not None:
                self.verdicts[Verdict.WORDS[content["verdict"]]] += 1
        elif layout.kind is ReportKind.PURGE:
            self._purge(branch.tally, layout, values)
        elif layout.kind is ReportKind.SETTINGS and branch.tally.set(layout, values):
            self._adders.forget_gap(branch.gap)
        elif layout.kind is ReportKind.TOTALS:
            self._branches.settle(layout.link, branch.gap)

    def _add_logged(self, layout: Layout, content: Any, t_us: int) -> None:
        self.observations[layout.report] = self.observations.get(layout.report, 0) + 1
        self.device_logs.add(self.tally, self._adders, self.devices[layout.link], layout, content, t_us)
        if content["verdict"] is not None:
            self.verdicts[Verdict.WORDS[content["verdict"]]] += 1

    def _purge(self, tally: Tally, layout: Layout, values: Sequence[Any]) -> None:
        position = layout.position("volume")
        measured = position is not None and layout.columns[position].unit is not None and values[position] is not None
        self.purges += 1
        self.unmeasured_purges += not measured
        InjectionTally(tally, layout).add_purge(values)

    def _on_started(self, content: dict[str, Any], t_us: int) -> None:
        self.started = corrected(content, self.statements.first)
        self.stops.begin(content["at"], t_us)
        self.devices = {device["link"]: DeviceView(device["link"], device) for device in content["devices"]}
        self.tally = Tally(None, content["settings"])
        self._branches = Branches(self.tally)
        self._adders = self._new_adders()

    def _on_clock_stepped(self, content: dict[str, Any], t_us: int) -> None:
        self.clock.add(t_us, content["wall"], was_set=True)

    def _on_zone(self, content: dict[str, Any], _: int) -> None:
        self.tally.enter(content["zone"])
        self.places[content["zone"]] = content.get("code")
        self._adders.forget_zone()

    def _on_link_opened(self, content: dict[str, Any], t_us: int) -> None:
        self.devices[content["link"]].opened(t_us)

    def _on_link_lost(self, content: dict[str, Any], _: int) -> None:
        self.devices[content["link"]].connected = False

    def _on_device_bound(self, content: dict[str, Any], t_us: int) -> None:
        device = self.devices[content["link"]]
        device.identities.append(content)
        device.account.heard(t_us)

    def _on_device_changed(self, content: dict[str, Any], _: int) -> None:
        self.devices[content["link"]].identities.append(content)
        self._branches.settle(content["link"])
        self.tally.forget_device(content["link"])
        self._adders.forget_link(content["link"])

    def _on_device_restarted(self, content: dict[str, Any], _: int) -> None:
        self._branches.settle(content["link"])
        self.tally.restart(content["link"])

    def _on_layout(self, content: dict[str, Any], _: int) -> None:
        layout = self.layouts[content["layout"]] = Layout.from_content(content)
        idle = frozenset(self.devices[layout.link].plan.get("idle_states", ()))
        self._states[layout.number] = layout.position("state"), idle

    def _on_bad_frame(self, content: dict[str, Any], _: int) -> None:
        self.devices[content["link"]].bad_frames += 1

    def _on_repeat(self, content: dict[str, Any], _: int) -> None:
        self.devices[content["link"]].repeats += 1

    def _on_conflict(self, content: dict[str, Any], _: int) -> None:
        self.devices[content["link"]].conflicts += 1

    def _on_gap(self, content: dict[str, Any], _: int) -> None:
        number, link = content["gap"], content["link"]
        device = self.devices[link]
        self.gaps[number] = GapView(number, link, device.serial, content["cause"], content["since"])
        device.account.gap(content["since"], content["cause"], number)

    def _on_gap_closed(self, content: dict[str, Any], _: int) -> None:
        gap = self.gaps[content["gap"]]
        gap.until_us, gap.missing = content["until"], content["missing"]
        self.devices[gap.link].account.gap_closed(gap.until_us)
        if content.get("read_back"):
            self._branches.fork(gap.link, gap.number, certain=content["certain"], restart=content.get("restarted"))
            self._adders.forget_link(gap.link)
        elif gap.missing != 0:
            self.tally.interrupt(gap.link)

    def _on_gap_filled(self, content: dict[str, Any], _: int) -> None:
        gap = self.gaps[content["gap"]]
        gap.missing, gap.because = content["missing"], content["because"]
        self._branches.join(gap.number, complete=gap.missing == 0)
        self._adders.forget_gap(gap.number)
        self._adders.forget_link(gap.link)
        if gap.missing == 0:
            self.devices[gap.link].account.recalled(gap.number)

    def _on_device_clock(self, content: dict[str, Any], t_us: int) -> None:
        self.device_logs.clocks.append(content)
        self.devices[content["link"]].account.heard(t_us)

    def _on_alarm(self, content: dict[str, Any], t_us: int) -> None:
        self.alarms[content["alarm"]] = AlarmView.began(content, t_us)

    def _on_alarm_ended(self, content: dict[str, Any], t_us: int) -> None:
        alarm = self.alarms[content["alarm"]]
        alarm.ended_us = t_us
        alarm.peak = content.get("peak", alarm.peak)
        alarm.readings = content.get("readings")

    def _acknowledged(self, entry: Entry) -> None:
        """Somebody has seen an alarm. In another version of the session its number may be that of another alarm."""
        alarm = self.alarms.get(entry.content["alarm"])
        if alarm is not None and alarm.began_us == entry.content["since"]:
            alarm.acknowledged.append(Acknowledged(entry.t_us, entry.content.get("by")))

    def _on_reconciled(self, content: dict[str, Any], _: int) -> None:
        by = content.get("by", "the device's report")
        self.reconciled += [{"link": content["link"], "by": by, **figure} for figure in content["figures"]]
        if "why" in content:
            self.unreconciled.append({"link": content["link"], "why": content["why"]})

    def _on_interrupted(self, content: dict[str, Any], _: int) -> None:
        self.interrupted = True
        self.interrupted_because = content.get("because")
        self.statements.over()

    def _on_ended(self, content: dict[str, Any], _: int) -> None:
        self.ended = content["because"]
        for link in self.devices:
            self._branches.settle(link)
        self.statements.over()

    def _on_amendment(self, content: dict[str, Any], _: int) -> None:
        """What is amended by entries of its own begins anew; the record as it was stays beside it."""
        number, t_us, amendments = self.entries, self.last_us, self.amendments
        before = copy(self) if content["entries"] else None
        if before is not None:
            vars(self).update(vars(Record()))
            self.entries, self.last_us = number, t_us
            self.statements = Statements(before.statements)
        self.amendments = [*amendments, AmendmentView(content, before, number)]
        known = len(self.statements.first)
        self.statements.correct(content)
        self.started = corrected(self.started, self.statements.first[known:])

    def _on_amended(self, content: dict[str, Any], _: int) -> None:
        self.apply(replace(held(content), number=self.entries))

    HANDLERS: ClassVar[Mapping[str, Callable[[Record, Any, int], None]]] = {
        Kind.STARTED: _on_started,
        Kind.LINK_OPENED: _on_link_opened,
        Kind.LINK_LOST: _on_link_lost,
        Kind.LINK_RESTORED: _on_link_opened,
        Kind.DEVICE_BOUND: _on_device_bound,
        Kind.DEVICE_CHANGED: _on_device_changed,
        Kind.DEVICE_RESTARTED: _on_device_restarted,
        Kind.LAYOUT: _on_layout,
        Kind.OBSERVATION: _on_observation,
        Kind.INTERVAL: apart(_on_interval),
        Kind.BAD_FRAME: _on_bad_frame,
        Kind.REPEAT: _on_repeat,
        Kind.CONFLICT: _on_conflict,
        Kind.GAP: _on_gap,
        Kind.GAP_CLOSED: _on_gap_closed,
        Kind.GAP_FILLED: _on_gap_filled,
        Kind.FROM_MEMORY: apart(_on_from_memory),
        Kind.DEVICE_LOG: lambda record, content, _: record.device_logs.logs.append(content),
        Kind.DEVICE_CLOCK: _on_device_clock,
        Kind.COUNTER_WRAPPED: _on_counter("wrapped"),
        Kind.COUNTER_RESET: _on_counter("reset"),
        Kind.COUNTER_ANOMALY: _on_counter("anomaly"),
        Kind.ALARM: _on_alarm,
        Kind.ALARM_ENDED: _on_alarm_ended,
        Kind.CLOCK_STEPPED: _on_clock_stepped,
        Kind.RECORDING_RESUMED: lambda record, content, t_us: record.stops.take(content, t_us),
        Kind.ZONE: _on_zone,
        Kind.RECONCILED: _on_reconciled,
        Kind.INTERRUPTED: _on_interrupted,
        Kind.ENDED: _on_ended,
        Kind.AMENDMENT: _on_amendment,
        Kind.AMENDED: _on_amended,
    }


def fold(entries: Iterable[Entry]) -> Record:
    """The record that these entries make."""
    record = Record()
    for entry in entries:
        record.apply(entry)
    return record
