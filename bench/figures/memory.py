"""Memory of the recorder over an 8-hour session, simulated as fast as it goes, in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from bench.child import started
from bench.interpreters import NotAvailableError
from bench.table import Section, number

_HOURS, _QUICK_HOURS = 8.0, 1.0
_PATIENCE = 600.0


def measure(quick: bool) -> Section:
    """Resident memory after the first simulated minute, at each tenth, and at the end."""
    hours = _QUICK_HOURS if quick else _HOURS
    section = Section(
        f"Memory: {number(hours)} h simulated, 4 samples and 1 injection a second",
        ("after", "MB", "more than after 1 min"),
    )
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        try:
            with started(sys.executable, "bench.long_session", Path(folder)) as child:
                child.tell(json.dumps({"folder": folder, "hours": hours}))
                found = json.loads(child.hear("MEMORY", _PATIENCE))
        except NotAvailableError as error:
            section.missing("devicelog", str(error))
            return section
    first = found[0][1]
    for minutes, resident in found:
        section.rows.append((f"{number(minutes)} min", number(resident / 1e6), number((resident - first) / 1e6)))
    section.data = {"minutes_and_bytes": found}
    section.target("MB more at the end than after one minute", found=(found[-1][1] - first) / 1e6, most=20)
    return section
