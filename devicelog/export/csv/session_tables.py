"""The tables about a session as a whole: summary, alarms, gaps, devices, reconciliation, and all other entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from devicelog.amendment import held
from devicelog.driver import Origin
from devicelog.export.csv.afterwards_tables import afterwards_tables
from devicelog.export.csv.amendment_tables import amendment_tables
from devicelog.export.csv.device_log_tables import device_log_tables
from devicelog.export.csv.product_tables import product_tables
from devicelog.export.csv.table import Cell, Field, Table, moment, num, text, yes_no
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind, encode
from devicelog.numbers import rfc3339, seconds
from devicelog.record.caveats import Dose, Quantity, counts_triggers, dose, flows, injects, is_typed
from devicelog.record.record import Record
from devicelog.record.views import UNKNOWN
from devicelog.treatment.totals import Totals

#: A table and its rows.
Filled = tuple[Table, Iterable[Sequence[Cell]]]

_DOSES: tuple[Quantity, ...] = ("injections", "volume", "purged", "charge")


def session_tables(session: ExportedSession) -> list[Filled]:
    """Every such table of a session."""
    record = session.record
    return [
        _summary(record),
        _devices(record),
        _alarms(record),
        _gaps(record),
        _accounting(record),
        _reconciliation(record),
        _events(session),
        *device_log_tables(record),
        *product_tables(record),
        *_before(record),
        *amendment_tables(session),
        *afterwards_tables(record),
    ]


def _before(record: Record) -> list[Filled]:
    """The summary as it was before each amendment."""
    told = ((amendment.content["amendment"], amendment.before) for amendment in record.amendments)
    return [_summary(before, f"summary_before_{number}.csv") for number, before in told if before is not None]


def _moment(record: Record, t_us: int | None) -> tuple[Cell, Cell]:
    return (None, None) if t_us is None else (rfc3339(record.wall(t_us)), seconds(t_us))


def _serial(record: Record, link: int) -> Cell:
    device = record.devices.get(link)
    return device.serial if device is not None and device.identities else None


def _summary(record: Record, file: str = "summary.csv") -> Filled:
    spreads = dict.fromkeys((metric, spread.unit) for (_, metric), spread in record.spreads.items())
    fields = [
        text("zone", "the zone; empty: the whole session"),
        num("triggers", "count", "reports of injections; empty: no device here reports them"),
        num("injections", "count", "triggers times the needles of the head"),
        num("volume", "mL", "sum of the volumes of all injections, purges not counted"),
        num("purged", "mL", "sum of what was purged, which is no dose; in the row of the whole session only"),
        num("samples", "count", "reports of current; empty: no device here reports it"),
        num("charge", "mA*min", "current over time by the trapezoid rule, never over a gap"),
        *[
            text(f"{of} stated", f"whether {of} is exact, at least, or not known; empty: no device here reports it")
            for of in _DOSES
        ],
        text("why not exact", "why what is at least or not known is so"),
        num("time treated", "s", "since the first treatment, pauses included"),
        num("time without samples", "s", "time in which current may have flowed without a sample; not in the charge"),
    ]
    for metric, unit in spreads:
        said = metric.replace("_", " ")
        fields += [num(f"{metric} {which}", unit, f"{which} {said}") for which in ("lowest", "mean", "highest")]

    def row(zone: str | None, totals: Totals) -> list[Cell]:
        doses = _doses(record, zone)
        injections, volume, purged, charge = (given.value if given is not None else None for given in doses.values())
        triggers = totals.triggers if injects(record) and counts_triggers(record) else None
        cells: list[Cell] = [zone, triggers, injections, volume, purged]
        cells += [totals.samples if flows(record) else None, charge]
        cells += [_stated(given) for given in doses.values()]
        cells.append("; ".join(f"{of}: {given.why}" for of, given in doses.items() if given and given.why) or None)
        cells += [Decimal(totals.elapsed_ms).scaleb(-3), Decimal(totals.missing_ms).scaleb(-3)]
        for metric, unit in spreads:
            spread = record.spreads.get((zone, metric))
            known = spread is not None and spread.unit == unit and spread.count > 0
            cells += [spread.low, spread.mean, spread.high] if known and spread else [None] * 3
        return cells

    zones = record.tally.zones.items()
    return Table(file, tuple(fields)), [row(None, record.tally.session), *[row(zone, t) for zone, t in zones]]


def _doses(record: Record, zone: str | None) -> dict[str, Dose | None]:
    """The doses of a zone; None for what no device reports there."""
    reported = {"injections": injects(record), "volume": injects(record), "purged": injects(record) and zone is None}
    reported["charge"] = flows(record)
    return {of: dose(record, zone, of) if reported[of] else None for of in _DOSES}


def _stated(given: Dose | None) -> Cell:
    if given is None:
        return None
    return "not known" if given.value is None else "at least" if given.at_least else "exact"


def _devices(record: Record) -> Filled:
    fields = (
        num("link", "1", "number of the link in the session"),
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
        num("bad frames", "count", "frames of the link that could not be read; kept in the ledger"),
        num("repeats", "count", "reports that came again; counted once"),
        num("conflicts", "count", "reports that came again with other content; kept and not counted"),
        *([text("origin", "wire: a device sent it; typed: a person typed it")] if is_typed(record) else []),
    )
    return Table("devices.csv", fields), _device_rows(record)


def _device_rows(record: Record) -> Iterator[Sequence[Cell]]:
    for device in record.devices.values():
        plan = device.plan
        driver = [
            plan[key] for key in ("driver", "driver_version", "package", "wire_format", "provenance", "verified_on")
        ]
        driver.append(plan.get("profile", {}).get("sha256"))
        counts: tuple[Cell, ...] = (device.bad_frames, device.repeats, device.conflicts)
        counts += (plan.get("origin", Origin.WIRE.value),) if is_typed(record) else ()
        unknown: list[dict[str, Any]] = [{}]
        for identity in device.identities or unknown:
            who = [identity.get(key) for key in ("model", "serial", "firmware", "simulated")]
            yield [device.link, *driver, *who, *counts]


def _alarms(record: Record) -> Filled:
    units = list(dict.fromkeys(alarm.unit for alarm in record.alarms.values() if alarm.unit is not None))
    fields = (
        num("alarm", "1", "number of the alarm in the session"),
        text("priority", "low, medium or high (IEC 60601-1-8 words, no claim of conformity)"),
        text("alarm text", "the alarm as it was shown"),
        text("limit", "name of the limit that was breached; empty: the alarm is about something else"),
        text("limit source", "soft or hard value of that limit, its citation and protocol; empty: none was kept"),
        text("zone", "zone that it is about"),
        *moment("began", "beginning"),
        *moment("ended", "end; empty: it lasted"),
        num("readings", "count", "readings beyond the limit"),
        *[num("peak", unit, "the worst value") for unit in units],
        yes_no("latching", "whether it stays until someone acknowledges it"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for alarm in record.alarms.values():
            peaks: list[Cell] = [Decimal(alarm.peak) if alarm.peak and alarm.unit == unit else None for unit in units]
            began, ended = _moment(record, alarm.began_us), _moment(record, alarm.ended_us)
            head = (alarm.number, alarm.priority, alarm.text, alarm.limit_name, alarm.source, alarm.zone)
            yield [*head, *began, *ended, alarm.readings, *peaks, alarm.latching]

    return Table("alarms.csv", fields), rows()


def _gaps(record: Record) -> Filled:
    fields = (
        num("gap", "1", "number of the gap in the session"),
        num("link", "1", "number of the link"),
        text("device serial", "serial number of the device at the end of the session"),
        text("cause", "why data is missing"),
        *moment("since", "last thing heard before"),
        *moment("until", "first thing heard after; empty: nothing"),
        num("duration", "s", "time without data"),
        num("missing reports", "count", "reports that never came; empty: nobody can tell"),
        num("read back", "count", "reports that were read back from the device's memory"),
        text("no more because", "why what is missing was not read back; empty: nothing is, or nothing was asked for"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for gap in record.gaps.values():
            lasted = seconds(gap.until_us - gap.since_us) if gap.until_us is not None else None
            since, until = _moment(record, gap.since_us), _moment(record, gap.until_us)
            head = (gap.number, gap.link, None if gap.serial == UNKNOWN else gap.serial, gap.cause)
            because = gap.because if gap.missing != 0 else None
            yield [*head, *since, *until, lasted, gap.missing, gap.filled, because]

    return Table("gaps.csv", fields), rows()


def _accounting(record: Record) -> Filled:
    """Every second of every link; the pieces of a link tile the session."""
    fields = (
        num("link", "1", "number of the link"),
        text("device serial", "serial number of the device at the end of the session"),
        text("state", "data, idle: the device said so, recalled: all of it was read back, or gap"),
        text("cause", "why the device was not heard"),
        num("gap", "1", "number of the gap; empty: it is none"),
        *moment("since", "beginning"),
        *moment("until", "end"),
        num("duration", "s", "how long it lasted"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for device in record.devices.values():
            for piece in device.account.pieces(record.last_us):
                head = (device.link, _serial(record, device.link), piece.state.value, piece.cause, piece.gap)
                since, until = _moment(record, piece.since_us), _moment(record, piece.until_us)
                yield [*head, *since, *until, seconds(piece.lasted_us)]

    return Table("accounting.csv", fields), rows()


def _reconciliation(record: Record) -> Filled:
    figures = record.reconciled
    units = list(dict.fromkeys(str(figure["unit"]) for figure in figures))
    said = {"device": "as the device's own counter says", "recorded": "sum of what was recorded"}
    said["difference"] = "recorded less device"
    columns = [(which, unit) for unit in units for which in said]
    fields: list[Field] = [
        num("link", "1", "number of the link"),
        text("device serial", "serial number of the device at the end of the session"),
        text("metric", "what was counted"),
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

    return Table("reconciliation.csv", tuple(fields)), rows()


def _events(session: ExportedSession) -> Filled:
    """Every entry that is no observation, so that the tables together leave nothing out."""
    fields = (
        num("entry", "1", "number of the entry in the session's ledger"),
        *moment("", "when it happened"),
        text("kind", "kind of entry, as docs/ledger.md lists them"),
        num("link", "1", "number of the link that it is about; empty: the whole session"),
        text("content", "the rest of the entry as JSON; the text of the treatment protocol is in session.json only"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for entry in session.entries():
            event = held(entry.content) if entry.kind == Kind.AMENDED else entry
            if event.kind == Kind.OBSERVATION:
                continue
            content = {key: value for key, value in event.content.items() if key != "link"}
            if event.kind == Kind.STARTED and content["protocol"] is not None:
                content["protocol"] = {key: v for key, v in content["protocol"].items() if key != "text"}
            if event is not entry:
                content = {"amendment": entry.content["amendment"], "entry": event.number, event.kind: content}
            when = _moment(session.record, event.t_us)
            yield [entry.number, *when, entry.kind, event.content.get("link"), encode(content).decode()]

    return Table("events.csv", fields), rows()
