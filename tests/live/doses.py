"""Doses that a view must not show as more than they are."""

from __future__ import annotations

from decimal import Decimal

from devicelog.live.meters import Meter
from devicelog.record.caveats import Dose
from devicelog.treatment.protocol import Channel

UNKNOWN = Meter(Channel.VOLUME_TOTAL, None, Dose(None, why="no trigger came with a volume"), None, Decimal(2), "mL")
AT_LEAST = Meter(
    Channel.VOLUME_TOTAL, None, Dose(Decimal("0.5"), at_least=True, why="1 report is missing"), None, Decimal(2), "mL"
)
