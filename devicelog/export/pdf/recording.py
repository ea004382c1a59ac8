"""What recorded it and how well: devices, gaps with cause and length, device totals against the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from devicelog.export.pdf.block import Block, Facts, Lines, Section, Table, cut, room_for
from devicelog.numbers import entries, some
from devicelog.record import amounts, facts
from devicelog.record.device_logs import ahead_of_utc
from devicelog.record.record import Record
from devicelog.record.unexplained import explanations, of_figure
from devicelog.units import plain

#: So many gaps, counters, figures and logs are shown.
_MOST = 8


def device(record: Record) -> Section:
    """Device, serial number, firmware and driver of each link; what recorded them."""
    several = len(record.devices) > 1
    rows = [(f"Device {one.link}" if several else "Device", facts.device(one)) for one in record.devices.values()]
    rows.append(("Recorded by", f"{record.started.get('software', 'unknown')}, {entries(record.entries)}"))
    if (begun := facts.begun(record)) is not None:
        rows.append(("Begun", begun))
    if record.clock.steps:
        rows.append(("Clock", f"the computer's clock was set {some(record.clock.steps, 'time')} during the session"))
    if record.stops.all:
        rows.append(("Stopped", facts.stops(record)))
    return Section("Device", [Facts(rows), *_logs(record)])


def gaps(record: Record) -> Section:
    """Every stretch without data, its cause and what is missing; and what the whole time of each device was."""
    found = list(record.gaps.values())
    shown, more = cut(found, len(found), _MOST, "gaps.csv")
    blocks: list[Block] = []
    if shown:
        rows = [
            (facts.period(one.since_us, one.until_us), _lasted(one.since_us, one.until_us), facts.gap(record, one))
            for one in shown
        ]
        heads = ["from–to (min:s)", "lasted (s)", "device, cause, what is missing"]
        blocks = [Table("gaps in the recording", heads, rows, right=(1,), wide=(2,)), *more]
    blocks.append(Lines([f"Whole time: {facts.account(record, one)}." for one in record.devices.values()]))
    if record.counters:
        seen, rest = cut(record.counters, len(record.counters), _MOST, "session.json")
        blocks += [Lines([facts.counter(record, one) for one in seen], is_loud=True), *rest]
    return Section("Gaps in the recording", blocks, "" if found else "None")


def totals(record: Record) -> Section:
    """The device's own counters beside the sum of what was recorded."""
    blocks: list[Block] = []
    lost = [
        f"Not reconciled: {record.devices[one['link']].plan['driver']}: {one['why']}" for one in record.unreconciled
    ]
    if lost:
        blocks.append(Lines(lost[: room_for(_MOST)], is_loud=True))
    if record.reconciled:
        shown, more = cut(record.reconciled, len(record.reconciled), _MOST, "reconciliation.csv")
        blocks.append(
            Table(
                "the device's own totals and what was recorded",
                ["figure (unit)", "device says", "recorded", "difference", ""],
                [_figure(record, one) for one in shown],
                right=(1, 2, 3),
                wide=(0, 4),
                loud=[place for place, one in enumerate(shown) if not one["agrees"]],
            )
        )
        blocks += more
    return Section("Device totals against the record", blocks, "" if blocks else "None: the device reported no totals")


def _lasted(since_us: int, until_us: int | None) -> str:
    if until_us is None:
        return "still open"
    return plain((Decimal(until_us - since_us) / 1_000_000).quantize(Decimal("0.001")))


def _figure(record: Record, figure: Mapping[str, Any]) -> tuple[str, ...]:
    unit = amounts.unit_text(figure["unit"])
    of = f"device {figure['link']}, " if len(record.devices) > 1 else ""
    name = f"{of}{amounts.words(figure['metric'])}{f' ({unit})' if unit else ''}"
    values = (plain(round(Decimal(figure[part]), 6) + 0) for part in ("device", "recorded", "difference"))
    reason = explanations(record).get(of_figure(figure))
    differs = f"DIFFERS, explained: {reason}" if reason is not None else "DIFFERS"
    return name, *values, "agrees" if figure["agrees"] else differs


def _logs(record: Record) -> Iterator[Block]:
    """Logs that devices keep by themselves, and what their clocks said."""
    logs = [
        "; ".join(
            [f"Log {one['log']}, sha256 {one['sha256'][:12]}, {one['origin']}", *filter(None, [one.get("doubt")])]
        )
        for one in record.device_logs.logs
    ]
    clocks = [
        f"The device's clock said {one['said']}, {plain(ahead_of_utc(record.wall, one))} s ahead of UTC"
        for one in record.device_logs.clocks
    ]
    said = [*logs, *clocks]
    if said:
        shown, more = cut(said, len(said), _MOST, "device_logs.csv")
        yield Lines(shown)
        yield from more
