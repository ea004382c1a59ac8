"""A volume that steps by a thousand when its unit is sent differently: a slip of the unit, not a treatment.

It is looked at only where a device's report gets another layout (another unit token), so that it costs nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from devicelog.driver import ReportKind
from devicelog.numbers import number
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.treatment.totals import Totals
from devicelog.units import plain

#: From this factor on a step is called one of a thousand: no two heads or doses of a session lie so far apart.
_FACTOR = 500


def unit_step(layout: Layout, values: Sequence[Any], before: Totals | None) -> str | None:
    """What is odd about the first volume in a new unit, held against those of the link before; None: nothing."""
    position = layout.position("volume") if layout.kind is ReportKind.INJECTION else None
    if position is None or before is None or not before.triggers or values[position] is None:
        return None
    column = layout.columns[position]
    now, mean = nano(values[position], column.scale), before.volume // before.triggers
    if not now or not mean or (now < mean * _FACTOR and mean < now * _FACTOR):
        return None
    said = f"{number(_ml(now))} mL (sent in {column.token!r}) after {plain(round(_ml(mean), 6))} mL on average"
    return f"the volume of a trigger stepped from one unit to another: {said}; was the unit mistaken?"


def _ml(value: int) -> Decimal:
    return Decimal(value) / NANO
