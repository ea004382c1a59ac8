"""F22: a fault in each part of a recording."""

from __future__ import annotations

from pathlib import Path

from tests.faults.broken_parts import PARTS, break_part
from tests.faults.torture.check import Outcome


def each_breaks(folder: Path) -> Outcome:
    """Break each part in a recording of its own. A part that works unbroken is the control: it must not be noticed."""
    found = [break_part(folder, part) for part in PARTS]
    control = break_part(folder, "nothing_breaks")
    silent = not control.noticed and control.records_on
    bad = [part for part in found if not part.holds]
    return Outcome(
        not bad and silent,
        f"{len(found)} parts: {', '.join(part.part.replace('_', ' ') for part in found)}",
        f"{len(found) - len(bad)} noticed in time" + "".join(f"; {part}" for part in bad),
        "with nothing broken: " + ("nothing is noticed" if silent else f"NOT SILENT: {control}"),
    )
