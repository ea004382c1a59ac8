"""What must be seen of a session at every moment: that it is simulated, typed, without limits, not asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.record.caveats import is_typed
from devicelog.record.steps import overrides, unasked_before

if TYPE_CHECKING:
    from devicelog.record.record import Record


def live_marks(record: Record) -> list[str]:
    """In capitals, the gravest first; none where nothing is to be seen."""
    found = ["SIMULATED"] if record.simulated else []
    if is_typed(record):
        found.append("TYPED" if all(device.typed for device in record.devices.values()) else "PARTLY TYPED")
    if record.protocol is None:
        found.append("NO LIMITS")
    elif record.protocol.get("approved") is None:
        example = str(record.protocol.get("status", "")).startswith("example")
        found.append("EXAMPLE, UNAPPROVED" if example else "PROTOCOL UNAPPROVED")
    found += ["NOT ASKED"] if unasked_before(record) else []
    return [*found, *(["HAS OVERRIDES"] if overrides(record) else [])]
