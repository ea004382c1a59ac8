"""What adds treatments to the totals of a record: one adder for each kind of report, until its settings change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog.observation.layout import Layout
from devicelog.record.adder import Adder
from devicelog.record.spread import Spread
from devicelog.record.views import DeviceView
from devicelog.treatment.branch import Branch
from devicelog.treatment.totals import Tally, longest_step_ms

#: The spreads of a record, by zone and metric.
Spreads = dict[tuple[str | None, str], Spread]


class Adders:
    """Those of what came live, and those of what was read back of gaps."""

    def __init__(self, tally: Tally, spreads: Spreads | None, devices: Mapping[int, DeviceView]) -> None:
        """`spreads` None: totals only."""
        self._tally = tally
        self._spreads = spreads
        self._devices = devices
        self._live: dict[int, Any] = {}
        self._of_gaps: dict[tuple[int, int], Any] = {}

    def live(self, layout: Layout) -> Adder:
        """That of a report that came live."""
        adder = self._live.get(layout.number)
        if adder is None:
            adder = self._live[layout.number] = self.new(self._tally, layout, self._devices[layout.link].last)
        return adder

    def of_gap(self, branch: Branch, layout: Layout) -> Adder:
        """That of a report that was read back of a gap."""
        adder = self._of_gaps.get((branch.gap, layout.number))
        if adder is None:
            adder = self._of_gaps[branch.gap, layout.number] = self.new(branch.tally, layout, {})
        return adder

    def new(self, tally: Tally, layout: Layout, last: dict[str, int | None]) -> Adder:
        """One that nobody else uses; `last` takes the values that were seen last, by metric."""
        device = self._devices[layout.link]
        longest_ms = None if device.typed else longest_step_ms(device.plan.get("expected_interval_ms"))
        return Adder(tally, self._spreads, last, layout, longest_ms)

    def forget_zone(self) -> None:
        """What comes live counts in another zone now."""
        self._live.clear()

    def forget_link(self, link: int) -> None:
        """Settings, device or gaps of a link are others now."""
        self._live = {number: adder for number, adder in self._live.items() if adder.layout.link != link}

    def forget_gap(self, gap: int) -> None:
        """What is read back of a gap counts in another zone, or by other settings, or is all there."""
        self._of_gaps = {key: adder for key, adder in self._of_gaps.items() if key[0] != gap}
