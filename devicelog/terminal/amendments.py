"""The amendments of a session in its summary: who, when, why, and what the record said before beside what it says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.amendment import What
from devicelog.record.caveats import amended, dose, field_words, flows, injects
from devicelog.sealed import words
from devicelog.terminal import amounts
from devicelog.terminal.places import zone_name
from devicelog.terminal.plain import zone_of
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
        yield Text(_told(amendment))
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


def _told(amendment: AmendmentView) -> str:
    content = amendment.content
    when = datetime.fromisoformat(content["at"]["wall"]).astimezone(zone_of(content["at"].get("zone")))
    role = f", {content['role']}" if content.get("role") else ""
    said = f"{content['amendment']}, {when:%Y-%m-%d %H:%M}, {content['by']}{role}: {amended(content)}"
    return clean(f"{said}; reason: {words(content['reason'])}")


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
        was, now = (_in_zone(record, zone) for record in (before, after))
        if was != now:
            table.add_row(zone_name(after if zone in after.places else before, zone), was, now)
    if table.row_count:
        yield table


def _in_zone(record: Record, zone: str) -> str:
    """What was given in a zone, in a line."""
    if zone not in record.tally.zones:
        return "–"
    said = []
    if injects(record):
        said.append(amounts.injections(record, zone))
    if flows(record):
        said.append(amounts.dose(dose(record, zone, "charge"), "mA*min", "charge"))
        said.append(f"{record.tally.zones[zone].samples} samples")
    return ", ".join(said)


def _changed(before: Record, after: Record, *, besides: bool) -> Iterator[RenderableType]:
    """The figures of the whole session that changed; `besides`: those of its zones did."""
    old, new = dict(_figures(before)), dict(_figures(after))
    rows = [
        (name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)
    ]
    if not rows:
        if not besides:
            yield Text("the figures of the whole session are the same; `devicelog entries` has the values", style="dim")
        return
    table = _table("figure", "before", "after", numbers=True)
    for name, was, now in rows:
        table.add_row(name, was or "–", now or "–")
    yield table


def _table(*heads: str, numbers: bool = False) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number and numbers else "left", no_wrap=not number, overflow="fold")
    return table


def _figures(record: Record) -> Iterator[tuple[str, str]]:
    """The figures of the whole session that an amendment may change, in units."""
    if injects(record):
        yield "injections", amounts.dose(dose(record, None, "injections"), "count", "number")
        yield "volume", amounts.dose(dose(record, None, "volume"), "mL", "volume")
        yield "purged", amounts.dose(dose(record, None, "purged"), "mL", "volume")
    if flows(record):
        yield "charge", amounts.dose(dose(record, None, "charge"), "mA*min", "charge")
    for (zone, metric), spread in record.spreads.items():
        if zone is None and spread.count:
            values = (amounts.number(value, spread.unit) for value in (spread.low, spread.mean, spread.high))
            yield f"{amounts.words(metric)}, low, mean, high", f"{', '.join(values)} {amounts.unit_text(spread.unit)}"
    for report, count in record.observations.items():
        yield f"reports: {clean(amounts.words(report))}", str(count)
    for word, count in record.verdicts.items():
        yield f"verdict {word}", str(count)
    yield "alarms", str(len(record.alarms))
    yield "gaps", str(len(record.gaps))
    yield "bad frames", str(sum(device.bad_frames for device in record.devices.values()))
