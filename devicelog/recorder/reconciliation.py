"""The sum of what was recorded, held against the device's own counters; a difference is shown, never smoothed away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devicelog.observation.counters import Counter
from devicelog.observation.layout import NANO, Column, Layout
from devicelog.treatment.stated import Compared
from devicelog.treatment.totals import Totals
from devicelog.units import plain

#: The figure of a volume that a person stated.
STATED = "volume_given"


@dataclass(frozen=True, slots=True)
class Figure:
    """One total as the device has it and as it was recorded, in `unit`."""

    metric: str
    unit: str
    device: str
    recorded: str
    difference: str
    agrees: bool

    def content(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "unit": self.unit,
            "device": self.device,
            "recorded": self.recorded,
            "difference": self.difference,
            "agrees": self.agrees,
        }


def reconcile(totals: Totals, layout: Layout, values: Sequence[Any]) -> list[Figure]:
    """The figures in which a device's report of totals can be compared with what was recorded of it.

    A charge is a sum of products that the device rounds once: it agrees within one unit of the wire.
    """
    recorded = {"triggers_session": Decimal(totals.triggers), "volume_session": totals.volume_ml}
    if totals.charge or totals.current_ms:
        recorded |= {"charge": totals.charge_ma_min, "current_time": Decimal(totals.current_ms) / 1000}
    return [
        _figure(column, Decimal(value) * (column.factor or 1), recorded[column.metric])
        for column, value in zip(layout.columns, values, strict=True)
        if column.metric in recorded and value is not None and column.fault is None
    ]


def reconcile_counters(totals: Totals, counters: Mapping[str, Counter]) -> list[Figure]:
    """The figures in which the last values of a device's counters can be compared with what was recorded of it.

    A counter that was not seen, began again or jumped meanwhile cannot.
    """
    recorded = {"triggers_session": Decimal(totals.triggers)}
    return [
        _compared(name, counter.metric.unit or "", Decimal(counter.total), recorded[name])
        for name, counter in counters.items()
        if name in recorded and counter.total is not None and not counter.fault
    ]


def figure_of_stated(compared: Compared) -> Figure:
    """A volume that a person stated beside the triggers that he stated; it agrees within half of its last place."""
    stated, added_up, tolerance = (
        Decimal(amount) / NANO for amount in (compared.stated, compared.added_up, compared.tolerance)
    )
    return _compared(STATED, "mL", stated, added_up, tolerance)


def _figure(column: Column, device: Decimal, recorded: Decimal) -> Figure:
    tolerance = (column.factor or Decimal(0)) if column.metric == "charge" else Decimal(0)
    return _compared(column.metric, column.unit or "", device, recorded, tolerance)


def _compared(metric: str, unit: str, device: Decimal, recorded: Decimal, tolerance: Decimal = Decimal(0)) -> Figure:
    difference = recorded - device
    return Figure(
        metric,
        unit,
        plain(round(device, 9)),
        plain(round(recorded, 9)),
        plain(round(difference, 9)),
        agrees=round(abs(difference), 9) <= round(tolerance, 9),
    )
