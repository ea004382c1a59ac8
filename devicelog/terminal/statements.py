"""What people stated, as they read it: a field with its unit, and the list of what can be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from devicelog.record import amounts
from devicelog.terminal.screen import clean, console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.amending.addresses import Field


def shown(value: Any, field: str) -> str:
    """The value of a field, as a terminal takes it."""
    return clean(amounts.shown(value, field))


def print_fields(fields: Sequence[Field]) -> None:
    """Print what can be corrected: its name, what it says, what it said before, and its entry."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("entry", justify="right", no_wrap=True)
    for head in ("field", "says", "said before"):
        table.add_column(head, overflow="fold")
    for field in fields:
        before = ", then ".join(shown(one.old, field.path) for one in field.corrections)
        table.add_row(str(field.entry), clean(field.address), shown(field.now, field.path), before)
    console().print(table)
