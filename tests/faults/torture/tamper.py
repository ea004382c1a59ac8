"""A1: every table and column changed, with the key and without, with a witness and without."""

from __future__ import annotations

from pathlib import Path

from tests.faults.torture.built import told, tool
from tests.faults.torture.check import Outcome


def sweep(_folder: Path, *, samples: int) -> Outcome:
    """The sweep; the classes that nothing can see are its control."""
    tampering = tool("tampering")
    counts = tampering.sweep(samples=samples)
    plain = {a: c for a, c in counts.items() if a not in (*tampering.ONLY_WITNESSED, *tampering.NEVER_SEEN)}
    witnessed = {a: counts[a] for a in tampering.ONLY_WITNESSED}
    missed = [f"{a}: {what}" for a, c in {**plain, **witnessed}.items() for what in c.missed]
    seen = all(c.seen == c.tried > 0 for c in plain.values())
    with_witness = all(c.seen_with_witness == c.tried > 0 for c in witnessed.values())
    silent = all(c.seen == 0 for c in witnessed.values()) and all(
        counts[a].seen_with_witness == 0 for a in tampering.NEVER_SEEN
    )
    tried = sum(c.tried for c in counts.values())
    return Outcome(
        seen and with_witness and silent,
        f"{tried:,} changes of {len(counts)} classes",
        f"{sum(c.seen for c in plain.values()):,} of {sum(c.tried for c in plain.values()):,} seen without a witness; "
        f"with one also {sum(c.seen_with_witness for c in witnessed.values())} of "
        f"{sum(c.tried for c in witnessed.values())} of: {', '.join(witnessed)}{told(missed)}",
        f"what nothing can see is not seen ({', '.join(str(a) for a in tampering.NEVER_SEEN)}): "
        + ("as the page says" if silent else "NOT SO"),
    )
