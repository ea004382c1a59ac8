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
from devicelog.layout import Layout
from devicelog.ledger import Entry, Kind, Line
from devicelog.record.record import Record
from devicelog.record.views import AlarmView, DeviceView, GapView
from devicelog.terminal.while_paused import WhilePaused
from devicelog.treatment.totals import longest_step_ms

if TYPE_CHECKING:
    from devicelog.recording.backlog import Trouble


_URGENCY = ("high", "medium", "low")


class LinkState(StrEnum):
    """How a device stands, in the words of the screen."""

    WAITING = "waiting for the port"
    CONNECTED = "connected"
    LOST = "LOST"
    SILENT = "SILENT"
    ENDED = "ended at the device"
    TYPED = "typed by hand"


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reading of a treatment from one link."""

    layout: Layout
    values: Sequence[Any]
    t_us: int


class LiveState:
    """Takes acknowledged lines, each once; everything else only looks."""

    def __init__(self) -> None:
        self.record = Record()
        self.trouble: Trouble | None = None
        self.while_paused = WhilePaused()
        self._latest: dict[int, Latest] = {}
        self._kinds: dict[int, ReportKind] = {}
        self._resting: set[int] = set()
        self._lost_us: dict[int, int] = {}

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
        if layout.kind.treats:
            self._latest[layout.link] = Latest(layout, entry.content[2], entry.t_us)
            self._resting.discard(layout.link)
        elif layout.kind is ReportKind.TOTALS:
            self._latest.pop(layout.link, None)
            self._resting.add(layout.link)

    def _happened(self, entry: Entry) -> None:
        match entry.kind:
            case Kind.STARTED:
                self._kinds = {link: kind for link in self.record.devices if (kind := self._declared(link)) is not None}
            case Kind.LINK_LOST:
                self._lost_us[entry.content["link"]] = entry.t_us
                self._latest.pop(entry.content["link"], None)
            case Kind.PAUSED:
                self.while_paused.pause(self.record.tally.session)
            case Kind.RESUMED:
                self.while_paused.go_on(self.record.tally.session)
            case Kind.GAP | Kind.DEVICE_CHANGED | Kind.DRIVER_FAULT:
                self._latest.pop(entry.content["link"], None)

    def _declared(self, link: int) -> ReportKind | None:
        """What kind of treatment the link's driver reads, before its first reading."""
        from devicelog import registry
        from devicelog.errors import DevicelogError

        try:
            driver = registry.recorded_driver(self.record.devices[link].plan)
        except DevicelogError:
            return None
        return next((report.kind for report in driver.reports if report.kind.treats), None)

    # -- time --------------------------------------------------------------------------------------------------

    @property
    def now_us(self) -> int:
        """The present moment on the session's clock."""
        if not self.record.started:
            return 0
        return max(self.record.last_us, (clock.boot_ns() - int(self.record.started["at"]["boot_ns"])) // 1000)

    def treated_ms(self, link: int) -> int:
        """How long the device has treated, by its own clock, over the times that it began to count anew."""
        totals = self.record.tally.links.get(link)
        return totals.elapsed_ms if totals is not None else 0

    # -- devices -----------------------------------------------------------------------------------------------

    def kind(self, link: int) -> ReportKind | None:
        """What kind of treatment a link's device gives, as far as is known."""
        seen = (layout.kind for layout in self.record.layouts.values() if layout.link == link)
        return next((kind for kind in seen if kind.treats), None) or self._kinds.get(link)

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

    def value(self, link: int, metric: str) -> Decimal | None:
        """What a device reports at this moment, in the record's unit; None if nothing is current."""
        latest = self._latest.get(link)
        if latest is None or self._is_old(latest):
            return None
        position = latest.layout.position(metric)
        value = latest.values[position] if position is not None else None
        if position is None or value is None or latest.layout.columns[position].factor is None:
            return None
        resolved = latest.layout.columns[position].resolve(value)
        return resolved if isinstance(resolved, Decimal) else None

    def _is_old(self, latest: Latest) -> bool:
        """Injections are moments, and the last one stays the last one; a current is only worth its moment."""
        if latest.layout.kind is ReportKind.INJECTION:
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
        known, trouble = self.record.open_alarms, self.trouble
        if trouble is None or any(alarm.text == trouble for alarm in known):
            return known
        unsafe = AlarmView(0, trouble.priority.value, trouble.value, latching=False, began_us=self.now_us)
        return sorted([unsafe, *known], key=lambda alarm: _URGENCY.index(alarm.priority))

    def held_alarms(self) -> list[AlarmView]:
        """Alarms that are over but must not be forgotten, the most urgent first and the newest of them first."""
        over = [alarm for alarm in self.record.alarms.values() if alarm.latching and alarm.ended_us is not None]
        return sorted(over, key=lambda alarm: (_URGENCY.index(alarm.priority), -alarm.number))
