"""A record as plain JSON: what `show` says of a session, every quantity as decimal text beside its unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devicelog.export.numbers import number, seconds, utc
from devicelog.export.session import ExportedSession
from devicelog.record import AlarmView, DeviceView, GapView, Record
from devicelog.treatment.totals import Totals


def record_json(session: ExportedSession) -> dict[str, Any]:
    """The record; the schema is session.schema.json."""
    record = session.record
    started = record.started
    return {
        "session": record.session,
        "subject": started["subject"],
        "practitioner": started["practitioner"],
        "state": record.state,
        "ended_because": record.ended,
        "simulated": record.simulated,
        "marks": session.marks(),
        "missing": record.missing_things(),
        "started": utc(record.wall(0)),
        "last_entry": _moment(record, record.last_us),
        "host": started["host"],
        "recorded_by": started["software"],
        "protocol": _protocol(session),
        "zones_planned": started["zones"],
        "settings_given": {name: str(value) for name, value in started["settings"].items()},
        "devices": [_device(device) for device in record.devices.values()],
        "entries": record.entries,
        "observations": record.observations,
        "verdicts": record.verdicts,
        "totals": {
            "session": _totals(record.tally.session),
            "zones": {zone: _totals(totals) for zone, totals in record.tally.zones.items()},
        },
        "spreads": [
            {
                "zone": zone,
                "metric": metric,
                "unit": spread.unit,
                "count": spread.count,
                "lowest": number(spread.low),
                "mean": number(spread.mean),
                "highest": number(spread.high),
            }
            for (zone, metric), spread in record.spreads.items()
            if spread.count
        ],
        "alarms": [_alarm(session, alarm) for alarm in record.alarms.values()],
        "gaps": [_gap(record, gap) for gap in record.gaps.values()],
        "reconciliation": [_figure(figure) for figure in record.reconciled],
        "notes": [{"at": _moment(record, t_us), "text": text} for t_us, text in record.notes],
    }


def _quantity(value: Decimal | int, unit: str) -> dict[str, str]:
    return {"value": number(value), "unit": unit}


def _moment(record: Record, t_us: int | None) -> dict[str, Any] | None:
    if t_us is None:
        return None
    return {"time": utc(record.wall(t_us)), "elapsed": _quantity(seconds(t_us), "s")}


def _protocol(session: ExportedSession) -> dict[str, Any] | None:
    """The treatment protocol without its text, which the first entry of the ledger holds."""
    protocol = session.record.protocol
    if protocol is None:
        return None
    kept = ("id", "version", "title", "status", "sha256", "approved")
    limits = [{"number": number, "name": name} for number, name in session.limits.items()]
    return {**{key: protocol[key] for key in kept}, "limits": limits}


def _device(device: DeviceView) -> dict[str, Any]:
    return {
        **device.plan,
        "identities": [{key: value for key, value in one.items() if key != "link"} for one in device.identities],
        "connected": device.connected,
        "bad_frames": device.bad_frames,
        "repeats": device.repeats,
        "conflicts": device.conflicts,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "triggers": _quantity(totals.triggers, "count"),
        "injections": _quantity(totals.injections, "count"),
        "volume": _quantity(totals.volume_ml, "mL"),
        "purged": _quantity(totals.purged_ml, "mL"),
        "samples": _quantity(totals.samples, "count"),
        "charge": _quantity(totals.charge_ma_min, "mA*min"),
        "time_treated": _quantity(Decimal(totals.elapsed_ms).scaleb(-3), "s"),
        "time_without_samples": _quantity(Decimal(totals.missing_ms).scaleb(-3), "s"),
    }


def _alarm(session: ExportedSession, alarm: AlarmView) -> dict[str, Any]:
    peak = _quantity(Decimal(alarm.peak), alarm.unit) if alarm.peak is not None and alarm.unit is not None else None
    return {
        "alarm": alarm.number,
        "priority": alarm.priority,
        "text": alarm.text,
        "latching": alarm.latching,
        "limit": session.limits.get(alarm.limit) if alarm.limit is not None else None,
        "zone": alarm.zone,
        "began": _moment(session.record, alarm.began_us),
        "ended": _moment(session.record, alarm.ended_us),
        "peak": peak,
        "readings": alarm.readings,
    }


def _gap(record: Record, gap: GapView) -> dict[str, Any]:
    return {
        "gap": gap.number,
        "link": gap.link,
        "cause": gap.cause,
        "since": _moment(record, gap.since_us),
        "until": _moment(record, gap.until_us),
        "missing_reports": gap.missing,
    }


def _figure(figure: dict[str, Any]) -> dict[str, Any]:
    unit = figure["unit"]
    numbers = {which: _quantity(Decimal(figure[which]), unit) for which in ("device", "recorded", "difference")}
    return {"link": figure["link"], "metric": figure["metric"], **numbers, "agrees": figure["agrees"]}
