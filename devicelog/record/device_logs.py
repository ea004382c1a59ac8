"""What the logs that devices keep by themselves add to a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from devicelog.driver import ReportKind
from devicelog.observation.layout import Layout
from devicelog.record.adders import Adders
from devicelog.record.views import DeviceView
from devicelog.treatment.totals import Tally


class DeviceLogs:
    """The logs of a session and what the devices' clocks said, as their entries have it."""

    def __init__(self) -> None:
        self.logs: list[dict[str, Any]] = []
        self.clocks: list[dict[str, Any]] = []
        self._tallies: dict[int, Tally] = {}

    def add(
        self,
        live: Tally,
        adders: Adders,
        device: DeviceView,
        layout: Layout,
        content: dict[str, Any],
        t_us: int,
    ) -> None:
        """Count one report of a log in the zone of the time when it was written."""
        tally = self._tallies.get(layout.link)
        if tally is None:
            tally = self._tallies[layout.link] = live.split(layout.link, certain=True)
        if tally.zone != content["zone"]:
            tally.enter(content["zone"])
        if layout.kind is ReportKind.SETTINGS:
            tally.set(layout, content["values"])
            live.set(layout, content["values"])
        elif layout.kind.treats:
            happened = t_us if content["happened"] is None else content["happened"]
            adders.new(tally, layout, device.last).add(content["values"], happened)


def ahead_of_utc(wall: Callable[[int], datetime], said: Mapping[str, Any]) -> Decimal:
    """By how many seconds a device's clock was ahead of the host's UTC; it has no zone, so its zone is part of that."""
    ahead = datetime.fromisoformat(said["read"]).replace(tzinfo=UTC) - wall(said["moment"])
    return (Decimal(ahead // timedelta(microseconds=1)) / 1_000_000).quantize(Decimal("0.1"))
