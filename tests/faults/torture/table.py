"""The rows on the terminal: one line as each begins and ends, and the table at the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.faults.torture.check import Check, Row, State

_STYLES = {State.REACHED: "green", State.NOT_HERE: "yellow"}


def say_begun(console: Console, check: Check) -> None:
    """One line when a check begins."""
    console.print(Text(f"{check.key:24} {check.what} …", style="dim"))


def say_done(console: Console, row: Row, done: int, of: int) -> None:
    """One line when a check has ended."""
    line = Text(f"{row.key:24} ")
    line.append(row.state.value, style=_style(row))
    line.append(f"  {row.seconds:,.0f} s  ({done} of {of})  {row.found}")
    console.print(line)


def print_table(console: Console, rows: Sequence[Row]) -> None:
    """All rows."""
    table = Table(title="What was tried, and what came of it", show_lines=True)
    for name in ("id", "what", "size", "found", "control", "must be", "result"):
        table.add_column(name, overflow="fold")
    for row in rows:
        result = Text(row.state.value, style=_style(row))
        table.add_row(*map(Text, (row.key, row.what, row.size, row.found, row.control, row.criterion)), result)
    console.print(table)


def _style(row: Row) -> str:
    return _STYLES.get(row.state, "bold red")
