"""A record as plain JSON: `show --json`, session.json and the API say the same thing in the same words.

Decimals are text, a quantity is `{"value": "2", "unit": "mL"}`, a time is RFC 3339 in UTC with its seconds since the
beginning beside it. What is not known is null, and something beside it says why; it is never 0. The schema is `record`
in export/session.schema.json.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.ledger.sealed import plain_text, words
from devicelog.numbers import number, rfc3339, seconds
from devicelog.observation.layout import NANO
from devicelog.record import afterwards
from devicelog.record.caveats import Dose, basis, dose, flows, injects, marks, without_volume
from devicelog.record.completeness import completeness
from devicelog.record.course import course_content
from devicelog.record.deliveries import deliveries
from devicelog.record.device_logs import ahead_of_utc
from devicelog.record.happenings import happenings
from devicelog.record.places import place
from devicelog.record.points import points_content
from devicelog.record.products import products
from devicelog.record.screening import screening_content
from devicelog.record.signatures import signatures, status
from devicelog.record.steps import steps_content

if TYPE_CHECKING:
    from devicelog.record.happenings import Happening
    from devicelog.record.record import Record
    from devicelog.record.spread import Spread
    from devicelog.record.views import AlarmView, AmendmentView, CounterView, DeviceView, GapView
    from devicelog.treatment.totals import Totals

#: Grows with everything that makes the content of a record differ; else an older export would be called altered.
VERSION = 3

PURPOSE = "Recording and documentation only; devicelog does not guide treatment and never controls a device."

#: Settings that a person can state where the device does not, with their units.
_GIVEN_UNITS = {"electrode_area": "cm**2"}

Json = dict[str, Any]


def content(record: Record) -> Json:
    """All that a record says, in plain JSON types."""
    started = record.started
    return {
        "record": "devicelog session",
        "version": VERSION,
        "purpose": PURPOSE,
        "session": record.session,
        "state": record.state,
        "ended_because": record.ended,
        "marks": marks(record),
        "missing": record.missing_things(),
        "subject": started.get("subject"),
        "practitioner": started.get("practitioner"),
        "started": _wall(record, 0),
        "until": _wall(record, record.last_us),
        "duration": _duration(record.last_us),
        **({"begun": dict(begun)} if (begun := started.get("begun")) is not None else {}),
        "software": started.get("software"),
        "ledger_format": started.get("format"),
        "host": dict(started.get("host", {})),
        "entries": record.entries,
        **_devices(record),
        "protocol": _protocol(record.protocol),
        "course": course_content(record),
        "steps": steps_content(record),
        "planned_zones": list(started.get("zones", [])),
        "given_settings": _settings(started.get("settings", {}), _GIVEN_UNITS),
        **_given(record),
        **points_content(record),
        **screening_content(record),
        "events": [_happening(record, one) for one in happenings(record)],
        "notes": [{"text": text, **_moment(record, "at", t_us)} for t_us, text in afterwards.notes(record)],
        "amendments": [_amendment(amendment) for amendment in record.amendments],
        "afterwards": afterwards.content(record),
        "completeness": [item.content() for item in completeness(record)],
        "signature_status": status(record).value,
        "signatures": [signature.content() for signature in signatures(record)],
        "deliveries": [delivery.content() for delivery in deliveries(record)],
    }


def _given(record: Record) -> Json:
    """What was given and what happened: that of a record which an amendment may make differ."""
    tally = record.tally
    return {
        "totals": _totals(record, None, tally.session),
        "spreads": _spreads(record, None),
        "zones": zones(record),
        "observations": dict(record.observations),
        "verdicts": {word.replace(" ", "_"): count for word, count in record.verdicts.items()},
        "alarms": [_alarm(record, alarm) for alarm in record.alarms.values()],
        "gaps": [_gap(record, gap) for gap in record.gaps.values()],
        **_stops(record),
        "accounting": [_account(record, device) for device in record.devices.values()],
        "counters": [_counter(record, counter) for counter in record.counters],
        "reconciliation": [_figure(figure) for figure in record.reconciled],
        "not_reconciled": [dict(found) for found in record.unreconciled],
        **_device_logs(record),
        **products(record),
    }


def zones(record: Record) -> list[Json]:
    """What was given in each zone."""
    return [
        {
            "zone": zone,
            **place(record, zone),
            "totals": _totals(record, zone, totals),
            "spreads": _spreads(record, zone),
        }
        for zone, totals in record.tally.zones.items()
    ]


def _amendment(amendment: AmendmentView) -> Json:
    """An amendment as its entry says it, and what the record said before (null: it left that as it was)."""
    before = amendment.before
    said = {**amendment.content, "reason": words(amendment.content["reason"]), "entry": amendment.number}
    if "changes" in said:
        said["changes"] = [{name: plain_text(value) for name, value in one.items()} for one in said["changes"]]
    return {**said, "before": {**_devices(before), **_given(before)} if before is not None else None}


# -- totals ----------------------------------------------------------------------------------------------------


def _totals(record: Record, zone: str | None, totals: Totals) -> Json:
    """Counts and doses; null for a kind of treatment that no device here reports."""
    return {
        "elapsed": _quantity(Decimal(totals.elapsed_ms) / 1000, "s"),
        "injections": _injections(record, zone, totals) if injects(record) else None,
        "current": _current(record, zone, totals) if flows(record) else None,
    }


def _injections(record: Record, zone: str | None, totals: Totals) -> Json:
    injections, volume = dose(record, zone, "injections"), dose(record, zone, "volume")
    found: Json = {
        "triggers": totals.triggers if injections.value is not None else None,
        "injections": totals.injections if injections.value is not None else None,
        "injections_lower_bound": injections.at_least,
        "volume": _dose(volume, "mL"),
        "volume_lower_bound": volume.at_least,
        "volume_basis": basis(record, "volume"),
        "without_volume": without_volume(record, zone),
    }
    if zone is None:
        purged = dose(record, None, "purged")
        found |= {"purges": record.purges, "purged": _dose(purged, "mL"), "purged_lower_bound": purged.at_least}
    return found


def _current(record: Record, zone: str | None, totals: Totals) -> Json:
    charge = dose(record, zone, "charge")
    return {
        "samples": totals.samples,
        "charge": _dose(charge, "mA*min"),
        "charge_unknown": charge.why if charge.value is None else None,
        "charge_lower_bound": charge.at_least,
        "unsampled": _quantity(Decimal(totals.missing_ms) / 1000, "s"),
    }


def _spreads(record: Record, zone: str | None) -> Json:
    return {
        metric: _spread(spread, basis(record, metric))
        for (of, metric), spread in record.spreads.items()
        if of == zone and spread.count
    }


def _spread(spread: Spread, of: str | None) -> Json:
    return {
        "count": spread.count,
        "low": _quantity(spread.low, spread.unit),
        "mean": _quantity(spread.mean, spread.unit),
        "high": _quantity(spread.high, spread.unit),
        "basis": of,
    }


# -- devices and limits ----------------------------------------------------------------------------------------


def _devices(record: Record) -> Json:
    return {"devices": [_device(record, device) for device in record.devices.values()]}


def _device(record: Record, device: DeviceView) -> Json:
    """A device; its settings are those in force at the end, those that a person stated included."""
    columns = [column for layout in record.layouts.values() if layout.link == device.link for column in layout.columns]
    units = _GIVEN_UNITS | {column.metric: column.unit for column in columns if column.unit is not None}
    return {
        **device.plan,
        "connected": device.connected,
        "identities": [{name: said for name, said in one.items() if name != "link"} for one in device.identities],
        "serial": device.serial if device.identities else None,
        "simulated": device.simulated,
        "settings": _settings(record.tally.settings(device.link), units),
        "bad_frames": device.bad_frames,
        "repeats": device.repeats,
        "conflicts": device.conflicts,
        "read_back": device.recalled,
    }


def _settings(settings: Json, units: dict[str, str]) -> Json:
    """Settings by name: a quantity where there is a unit, else as the device sent it."""
    return {
        name: _quantity(Decimal(value) / NANO, units[name]) if name in units else value
        for name, value in settings.items()
    }


def _protocol(protocol: Json | None) -> Json | None:
    """The treatment protocol as the session kept it, and the numbers by which entries name its limits."""
    if protocol is None:
        return None
    from devicelog.treatment.protocol_file import limits_kept

    return {**protocol, "limits": [{"limit": limit.number, "name": limit.name} for limit in limits_kept(protocol)]}


# -- what happened ---------------------------------------------------------------------------------------------


def _alarm(record: Record, alarm: AlarmView) -> Json:
    return {
        "alarm": alarm.number,
        "priority": alarm.priority,
        "text": alarm.text,
        "zone": alarm.zone,
        "limit": alarm.limit,
        "limit_name": alarm.limit_name,
        "latching": alarm.latching,
        "severity": alarm.severity,
        "bound": _quantity(Decimal(alarm.bound), alarm.unit or "") if alarm.bound is not None else None,
        "protocol": alarm.protocol,
        "citation": alarm.citation,
        "source": alarm.source,
        "peak": _quantity(Decimal(alarm.peak), alarm.unit or "") if alarm.peak is not None else None,
        "readings": alarm.readings,
        **_moment(record, "began", alarm.began_us),
        **_moment(record, "ended", alarm.ended_us),
        **_acknowledged(record, alarm),
    }


def _acknowledged(record: Record, alarm: AlarmView) -> Json:
    """Who has seen it; nothing where nobody said so."""
    made = [{**_moment(record, "at", one.t_us), "by": one.by} for one in alarm.acknowledged]
    return {"acknowledged": made} if made else {}


def _gap(record: Record, gap: GapView) -> Json:
    return {
        "gap": gap.number,
        "link": gap.link,
        "cause": gap.cause,
        "missing_reports": gap.missing,
        "read_back": gap.filled,
        "no_more_because": gap.because if gap.missing != 0 else None,
        **_moment(record, "since", gap.since_us),
        **_moment(record, "until", gap.until_us),
    }


def _stops(record: Record) -> Json:
    """Where the recording stopped and went on; nothing where it did not."""
    stops = [
        {
            "by": stop.by.value,
            "lasted": _duration(stop.lasted_us) if stop.lasted_us is not None else None,
            "software": stop.software,
            **_moment(record, "since", stop.since_us),
            **_moment(record, "until", stop.until_us),
        }
        for stop in record.stops.all
    ]
    return {"stops": stops} if stops else {}


def _account(record: Record, device: DeviceView) -> Json:
    """The whole time of a link: what lasted how long, and the pieces, which tile the session."""
    until = record.last_us
    return {
        "link": device.link,
        "interrupted": record.interrupted,
        **{state.value: _duration(lasted) for state, lasted in device.account.seconds(until).items()},
        "causes": {cause: _duration(lasted) for cause, lasted in device.account.causes(until).items()},
        "pieces": [
            {
                "state": piece.state.value,
                "cause": piece.cause,
                "gap": piece.gap,
                "since_after": _duration(piece.since_us),
                "until_after": _duration(piece.until_us),
            }
            for piece in device.account.pieces(until)
        ],
    }


def _device_logs(record: Record) -> Json:
    """The logs that devices keep by themselves, and what their clocks said; nothing where no device has any."""
    found = record.device_logs
    logs = {"device_logs": [_device_log(record, log) for log in found.logs]} if found.logs else {}
    clocks = {"device_clocks": [_device_clock(record, said) for said in found.clocks]} if found.clocks else {}
    return logs | clocks


def _device_log(record: Record, log: Json) -> Json:
    uncertain = log["uncertain"]
    return {
        **{name: log[name] for name in ("log", "link", "path", "sha256", "length", "origin", "written", "counted")},
        "doubt": log.get("doubt"),
        **_moment(record, "happened", log["happened"]),
        "uncertain": _duration(uncertain) if uncertain is not None else None,
    }


def _device_clock(record: Record, said: Json) -> Json:
    return {
        "link": said["link"],
        "said": said["said"],
        **({"zone": said["zone"]} if "zone" in said else {}),
        **_moment(record, "at", said["moment"]),
        "uncertain": _duration(said["uncertain"]),
        "ahead_of_utc": _quantity(ahead_of_utc(record.wall, said), "s"),
    }


def _counter(record: Record, counter: CounterView) -> Json:
    return {
        "link": counter.link,
        "metric": counter.metric,
        "change": counter.what,
        "before": counter.before,
        "now": counter.now,
        **_moment(record, "at", counter.t_us),
    }


def _figure(figure: Json) -> Json:
    amounts = {name: _quantity(Decimal(figure[name]), figure["unit"]) for name in ("device", "recorded", "difference")}
    return {
        "link": figure["link"],
        "metric": figure["metric"],
        **amounts,
        "agrees": figure["agrees"],
        "by": figure["by"],
    }


def _happening(record: Record, one: Happening) -> Json:
    said = {"kind": one.kind, "code": one.code, "zone": one.zone, "text": one.text}
    return {**said, **_moment(record, "at", one.t_us)}


# -- times and quantities --------------------------------------------------------------------------------------


def _moment(record: Record, name: str, t_us: int | None) -> Json:
    """A moment on both clocks: `began` by the wall, `began_after` since the session's beginning."""
    if t_us is None:
        return {name: None, f"{name}_after": None}
    return {name: _wall(record, t_us), f"{name}_after": _duration(t_us)}


def _wall(record: Record, t_us: int) -> str | None:
    return rfc3339(record.wall(t_us)) if record.started else None


def _duration(microseconds: int) -> Json:
    return _quantity(seconds(microseconds), "s")


def _quantity(value: Decimal, unit: str) -> Json:
    return {"value": number(value), "unit": unit}


def _dose(given: Dose, unit: str) -> Json | None:
    return _quantity(given.value, unit) if given.value is not None else None
