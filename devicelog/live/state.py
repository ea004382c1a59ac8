"""What the live view knows: the record as it grows, and of each device what is true at this moment and no longer.

A measured value is shown only while it is new. When the link is lost, the device silent or the sample old, there is
no value; the last one is never held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from devicelog import clock
from devicelog.driver import ReportKind
from devicelog.ledger import Entry, Kind, Line
from devicelog.live.recent import Recent
from devicelog.live.while_paused import WhilePaused
from devicelog.observation.layout import Layout
from devicelog.record.alarm_text import PRIORITIES
from devicelog.record.record import Record
from devicelog.record.views import AlarmView, DeviceView, GapView
from devicelog.treatment.totals import longest_step_ms

if TYPE_CHECKING:
    from devicelog.driver import Report
    from devicelog.recording.backlog import Trouble


#: Besides readings, what comes of what a device sent.
_SAID = (Kind.BAD_FRAME, Kind.DEVICE_BOUND, Kind.DEVICE_CONFIRMED, Kind.DEVICE_CHANGED)


class LinkState(StrEnum):
    """How a device stands, in the words of a live view."""

    WAITING = "waiting for the port"
    CONNECTED = "connected"
    LOST = "LOST"
    SILENT = "SILENT"
    ENDED = "ended at the device"
    TYPED = "typed by hand"


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest observation of a link, or of one of its reports."""

    layout: Layout
    values: Sequence[Any]
    t_us: int


