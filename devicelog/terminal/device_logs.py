"""The logs that devices keep by themselves, in a session's summary: where each is from, what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from devicelog.record.device_logs import ahead_of_utc
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.terminal.tables import MOST
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.record import Record

_ORIGINS = {"read": "read over the line", "imported": "imported by a person"}


def device_log_lines(record: Record) -> Iterator[Text]:
    """A line for each log, and one for what each device's clock said last."""
    for log in record.device_logs.logs[:MOST]:
        yield Text(clean(_log(log)), style="" if log["counted"] and "doubt" not in log else "yellow")
    last = {said["link"]: said for said in record.device_logs.clocks}
    for said in last.values():
        ahead = ahead_of_utc(record.wall, said)
        side = "behind" if ahead < 0 else "ahead of"
        yield Text(clean(f"its clock said {said['said']}, {plain(abs(ahead))} s {side} UTC"), style="dim")


def _log(log: dict[str, Any]) -> str:
    when = f", {amounts.since_start(max(log['happened'], 0))}" if log["happened"] is not None else ""
    uncertain = f" ± {log['uncertain'] / 1e6:.1f} s" if log["uncertain"] is not None else ""
    said = (
        f"{log['path']} ({_ORIGINS.get(log['origin'], log['origin'])}), written {log['written'] or 'nobody knows when'}"
    )
    counted = "" if log["counted"] else "; NOT COUNTED"
    return f"{said}{when}{uncertain}{counted}{'; ' + log['doubt'] if 'doubt' in log else ''}"
