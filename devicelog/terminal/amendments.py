"""The amendments of a session in its summary: who, when, why, and what the record said before beside what it says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.record.caveats import amended, dose, flows, injects
from devicelog.terminal import amounts
from devicelog.terminal.plain import zone_of
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from devicelog.record.record import AmendmentView, Record


def amendment_tables(record: Record) -> Iterator[RenderableType]:
    """Each amendment with the figures that it changed, as they were before and as they were from then on."""
    befores = [amendment.before for amendment in record.amendments]
    for number, amendment in enumerate(record.amendments):
        yield Text(_told(amendment))
        if amendment.before is not None:
            after = next((before for before in befores[number + 1 :] if before is not None), record)
            yield from _changed(amendment.before, after)


def _told(amendment: AmendmentView) -> str:
    content = amendment.content
    when = datetime.fromisoformat(content["at"]["wall"]).astimezone(zone_of(content["at"].get("zone")))
    said = f"{content['amendment']}, {when:%Y-%m-%d %H:%M}, {content['by']}: {amended(content)}"
    return clean(f"{said}; reason: {content['reason']}")


def _changed(before: Record, after: Record) -> Iterator[RenderableType]:
    old, new = dict(_figures(before)), dict(_figures(after))
    rows = [
        (name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)
    ]
    if not rows:
        yield Text("the figures of the whole session are the same; `devicelog entries` has the values", style="dim")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(("figure", "before", "after")):
        table.add_column(head, justify="right" if number else "left", no_wrap=not number)
    for name, was, now in rows:
        table.add_row(name, was or "–", now or "–")
    yield table


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
