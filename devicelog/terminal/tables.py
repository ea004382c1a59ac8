"""The tables of a session's summary: zones, alarms, gaps, device against record."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.numbers import some
from devicelog.record.accounting import State
from devicelog.record.caveats import basis, dose
from devicelog.record.unexplained import explanations, of_figure
from devicelog.terminal import amounts
from devicelog.terminal.alarms import INKS, SHAPES, alarm_text, cited_text, peak_text
from devicelog.terminal.screen import clean
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devicelog.record.record import Record
    from devicelog.record.spread import Spread
    from devicelog.record.views import GapView
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
        (clean(zone), zone, totals) for zone, totals in record.tally.zones.items()
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
    for name, zone, totals in zones:
        given = amounts.bound(dose(record, zone, "injections"), "count")
        volume = amounts.bound(dose(record, zone, "volume"), "mL")
        spread = record.spreads.get((zone, "depth"))
        table.add_row(name, given, str(totals.triggers), volume, *_spread(spread))
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


def alarm_table(record: Record) -> Iterator[Table]:
    """Every alarm with its beginning, end and peak."""
    if not record.alarms:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for column in range(3):
        table.add_column(no_wrap=column < 2)
    for alarm in list(record.alarms.values())[:MOST]:
        times = _period(alarm.began_us, alarm.ended_us)
        said = alarm_text(alarm) + peak_text(alarm) + cited_text(alarm)
        table.add_row(Text(SHAPES[alarm.priority], style=INKS[alarm.priority]), times, said)
    yield table


def gap_table(record: Record) -> Iterator[Text]:
    """Every gap with its cause and what is missing."""
    for gap in list(record.gaps.values())[:MOST]:
        yield Text(f"{_period(gap.since_us, gap.until_us)}  {_gap(record, gap)}")


def _gap(record: Record, gap: GapView) -> str:
    device = record.devices[gap.link]
    missing = "an unknown number of reports" if gap.missing is None else some(gap.missing, "report")
    filled = f", {some(gap.filled, 'report')} read back from its memory" if gap.filled else ""
    why = f" ({gap.because})" if gap.because is not None and gap.missing != 0 else ""
    return clean(f"{device.plan['driver']} {gap.serial}: {gap.cause}{filled}, {missing} missing{why}")


def account_lines(record: Record) -> Iterator[Text]:
    """What the whole time of each device was."""
    until = record.last_us
    for device in record.devices.values():
        lasted = [(s.value, us) for s, us in device.account.seconds(until).items() if us and s is not State.GAP]
        lasted += [(f"gap ({cause})", us) for cause, us in device.account.causes(until).items()]
        said = ", ".join(
            f"{what} {plain((Decimal(us) / 1_000_000).quantize(Decimal('0.001')))} s" for what, us in lasted
        )
        yield Text(clean(f"{device.plan['driver']} {device.serial}: {said}" if said else "no time passed"))


def counter_lines(record: Record) -> Iterator[Text]:
    """What happened to the devices' counters besides going up."""
    for counter in record.counters[:MOST]:
        name = f"{record.devices[counter.link].plan['driver']}: {amounts.words(counter.metric)}"
        said = {"wrapped": "wrapped", "reset": "began again", "anomaly": "JUMPED"}[counter.what]
        yield Text(clean(f"{amounts.since_start(counter.t_us)}  {name} {said}, {counter.before} to {counter.now}"))


def _period(begin_us: int, end_us: int | None) -> str:
    end = amounts.since_start(end_us) if end_us is not None else "still open"
    return f"{amounts.since_start(begin_us)}–{end}"


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
