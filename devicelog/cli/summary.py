"""A session as people read it in a terminal, printed after a recording and by `show`."""

from __future__ import annotations

import sys

from rich.console import Console

from devicelog.record import Record


def print_summary(record: Record, *, to_stderr: bool = False) -> None:
    """Print the record."""
    console = Console(file=sys.stderr if to_stderr else sys.stdout)
    t = record.tally.session
    console.print(
        f"session {record.session} {record.state} injections {t.injections} volume {t.volume_ml} mL charge {t.charge_ma_min} mA*min"
    )
    for a in record.alarms.values():
        console.print(f"{a.priority} {a.text}")
    for g in record.gaps.values():
        console.print(f"gap {g}")
    console.print(record.verdicts, record.reconciled, record.missing_things())
