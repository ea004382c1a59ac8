"""The amendments of a session in its summary: who, when, why, and what the record said before beside what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.ledger.amendment import What
from devicelog.record.amendment_text import figures, in_zone, told
from devicelog.record.caveats import field_words
from devicelog.terminal.places import zone_name
from devicelog.terminal.screen import clean, console
from devicelog.terminal.statements import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from devicelog.record.record import Record
    from devicelog.record.views import AmendmentView


def amendment_tables(record: Record) -> Iterator[RenderableType]:
    """Each amendment with the figures that it changed, as they were before and as they were from then on."""
    befores = [amendment.before for amendment in record.amendments]
    for number, amendment in enumerate(record.amendments):
        yield Text(clean(told(amendment)))
        if amendment.content["what"] == What.CORRECTED:
            yield _corrected(amendment)
        if amendment.before is not None:
            after = next((before for before in befores[number + 1 :] if before is not None), record)
            zones = list(_by_zone(amendment.before, after))
            yield from _changed(amendment.before, after, besides=bool(zones))
            yield from zones


def print_zones(before: Record, after: Record) -> None:
    """Print what was given in each zone, as it was and as it is."""
    screen = console()
    for table in _by_zone(before, after):
        screen.print(table)


def _corrected(amendment: AmendmentView) -> RenderableType:
    """Each field that a person corrected, as it was and as it is since."""
    table = _table("field", "entry", "before", "after")
    for change in amendment.content["changes"]:
        values = (shown(change[name], change["field"]) for name in ("old", "new"))
        table.add_row(clean(field_words(change)), str(change["entry"]), *values)
    return table


def _by_zone(before: Record, after: Record) -> Iterator[RenderableType]:
    """What was given in each zone, where that changed."""
    table = _table("zone", "before", "after")
    for zone in dict.fromkeys([*before.tally.zones, *after.tally.zones]):
        was, now = (in_zone(record, zone) for record in (before, after))
        if was != now:
            table.add_row(zone_name(after if zone in after.places else before, zone), was, now)
    if table.row_count:
        yield table


def _changed(before: Record, after: Record, *, besides: bool) -> Iterator[RenderableType]:
    """The figures of the whole session that changed; `besides`: those of its zones did."""
    old, new = dict(figures(before)), dict(figures(after))
    rows = [
        (name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)
    ]
    if not rows:
        if not besides:
            yield Text("the figures of the whole session are the same; `devicelog entries` has the values", style="dim")
        return
    table = _table("figure", "before", "after", numbers=True)
    for name, was, now in rows:
        table.add_row(clean(name), was or "–", now or "–")
    yield table


def _table(*heads: str, numbers: bool = False) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number and numbers else "left", no_wrap=not number, overflow="fold")
    return table