class LiveState:
    """Takes acknowledged lines, each once; everything else only looks."""

    def __init__(self) -> None:
        self.record = Record()
        self._trouble: Trouble | None = None
        self._trouble_ns = 0
        self.while_paused = WhilePaused()
        self.recent = Recent()
        self._latest: dict[int, Latest] = {}
        self._newest: dict[int, Latest] = {}
        self._declared: dict[int, tuple[Report, ...]] = {}
        self._may_say: dict[int, frozenset[str]] = {}
        self._resting: set[int] = set()
        self._lost_us: dict[int, int] = {}
        self._said_us: dict[int, int] = {}
        self._treated_us: dict[int, int] = {}

    @property
    def trouble(self) -> Trouble | None:
        """Why what is recorded does not become durable as it should; None: it does."""
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: Trouble | None) -> None:
        if trouble is not self._trouble:
            self._trouble, self._trouble_ns = trouble, clock.boot_ns()

    def take(self, lines: Sequence[Line]) -> None:
        """Add what was acknowledged."""
        for line in lines:
            entry = line.entry()
            self.record.apply(entry)
            if entry.kind == Kind.OBSERVATION:
                self._observed(entry)
            else:
                self._happened(entry)

    def _observed(self, entry: Entry) -> None:
        layout = self.record.layouts[entry.content[0]]
        self._newest[layout.number] = Latest(layout, entry.content[2], entry.t_us)
        self._note(self._said_us, layout.link, entry.t_us)
        if layout.kind.treats or self.record.devices[layout.link].typed:
            self._note(self._treated_us, layout.link, entry.t_us)
        if layout.kind.treats:
            self._latest[layout.link] = Latest(layout, entry.content[2], entry.t_us)
            self.recent.take(layout, entry.content[2], entry.t_us)
            self._resting.discard(layout.link)
        elif layout.kind is ReportKind.TOTALS:
            self._latest.pop(layout.link, None)
            self._resting.add(layout.link)

    def _note(self, moments: dict[int, int], link: int, t_us: int) -> None:
        """The newest moment stays: what is read back of a gap is older than what came before."""
        moments[link] = max(t_us, moments.get(link, 0))

    def _happened(self, entry: Entry) -> None:
        if entry.kind in _SAID:
            self._note(self._said_us, entry.content["link"], entry.t_us)
        match entry.kind:
            case Kind.STARTED:
                self._declared = {link: self._reports(link) for link in self.record.devices}
                self._may_say = {link: _names(reports) for link, reports in self._declared.items()}
            case Kind.LINK_LOST:
                self._lost_us[entry.content["link"]] = entry.t_us
                self._latest.pop(entry.content["link"], None)
            case Kind.FROM_MEMORY if "log" in entry.content:
                self._logged(entry)
            case Kind.PAUSED:
                self.while_paused.pause(self.record.tally.session)
            case Kind.RESUMED:
                self.while_paused.go_on(self.record.tally.session)
            case Kind.GAP | Kind.DEVICE_CHANGED | Kind.DRIVER_FAULT:
                self._latest.pop(entry.content["link"], None)

    def _logged(self, entry: Entry) -> None:
        """A report of a log that the device keeps: what it reported last, where it tells nothing else."""
        layout, happened = self.record.layouts[entry.content["layout"]], entry.content["happened"]
        t_us = min(max(0, happened), entry.t_us) if happened is not None else entry.t_us
        made = Latest(layout, entry.content["values"], t_us)
        self._newest[layout.number] = made
        if layout.kind.treats:
            self._latest[layout.link] = made
            self._note(self._treated_us, layout.link, t_us)

    def _reports(self, link: int) -> tuple[Report, ...]:
        """What the driver of a link declares; nothing if it is not installed here."""
        from devicelog import registry
        from devicelog.errors import DevicelogError

        try:
            return registry.recorded_driver(self.record.devices[link].plan).reports
        except DevicelogError:
            return ()

    # -- time --------------------------------------------------------------------------------------------------

    @property
    def now_us(self) -> int:
        """The present moment on the session's clock."""
        return max(self.record.last_us, self.moment(clock.boot_ns())) if self.record.started else 0

    def said_us(self, link: int) -> int:
        """The moment of the newest entry that was made of what came over a link; -1 if none was."""
        return self._said_us.get(link, -1)

    def silent_us(self, link: int) -> int | None:
        """How long ago a link's newest reading of a treatment was, or newest typed line; None if none was."""
        last = self._treated_us.get(link)
        return max(0, self.now_us - last) if last is not None else None

    @property
    def unused_us(self) -> int:
        """For how long no device has treated and nobody has stated anything."""
        stated = max((made.t_us for made in self.record.statements), default=0)
        return max(0, self.now_us - max(stated, *self._treated_us.values(), 0))

    def moment(self, boot_ns: int) -> int:
        """A moment of this computer on the session's clock; its beginning, where nothing of it is known yet."""
        return max(0, self.record.stops.moment(boot_ns)) if self.record.started else 0

    def treated_ms(self, link: int) -> int:
        """How long the device has treated, by its own clock, over the times that it began to count anew."""
        totals = self.record.tally.links.get(link)
        return totals.elapsed_ms if totals is not None else 0

    # -- devices -----------------------------------------------------------------------------------------------

    def kind(self, link: int) -> ReportKind | None:
        """What kind of treatment a link's device gives, as far as is known."""
        return next(iter(self.kinds(link)), None)

    def kinds(self, link: int) -> list[ReportKind]:
        """All kinds of treatment that a link's device may report; first those of which something came."""
        seen = (layout.kind for layout in self.record.layouts.values() if layout.link == link)
        declared = (report.kind for report in self._declared.get(link, ()))
        return list(dict.fromkeys(kind for kind in (*seen, *declared) if kind.treats))

    def may_say(self, link: int, *metrics: str) -> bool:
        """Whether a device can report any of these metrics, as far as is known of its driver or of what it has sent."""
        declared = self._may_say.get(link, frozenset())
        return not declared.isdisjoint(metrics) or self.has_said(link, *metrics)

    def has_said(self, link: int, *metrics: str) -> bool:
        """Whether a report with any of these metrics has come."""
        seen = (layout for layout in self.record.layouts.values() if layout.link == link)
        return any(layout.position(metric) is not None for layout in seen for metric in metrics)

    def newest(self, link: int) -> list[Latest]:
        """The newest reading of each of a link's reports, however old, the newest first."""
        found = [latest for latest in self._newest.values() if latest.layout.link == link]
        return sorted(found, key=lambda latest: -latest.t_us)

    def link_state(self, device: DeviceView) -> tuple[LinkState, int | None]:
        """How a device stands, and since when if it is not well."""
        gap = self._open_gap(device.link)
        if not device.connected:
            since = self._lost_us.get(device.link)
            return (LinkState.LOST, since) if since is not None else (LinkState.WAITING, None)
        if gap is not None:
            return LinkState.SILENT, gap.since_us
        if device.typed:
            return LinkState.TYPED, None
        return (LinkState.ENDED, None) if device.link in self._resting else (LinkState.CONNECTED, None)

    def is_heard(self, device: DeviceView) -> bool:
        """Whether its line is open and no gap is: what it has set may otherwise have changed since."""
        return device.connected and self._open_gap(device.link) is None

    def value(self, link: int, metric: str) -> Decimal | None:
        """What a device reports at this moment, in the record's unit; None if nothing is current."""
        latest = self._latest.get(link)
        if latest is None or self.is_old(latest):
            return None
        position = latest.layout.position(metric)
        value = latest.values[position] if position is not None else None
        if position is None or value is None or latest.layout.columns[position].factor is None:
            return None
        resolved = latest.layout.columns[position].resolve(value)
        return resolved if isinstance(resolved, Decimal) else None

    def is_old(self, latest: Latest) -> bool:
        """Injections are moments, and the last one stays the last one; a current is only worth its moment.

        So are pulses of which no current is told, and that are counted.
        """
        pulses = latest.layout.kind is ReportKind.PULSE and latest.layout.position("current_measured") is None
        if latest.layout.kind is ReportKind.INJECTION or pulses:
            return False
        interval_ms = self.record.devices[latest.layout.link].plan.get("expected_interval_ms")
        return self.now_us - latest.t_us > longest_step_ms(interval_ms) * 1000

    def _open_gap(self, link: int) -> GapView | None:
        return next((gap for gap in self.open_gaps() if gap.link == link), None)

    # -- what is wrong -----------------------------------------------------------------------------------------

    def open_gaps(self) -> list[GapView]:
        return [gap for gap in self.record.gaps.values() if gap.until_us is None]

    def open_alarms(self) -> list[AlarmView]:
        """The alarms that are open, the most urgent first; one about the store cannot have been acknowledged yet."""
        known, trouble = self.record.open_alarms, self._trouble
        if trouble is None or any(alarm.text == trouble for alarm in known):
            return known
        unsafe = AlarmView(
            0, trouble.priority.value, trouble.value, latching=False, began_us=self.moment(self._trouble_ns)
        )
        return sorted([unsafe, *known], key=lambda alarm: PRIORITIES.index(alarm.priority))

    def held_alarms(self) -> list[AlarmView]:
        """Alarms that are over and wait to be acknowledged, the most urgent first and the newest of them first."""
        latched = (alarm for alarm in self.record.alarms.values() if alarm.latching and not alarm.acknowledged)
        over = [alarm for alarm in latched if alarm.ended_us is not None]
        return sorted(over, key=lambda alarm: (PRIORITIES.index(alarm.priority), -alarm.number))


def _names(reports: Sequence[Report]) -> frozenset[str]:
    return frozenset(metric.name for report in reports for metric in report.metrics)
