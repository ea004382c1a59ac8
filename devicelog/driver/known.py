"""Names of metrics that limits, totals and views know, each with the one unit of the record that they count in.

Volumes are added up as mL, depths are held against mm: a metric of such a name in another unit would be taken for what
it is not. So a profile and the conformance suite refuse it, and a record keeps it as sent and never evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The unit of the record (a key of `devicelog.units.RECORD_UNITS`) by the name of the metric. Closed.
KNOWN_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "volume": "mL",
        "volume_session": "mL",
        "volume_given": "mL",
        "volume_set": "mL",
        "volume_withdrawn": "mL",
        "depth": "mm",
        "depth_set": "mm",
        "triggers_session": "count",
        "triggers_given": "count",
        "triggers_total": "count",
        "needles": "count",
        "current_measured": "mA",
        "current_set": "mA",
        "voltage": "V",
        "voltage_measured": "V",
        "voltage_set": "V",
        "frequency": "Hz",
        "frequency_set": "Hz",
        "pulse_width": "us",
        "pulse_width_set": "us",
        "impedance": "ohm",
        "electrode_area": "cm**2",
        "charge": "mA*min",
        "current_time": "s",
    }
)
#: Two spellings of one unit.
_ALIKE = frozenset({"1", "count"})


def unit_wanted(name: str, unit: str | None) -> str | None:
    """The unit that a metric of this name must have; None if that is the one it has, or if any will do."""
    wanted = KNOWN_UNITS.get(name)
    return None if wanted in (None, unit) or {wanted, unit} == _ALIKE else wanted
