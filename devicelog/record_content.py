"""A record as plain JSON: every export, the API and `show --json` say the same thing in the same words.

Decimals are text, a quantity is `{"value": "2", "unit": "mL"}`, a time is RFC 3339 in UTC with its seconds since the
beginning beside it. What is not known is null, and something beside it says why; it is never 0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.driver import ReportKind
from devicelog.layout import NANO, Layout
from devicelog.treatment.protocol import Statistic
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, SampleQuantities
from devicelog.units import plain

if TYPE_CHECKING:
    from datetime import datetime

    from devicelog.record import AlarmView, DeviceView, GapView, Record, Spread
    from devicelog.treatment.totals import Totals

#: Version of this content; it grows when a reader of the one before would misunderstand it.
VERSION = 1

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
        "subject": started.get("subject"),
        "practitioner": started.get("practitioner"),
        "started": _wall(record, 0),
        "until": _wall(record, record.last_us),
        "duration": _seconds(record.last_us),
        "software": started.get("software"),
        "ledger_format": started.get("format"),
        "host": dict(started.get("host", {})),
        "entries": record.entries,
        "devices": [_device(record, device) for device in record.devices.values()],
        "protocol": _protocol(record.protocol),
        "planned_zones": list(started.get("zones", [])),
        "totals": _totals(record, None, record.tally.session),
        "spreads": _spreads(record, None),
        "zones": [
            {"zone": zone, "totals": _totals(record, zone, totals), "spreads": _spreads(record, zone)}
            for zone, totals in record.tally.zones.items()
        ],
        "observations": dict(record.observations),
        "verdicts": {word.replace(" ", "_"): count for word, count in record.verdicts.items()},
        "alarms": [_alarm(record, alarm) for alarm in record.alarms.values()],
        "gaps": [_gap(record, gap) for gap in record.gaps.values()],
        "reconciliation": [_figure(figure) for figure in record.reconciled],
        "missing": record.missing_things(),
        "notes": [{"text": text, **_moment(record, "at", t_us)} for t_us, text in record.notes],
    }


def marks(record: Record) -> dict[str, bool]:
    """What must stand at the top of whatever shows this record."""
    protocol = record.protocol
    return {
        "simulated": record.simulated,
        "interrupted": record.interrupted,
        "running": record.state == "running",
        "no_limits": protocol is None,
        "protocol_unapproved": protocol is not None and protocol.get("approved") is None,
    }


def basis(record: Record, metric: str) -> str | None:
    """What a metric's figures stand for ("extension", "dc"), as its settings now say; several are joined by "or"."""
    found: dict[str, None] = {}
    for layout in record.layouts.values():
        position = layout.position(metric)
        if position is None:
            continue
        column = layout.columns[position]
        stated = record.tally.settings(layout.link).get(column.basis_from) if column.basis_from else None
        word = stated or column.basis
        if word is not None:
            found[str(word)] = None
    return " or ".join(found) or None


def charge_unknown(record: Record) -> str | None:
    """Why the samples have no charge; None if they have one, or if there are no samples."""
    for layout in _layouts(record, ReportKind.SAMPLE):
        try:
            SampleQuantities(layout, record.tally.settings(layout.link)).current(Statistic.MEAN)
        except NotApplicableError:
            return "the current alternates around zero: it has no charge dose"
        except NotEvaluableError as error:
            return str(error)
    return None


def without_volume(record: Record, zone: str | None, totals: Totals) -> int:
    """How many triggers came without a volume; the volume is a lower bound then."""
    spread = record.spreads.get((zone, "volume"))
    return totals.triggers - (spread.count if spread is not None else 0)


def needles_unknown(record: Record) -> bool:
    """Whether a device gave triggers and never said how many needles its head has: injections are a lower bound."""
    links = {layout.link for layout in _layouts(record, ReportKind.INJECTION) if record.observations.get(layout.report)}
    return any(record.tally.needles(link) is None for link in links)


def _layouts(record: Record, *kinds: ReportKind) -> list[Layout]:
    return [layout for layout in record.layouts.values() if layout.kind in kinds]


