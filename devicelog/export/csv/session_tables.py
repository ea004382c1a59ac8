"""The tables about a session as a whole: devices, alarms, gaps, accounting and reconciliation; and the list of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from devicelog.driver import Origin
from devicelog.export.csv.afterwards_tables import afterwards_tables
from devicelog.export.csv.amendment_tables import amendment_tables
from devicelog.export.csv.cell import Cell
from devicelog.export.csv.device_log_tables import device_log_tables
from devicelog.export.csv.head_tables import head_tables
from devicelog.export.csv.people_tables import people_tables
from devicelog.export.csv.product_tables import product_tables
from devicelog.export.csv.summary import summaries
from devicelog.export.csv.table import (
    LINK,
    OF_LINK,
    OF_ZONE,
    SERIAL,
    Field,
    Table,
    moment,
    num,
    required,
    text,
    whole,
    yes_no,
)
from devicelog.export.session import ExportedSession
from devicelog.numbers import rfc3339, seconds
from devicelog.record.accounting import State
from devicelog.record.record import Record
from devicelog.record.views import UNKNOWN, AlarmView

#: A table and its rows.
Filled = tuple[Table, Iterable[Sequence[Cell]]]


def session_tables(session: ExportedSession) -> list[Filled]:
    """Every such table of a session. Those that every session has are there though nothing stands in them."""
    record = session.record
    return [
        *head_tables(session),
        *summaries(record),
        _devices(record),
        _alarms(record),
        _gaps(record),
        _accounting(record),
        _reconciliation(record),
        *device_log_tables(record),
        *product_tables(record),
        *people_tables(record),
        *amendment_tables(session),
        *afterwards_tables(record),
    ]


def _moment(record: Record, t_us: int | None) -> tuple[Cell, Cell]:
    return (None, None) if t_us is None else (rfc3339(record.wall(t_us)), seconds(t_us))


def _serial(record: Record, link: int) -> Cell:
    device = record.devices.get(link)
    return device.serial if device is not None and device.identities else None


def _devices(record: Record) -> Filled:
    fields = (
        required(LINK),
        text("driver", "driver that read the device"),
        text("driver version", "its version"),
        text("package", "package that the driver came in"),
        text("wire format", "what the driver reads"),
        text("provenance", "where the knowledge of the wire format comes from"),
        text("verified on", "hardware that the driver was tried on; empty: none"),
        text("profile sha256", "SHA-256 of the device profile that the driver was made of; empty: of none"),
        text("model", "model as the device said; empty: it never said"),
        text("device serial", "serial number as the device said"),
        text("firmware", "firmware as the device said"),
        yes_no("simulated", "whether the device said that it is a simulator; empty: it never said who it is"),
        whole("bad frames", "count", "frames of the link that could not be read; kept in the ledger"),
        whole("repeats", "count", "reports that came again; counted once"),
        whole("conflicts", "count", "reports that came again with other content; kept and not counted"),
        required(text("origin", "wire: a device sent it; typed: a person typed it", [one.value for one in Origin])),
    )
    return Table("devices.csv", "Devices, and who each of them said it was", fields), _device_rows(record)


def _device_rows(record: Record) -> Iterator[Sequence[Cell]]:
    for device in record.devices.values():
        plan = device.plan
        driver = [
            plan[key] for key in ("driver", "driver_version", "package", "wire_format", "provenance", "verified_on")
        ]
        driver.append(plan.get("profile", {}).get("sha256"))
        counts: tuple[Cell, ...] = (device.bad_frames, device.repeats, device.conflicts)
        counts += (plan.get("origin", Origin.WIRE.value),)
        unknown: list[dict[str, Any]] = [{}]
        for identity in device.identities or unknown:
            who = [identity.get(key) for key in ("model", "serial", "firmware", "simulated")]
            yield [device.link, *driver, *who, *counts]


def _alarms(record: Record) -> Filled:
    units = list(dict.fromkeys(alarm.unit for alarm in record.alarms.values() if alarm.unit is not None))
    fields = (
        required(whole("alarm", "1", "number of the alarm in the session", least=1)),
        required(text("priority", "IEC 60601-1-8 words, no claim of conformity", ("low", "medium", "high"))),
        required(text("alarm text", "the alarm as it was shown")),
        text("limit", "name of the limit that was breached; empty: the alarm is about something else"),
        text("limit source", "soft or hard value of that limit, its citation and protocol; empty: none was kept"),
        text("zone", "zone that it is about"),
        *map(required, moment("began", "beginning")),
        *moment("ended", "end; empty: it lasted"),
        whole("readings", "count", "readings beyond the limit; empty: it lasted, or is about something else"),
        *[num("peak", unit, "the worst value") for unit in units],
        *[num("bound", unit, "the value of the limit") for unit in units],
        yes_no("latching", "whether it stays until someone acknowledges it"),
        *moment("acknowledged", "when somebody acknowledged it first; empty: nobody did"),
        text("acknowledged by", "who did; empty: nobody, or it was not said"),
        whole("acknowledgements", "count", "how often it was acknowledged; each time is in events.csv"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for alarm in record.alarms.values():
            peaks = [_in(alarm.unit, unit, value) for value in (alarm.peak, alarm.bound) for unit in units]
            began, ended = _moment(record, alarm.began_us), _moment(record, alarm.ended_us)
            head = (alarm.number, alarm.priority, alarm.text, alarm.limit_name, alarm.source, alarm.zone)
            yield [*head, *began, *ended, alarm.readings, *peaks, alarm.latching, *_acknowledged(record, alarm)]

    return Table("alarms.csv", "Alarms, with the limits that were breached", fields, ("alarm",), OF_ZONE), rows()


def _acknowledged(record: Record, alarm: AlarmView) -> tuple[Cell, ...]:
    """When and by whom it was acknowledged first, and how often."""
    first = next(iter(alarm.acknowledged), None)
    if first is None:
        return None, None, None, 0
    return *_moment(record, first.t_us), first.by, len(alarm.acknowledged)


def _in(own: str | None, unit: str, value: str | None) -> Cell:
    """A value in the column of its unit."""
    return Decimal(value) if value is not None and own == unit else None


def _gaps(record: Record) -> Filled:
    fields = (
        required(whole("gap", "1", "number of the gap in the session", least=1)),
        required(LINK),
        text("device serial", "serial number of the device that was on the line before it"),
        required(text("cause", "why data is missing")),
        *map(required, moment("since", "last thing heard before")),
        *moment("until", "first thing heard after; empty: nothing"),
        num("duration", "s", "time without data"),
        whole("missing reports", "count", "reports that never came; empty: nobody can tell"),
        whole("read back", "count", "reports that were read back from the device's memory"),
        text("no more because", "why what is missing was not read back; empty: nothing is, or nothing was asked for"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for gap in record.gaps.values():
            lasted = seconds(gap.until_us - gap.since_us) if gap.until_us is not None else None
            since, until = _moment(record, gap.since_us), _moment(record, gap.until_us)
            head = (gap.number, gap.link, None if gap.serial == UNKNOWN else gap.serial, gap.cause)
            because = gap.because if gap.missing != 0 else None
            yield [*head, *since, *until, lasted, gap.missing, gap.filled, because]

    title = "Gaps: stretches for which the data of a device is missing"
    return Table("gaps.csv", title, fields, ("gap",), OF_LINK), rows()


def _accounting(record: Record) -> Filled:
    """Every second of every link; the pieces of a link tile the session."""
    fields = (
        required(LINK),
        SERIAL,
        required(
            text("state", "idle: the device said so; recalled: all of it was read back", [one.value for one in State])
        ),
        text("cause", "why the device was not heard"),
        whole("gap", "1", "number of the gap; empty: it is none", least=1),
        *map(required, moment("since", "beginning")),
        *map(required, moment("until", "end")),
        required(num("duration", "s", "how long it lasted", least=0)),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for device in record.devices.values():
            for piece in device.account.pieces(record.last_us):
                head = (device.link, _serial(record, device.link), piece.state.value, piece.cause, piece.gap)
                since, until = _moment(record, piece.since_us), _moment(record, piece.until_us)
                yield [*head, *since, *until, seconds(piece.lasted_us)]

    title = "Accounting: every second of every link, with data, idle, recalled or a gap"
    refers = {**OF_LINK, "gap": ("gaps.csv", "gap")}
    return Table("accounting.csv", title, fields, refers=refers), rows()


def _reconciliation(record: Record) -> Filled:
    figures = record.reconciled
    units = list(dict.fromkeys(str(figure["unit"]) for figure in figures))
    said = {"device": "as the device's own counter says", "recorded": "sum of what was recorded"}
    said["difference"] = "recorded less device"
    columns = [(which, unit) for unit in units for which in said]
    fields: list[Field] = [
        required(LINK),
        SERIAL,
        required(text("metric", "what was counted")),
        text("as told by", "the device's report of its totals, or the last values of its counters"),
        *[num(which, unit, said[which]) for which, unit in columns],
        yes_no("agrees", "whether the two agree"),
    ]

    def rows() -> Iterator[Sequence[Cell]]:
        for figure in figures:
            numbers: list[Cell] = [
                Decimal(figure[which]) if figure["unit"] == unit else None for which, unit in columns
            ]
            link = figure["link"]
            head = (link, _serial(record, link), figure["metric"], figure["by"])
            yield [*head, *numbers, figure["agrees"]]

    title = "Reconciliation: what was recorded against the device's own counters"
    return Table("reconciliation.csv", title, tuple(fields), refers=OF_LINK), rows()
