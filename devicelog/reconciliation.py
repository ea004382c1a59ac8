"""The sum of what was recorded, held against the device's own counters; a difference is shown, never smoothed away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devicelog.layout import Column, Layout
from devicelog.treatment.totals import Totals
from devicelog.units import plain

#: A charge summed from samples differs from the device's own by its sampling; this fraction is not a difference.
CHARGE_TOLERANCE = Decimal("0.01")


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
    """The figures in which a device's report of totals can be compared with what was recorded of it."""
    recorded = {
        "triggers_session": (Decimal(totals.triggers), Decimal(0)),
        "volume_session": (totals.volume_ml, Decimal(0)),
        "charge": (totals.charge_ma_min, CHARGE_TOLERANCE),
    }
    return [
        _figure(column, Decimal(value) * (column.factor or 1), *recorded[column.metric])
        for column, value in zip(layout.columns, values, strict=True)
        if column.metric in recorded and value is not None
    ]


def _figure(column: Column, device: Decimal, recorded: Decimal, tolerance: Decimal) -> Figure:
    difference = recorded - device
    return Figure(
        column.metric,
        column.unit or "",
        plain(round(device, 9)),
        plain(round(recorded, 9)),
        plain(round(difference, 9)),
        agrees=abs(difference) <= tolerance * abs(device),
    )