def _totals(record: Record, zone: str | None, totals: Totals) -> Json:
    """Counts and doses; null for a kind of treatment that no device here reports."""
    injects = bool(_layouts(record, ReportKind.INJECTION, ReportKind.PURGE))
    flows = bool(_layouts(record, ReportKind.SAMPLE))
    return {
        "elapsed": {"value": plain(Decimal(totals.elapsed_ms) / 1000), "unit": "s"},
        "injections": _injections(record, zone, totals) if injects else None,
        "current": _charge(record, totals) if flows else None,
    }


def _injections(record: Record, zone: str | None, totals: Totals) -> Json:
    lacking = without_volume(record, zone, totals)
    known = lacking == 0 or lacking < totals.triggers
    found: Json = {
        "triggers": totals.triggers,
        "injections": totals.injections,
        "injections_lower_bound": needles_unknown(record),
        "volume": _quantity(totals.volume_ml, "mL") if known else None,
        "volume_basis": basis(record, "volume"),
        "without_volume": lacking,
    }
    if zone is None:
        purges = sum(record.observations.get(layout.report, 0) for layout in _layouts(record, ReportKind.PURGE))
        found |= {"purges": purges, "purged": _quantity(totals.purged_ml, "mL")}
    return found


def _charge(record: Record, totals: Totals) -> Json:
    unknown = charge_unknown(record)
    return {
        "samples": totals.samples,
        "charge": _quantity(totals.charge_ma_min, "mA*min") if unknown is None else None,
        "charge_unknown": unknown,
        "charge_lower_bound": totals.missing_ms > 0,
        "unsampled": {"value": plain(Decimal(totals.missing_ms) / 1000), "unit": "s"},
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


def _device(record: Record, device: DeviceView) -> Json:
    return {
        **device.plan,
        "connected": device.connected,
        "identities": [dict(identity) for identity in device.identities],
        "serial": device.serial if device.identities else None,
        "simulated": any(identity["simulated"] for identity in device.identities),
        "settings": _settings(record, device.link),
        "bad_frames": device.bad_frames,
        "repeats": device.repeats,
        "conflicts": device.conflicts,
    }


def _settings(record: Record, link: int) -> Json:
    """The settings in force at the end, those that a person stated included."""
    columns = (column for layout in record.layouts.values() if layout.link == link for column in layout.columns)
    units = _GIVEN_UNITS | {column.metric: column.unit for column in columns if column.unit is not None}
    return {
        name: _quantity(Decimal(value) / NANO, units[name]) if name in units else value
        for name, value in record.tally.settings(link).items()
    }


def _protocol(protocol: Json | None) -> Json | None:
    return dict(protocol) if protocol is not None else None


def _alarm(record: Record, alarm: AlarmView) -> Json:
    return {
        "alarm": alarm.number,
        "priority": alarm.priority,
        "text": alarm.text,
        "zone": alarm.zone,
        "limit": alarm.limit,
        "latching": alarm.latching,
        "peak": {"value": alarm.peak, "unit": alarm.unit} if alarm.peak is not None else None,
        "readings": alarm.readings,
        **_moment(record, "began", alarm.began_us),
        **_moment(record, "ended", alarm.ended_us),
    }


def _gap(record: Record, gap: GapView) -> Json:
    return {
        "gap": gap.number,
        "link": gap.link,
        "cause": gap.cause,
        "missing_reports": gap.missing,
        **_moment(record, "since", gap.since_us),
        **_moment(record, "until", gap.until_us),
    }


def _figure(figure: Json) -> Json:
    amounts = {name: {"value": figure[name], "unit": figure["unit"]} for name in ("device", "recorded", "difference")}
    return {"link": figure["link"], "metric": figure["metric"], **amounts, "agrees": figure["agrees"]}


def _moment(record: Record, name: str, t_us: int | None) -> Json:
    """A moment on both clocks: `began` by the wall, `began_after` since the session's beginning."""
    if t_us is None:
        return {name: None, f"{name}_after": None}
    return {name: _wall(record, t_us), f"{name}_after": _seconds(t_us)}


def _wall(record: Record, t_us: int) -> str | None:
    return rfc3339(record.wall(t_us)) if record.started else None


def rfc3339(moment: datetime) -> str:
    """A UTC time as text, to the microsecond."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def _seconds(t_us: int) -> Json:
    return {"value": plain(Decimal(t_us) / 1_000_000), "unit": "s"}


def _quantity(value: Decimal, unit: str) -> Json:
    return {"value": plain(round(value, 9) + 0), "unit": unit}
