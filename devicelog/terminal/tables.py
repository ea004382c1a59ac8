"""The tables of a session's summary: zones, alarms, gaps, device against record."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.record import facts
from devicelog.record.caveats import basis, dose
from devicelog.record.unexplained import explanations, of_figure
from devicelog.terminal import amounts
from devicelog.terminal.alarms import INKS, SHAPES, alarm_text, cited_text, peak_text, seen_text, source_lines
from devicelog.terminal.places import zone_name
from devicelog.terminal.screen import clean
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devicelog.record.record import Record
    from devicelog.record.spread import Spread
    from devicelog.treatment.totals import Totals

#: Longer lists are cut.
MOST = 20
_NONE = "–"
#: What is said of a current besides its charge: the metrics in the order of the table.
_ELECTRICAL = ("current_measured", "voltage", "impedance")


def cut(items: Collection[object], kind: str, record: Record) -> Text | None:
    """The line that stands for what is not listed; None if all is."""
    more = len(items) - MOST
    if more <= 0:
        return None
    return Text(f"... and {more} more, see `devicelog entries {record.session} --kind {kind}`")


def zone_tables(record: Record) -> Iterator[Table]:
    """What was given in each zone: tables for injections, current, and pulses of a voltage, each if there was any."""
    zones: list[tuple[str, str | None, Totals]] = [
        (zone_name(record, zone), zone, totals) for zone, totals in record.tally.zones.items()
    ]
    if not zones:
        zones = [("no zone", None, record.tally.session)]
    elif len(zones) > 1:
        zones.append(("all", None, record.tally.session))
    if record.tally.session.triggers:
        yield _injections(record, zones)
    if record.tally.session.samples:
        yield _current(record, zones) if _has_current(record) else _measured(record, zones)


def _injections(record: Record, zones: Iterable[tuple[str, str | None, Totals]]) -> Table:
    table = _table("zone", "injections", "triggers", "mL", "depth low", "mean", "high mm")
    table.caption = _bases(record, "volume", "depth")
    for name, zone, _ in zones:
        given = amounts.bound(dose(record, zone, "injections"), "count")
        volume = amounts.bound(dose(record, zone, "volume"), "mL")
        spread = record.spreads.get((zone, "depth"))
        table.add_row(name, given, amounts.triggers(record, zone), volume, *_spread(spread))
    return table


def _current(record: Record, zones: Iterable[tuple[str, str | None, Totals]]) -> Table:
    table = _table("zone", "samples", "time", "mA low", "mean", "high mA", "mA·min", "high V", "mean ohm")
    table.caption = _bases(record, "current_measured", "voltage")
    for name, zone, totals in zones:
        charge = amounts.bound(dose(record, zone, "charge"), "mA*min")
        flowed, volts, ohm = (record.spreads.get((zone, metric)) for metric in _ELECTRICAL)
        time = amounts.since_start(totals.elapsed_ms * 1000)
        high, mean = _spread(volts)[2], _spread(ohm)[1]
        table.add_row(name, str(totals.samples), time, *_spread(flowed), charge, high, mean)
    return table


def _has_current(record: Record) -> bool:
    return any(layout.position("current_measured") is not None for layout in record.layouts.values())


def _measured(record: Record, zones: Iterable[tuple[str, str | None, Totals]]) -> Table:
    """What a device measured that reports no current: a row for each quantity."""
    table = _table("zone", "measured", "values", "low", "mean", "high", "unit")
    for name, zone, _ in zones:
        for (of, metric), spread in record.spreads.items():
            if of == zone and spread.count:
                said = amounts.words(metric), str(spread.count), *_spread(spread), amounts.unit_text(spread.unit)
                table.add_row(name, *said)
    return table


def _bases(record: Record, *metrics: str) -> Text:
    """What the figures stand for; said also where the device does not say it."""
    said = [f"{amounts.words(metric)}: {clean(basis(record, metric) or 'basis not stated')}" for metric in metrics]
    return Text("; ".join(said), style="dim")


def _spread(spread: Spread | None) -> tuple[str, str, str]:
    if spread is None or not spread.count:
        return _NONE, _NONE, _NONE
    low, mean, high = (amounts.number(value, spread.unit) for value in (spread.low, spread.mean, spread.high))
    return low, mean, high


def _table(*heads: str) -> Table:
    """A plain table: words to the left, numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), caption_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    return table


# -- alarms and gaps -------------------------------------------------------------------------------------------


def alarm_table(record: Record) -> Iterator[Table | Text]:
    """Every alarm with its beginning, end and peak, the most urgent first; below, whose limits they are about."""
    if not record.alarms:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for column in range(3):
        table.add_column(no_wrap=column < 2)
    alarms = sorted(record.alarms.values(), key=lambda alarm: list(SHAPES).index(alarm.priority))[:MOST]
    for alarm in alarms:
        times = facts.period(alarm.began_us, alarm.ended_us)
        said = alarm_text(alarm, record.places) + peak_text(alarm) + cited_text(alarm) + seen_text(alarm)
        table.add_row(Text(SHAPES[alarm.priority], style=INKS[alarm.priority]), times, said)
    yield table
    yield from source_lines(record, alarms)


def gap_table(record: Record) -> Iterator[Text]:
    """Every gap with its cause and what is missing."""
    for gap in list(record.gaps.values())[:MOST]:
        yield Text(f"{facts.period(gap.since_us, gap.until_us)}  {clean(facts.gap(record, gap))}")


def account_lines(record: Record) -> Iterator[Text]:
    """What the whole time of each device was, and when nobody listened."""
    if record.stops.all:
        yield Text(facts.stops(record))
    for device in record.devices.values():
        yield Text(clean(facts.account(record, device)))


def counter_lines(record: Record) -> Iterator[Text]:
    """What happened to the devices' counters besides going up."""
    for counter in record.counters[:MOST]:
        yield Text(clean(facts.counter(record, counter)))


# -- device against record -------------------------------------------------------------------------------------


def figure_table(record: Record) -> Iterator[Table | Text]:
    """The device's own counters beside the sum of what was recorded."""
    for found in record.unreconciled[:MOST]:
        yield Text(clean(f"not reconciled: {record.devices[found['link']].plan['driver']}: {found['why']}"))
    if not record.reconciled:
        return
    table = _table("figure", "device", "recorded", "difference", "unit", "")
    several = len(record.devices) > 1
    reasons = explanations(record)
    for figure in record.reconciled[:MOST]:
        says = Text("agrees", style="green") if figure["agrees"] else _differs(reasons.get(of_figure(figure)))
        values = (_exact(figure[name]) for name in ("device", "recorded", "difference"))
        name = f"device {figure['link']}, " if several else ""
        table.add_row(name + amounts.words(figure["metric"]), *values, amounts.unit_text(figure["unit"]), says)
    yield table


def _differs(reason: str | None) -> Text:
    said = f"DIFFERS, explained: {reason}" if reason is not None else "DIFFERS"
    return Text(clean(said), style="bold yellow")


def _exact(number: str) -> str:
    return plain(round(Decimal(number), 6) + 0)
