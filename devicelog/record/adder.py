"""Adds what is observed to the figures of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from devicelog.driver import ReportKind
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.record.spread import Spread
from devicelog.treatment.intervals import Interval
from devicelog.treatment.totals import InjectionTally, SampleTally, Tally


class Adder:
    """Adds the observations of one layout to a record: totals, spreads, and what was seen last."""

    def __init__(
        self,
        tally: Tally,
        spreads: dict[tuple[str | None, str], Spread] | None,
        last: dict[str, int | None],
        layout: Layout,
        longest_ms: int | None,
    ) -> None:
        injections = layout.kind is ReportKind.INJECTION
        self.layout = layout
        self._add = InjectionTally(tally, layout).add if injections else SampleTally(tally, layout, longest_ms).add
        self._last = last
        self._spreads = [
            (
                position,
                column.scale,
                column.metric,
                [spreads.setdefault((zone, column.metric), Spread(column.unit)) for zone in {None, tally.zone}],
            )
            for position, column in enumerate(layout.columns)
            if column.category == "measurement" and column.unit is not None and spreads is not None
        ]

    def add(self, values: Sequence[Any], t_us: int) -> None:
        """One observation, values as sent."""
        self._add(values, t_us)
        last = self._last
        for position, scale, metric, spreads in self._spreads:
            value = values[position]
            if value is None:
                last[metric] = None
                continue
            last[metric] = amount = value * scale if type(value) is int else nano(value, scale)
            for spread in spreads:
                spread.add(amount)


#: The units of what a person states of each trigger.
_UNITS = {"depth": "mm", "volume": "mL"}


def add_stated(spreads: dict[tuple[str | None, str], Spread], interval: Interval) -> None:
    """Add to the figures of a record what a person stated of each of a number of triggers, or took back of them."""
    statement = interval.stated
    if statement is None:
        return
    before = statement.instead_of
    _add_each(spreads, interval.given, statement.each, statement.zone, 1)
    if before is not None:
        _add_each(spreads, before.given, before.each, statement.zone, -1)


def _add_each(
    spreads: dict[tuple[str | None, str], Spread],
    given: Mapping[str, int],
    each: Mapping[str, int],
    zone: str | None,
    sign: int,
) -> None:
    for metric, value in each.items():
        for of in {None, zone}:
            times = sign * given.get("triggers_given", 0) // NANO
            spreads.setdefault((of, metric), Spread(_UNITS[metric])).state(value, times)
