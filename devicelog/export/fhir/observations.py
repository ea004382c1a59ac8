"""What was measured and counted: the session, each zone, settings, totals held against the device's, gaps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devicelog.export.fhir import devices, people
from devicelog.export.fhir.codes import CODES
from devicelog.export.fhir.elements import (
    Json,
    absent,
    annotation,
    concept,
    own,
    own_or_text,
    period,
    quantity,
    shown,
    site,
)
from devicelog.export.fhir.limits import interpretation, limits_of, ranges
from devicelog.export.fhir.resources import Resources
from devicelog.numbers import are

#: The parts of a spread: in the record, and as the codes have them.
_PARTS = {"low": "lowest", "mean": "mean", "high": "highest"}
#: Figures of the totals that a zone or a session has: where they stand, the code, the unit of a plain number.
_INJECTED = (("triggers", "triggers"), ("without_volume", "without_volume"), ("purges", "purges"))


def about(found: Resources, procedure: Json | None) -> Json:
    """What every observation of a session says of itself."""
    return {
        "status": "preliminary" if found.record.state == "running" else "final",
        "partOf": [procedure] if procedure is not None else [],
        "subject": people.patient(found),
        "effectivePeriod": period(found.started, found.until if found.record.state != "running" else None),
        "issued": found.made_at,
        "performer": [people.treating(found) or people.clinic(found)],
    }


def summaries(found: Resources, procedure: Json) -> list[Json]:
    """One of the session, which has those of its zones as members, and those."""
    zones = {zone["zone"]: _zone(found, procedure, zone) for zone in found.said["zones"]}
    components = list(_components(found, None, found.said))
    made = found.add(
        "Observation",
        summary_id(found, None),
        f"The whole session: {_in_words(components)}",
        {
            **about(found, procedure),
            "code": own("session-summary"),
            "device": _only_device(found),
            "hasMember": list(zones.values()),
            **_valued(components, "nothing was reported of a treatment"),
        },
    )
    return [made, *zones.values()]


def summary_id(found: Resources, zone: str | None) -> str:
    return found.id("summary", zone)


def _zone(found: Resources, procedure: Json, zone: Json) -> Json:
    components = list(_components(found, zone["zone"], zone))
    return found.add(
        "Observation",
        summary_id(found, zone["zone"]),
        f"{zone['zone']}: {_in_words(components)}",
        {
            **about(found, procedure),
            "code": own("zone-summary"),
            "bodySite": site(zone["zone"], zone.get("code")),
            "device": _only_device(found),
            **_valued(components, "nothing was reported in this zone"),
        },
    )


def _only_device(found: Resources) -> Json | None:
    """The device of a session that has just one."""
    return devices.device(found, next(iter(found.record.devices))) if len(found.record.devices) == 1 else None


def _valued(components: list[Json], why: str) -> Json:
    return {"component": components} if components else {"dataAbsentReason": absent("not-performed", why)}


def _in_words(components: list[Json]) -> str:
    told = []
    for one in components:
        amount = one.get("valueQuantity")
        if amount is None:
            told.append(f"{one['code']['text']} {one['dataAbsentReason']['text']}")
        else:
            least = "at least " if amount.get("comparator") else ""
            told.append(f"{one['code']['text']} {least}{amount['value']:f} {amount.get('unit', '')}".rstrip())
    return "; ".join(told) or "nothing was reported"


# -- components ------------------------------------------------------------------------------------------------


def _components(found: Resources, zone: str | None, said: Json) -> Any:
    injected, current = said["totals"]["injections"], said["totals"]["current"]
    if injected is not None:
        yield from _injected(found, zone, injected)
    if current is not None:
        yield from _flowed(found, zone, current)
    if injected is not None or current is not None:
        yield figure(found, zone, "elapsed", said["totals"]["elapsed"])
    for metric, spread in said["spreads"].items():
        yield from _spread(found, zone, metric, spread)


def _injected(found: Resources, zone: str | None, said: Json) -> Any:
    counted = _count(said["injections"])
    bound, poured = said["injections_lower_bound"], said["volume_lower_bound"]
    yield figure(found, zone, "injections", counted, at_least=bound, why="no device counts injections")
    yield figure(found, zone, "volume_total", said["volume"], at_least=poured, why="no trigger came with a volume")
    for name, code in _INJECTED:
        if name in said:
            yield figure(found, zone, code, _count(said[name]), why="no device counts it")
    if "purged" in said:
        purged, least = said["purged"], said["purged_lower_bound"]
        yield figure(found, zone, "purged_total", purged, at_least=least, why="no purge came with a volume")


def _flowed(found: Resources, zone: str | None, said: Json) -> Any:
    bound, why = said["charge_lower_bound"], said["charge_unknown"] or "not known"
    yield figure(found, zone, "charge", said["charge"], at_least=bound, why=why)
    yield figure(found, zone, "samples", _count(said["samples"]))
    yield figure(found, zone, "unsampled", said["unsampled"])


def figure(
    found: Resources, zone: str | None, code: str, amount: Json | None, *, at_least: bool = False, why: str = ""
) -> Json:
    """One figure with what the protocol allows; one that nobody knows says why, and is never 0."""
    if amount is None:
        return {"code": own(code), "dataAbsentReason": absent("unknown", why)}
    limits = limits_of(found, code, zone)
    judged = interpretation(found, limits, zone, Decimal(amount["value"]), amount["unit"], at_least=at_least)
    return {
        "code": own(code),
        "valueQuantity": quantity(amount, at_least=at_least),
        "interpretation": judged,
        "referenceRange": ranges(limits, amount["unit"]),
    }


def _spread(found: Resources, zone: str | None, metric: str, spread: Json) -> Any:
    """Lowest, mean and highest value; limits stand beside the ends, for a mean of many reports breaches none."""
    limits = limits_of(found, metric, zone)
    basis = f" ({spread['basis']})" if spread["basis"] else ""
    for part, word in _PARTS.items():
        code, words = f"{metric}.{word}", f"{metric.replace('_', ' ')}, {word}{basis}"
        made: Json = {
            "code": own(code, f"{CODES[code].display}{basis}") if code in CODES else concept(words),
            "valueQuantity": quantity(spread[part]),
        }
        ends = [limit for limit in limits if (limit.direction == "max") == (part == "high")]
        if part != "mean" and ends:
            value, unit = Decimal(spread[part]["value"]), spread[part]["unit"]
            made["interpretation"] = interpretation(found, ends, zone, value, unit, at_least=False)
            made["referenceRange"] = ranges(ends, unit)
        yield made


def _count(value: int | None) -> Json | None:
    return {"value": str(value), "unit": "count"} if value is not None else None


# -- devices ---------------------------------------------------------------------------------------------------


def settings(found: Resources, procedure: Json) -> list[Json]:
    """The settings of each device that were in force at the end."""
    made = []
    for one in found.said["devices"]:
        parts = [_setting(name, value) for name, value in one["settings"].items() if value is not None]
        if parts:
            told = "; ".join(f"{part['code']['text']} {_shown(value)}" for part, value in _pairs(parts, one))
            body = {"code": own("device-settings"), "device": devices.device(found, one["link"]), "component": parts}
            id_ = found.id("settings", one["link"])
            made.append(found.add("Observation", id_, told, {**about(found, procedure), **body}))
    return made


def _pairs(parts: list[Json], said: Json) -> Any:
    return zip(parts, (value for value in said["settings"].values() if value is not None), strict=True)


def _shown(value: Any) -> str:
    return shown(value) if isinstance(value, dict) else str(value)


def _setting(name: str, value: Any) -> Json:
    code = own_or_text(name, name.replace("_", " "))
    if isinstance(value, dict):
        return {"code": code, "valueQuantity": quantity(value)}
    return {"code": code, "valueString": str(value)}


def totals(found: Resources, procedure: Json) -> list[Json]:
    """The devices' own totals, each held against the record."""
    made = []
    for number, said in enumerate(found.said["reconciliation"], start=1):
        words = said["metric"].replace("_", " ")
        agrees = "agrees" if said["agrees"] else "differs"
        figures = (("device-says", "device"), ("record-says", "recorded"), ("difference", "difference"))
        body = {
            "code": own("device-total", f"Total of the device: {words}"),
            "device": devices.device(found, said["link"]),
            "note": [annotation(f"{words} {agrees}; by {said['by']}")],
            "component": [{"code": own(code), "valueQuantity": quantity(said[name])} for code, name in figures],
        }
        told = f"{words}: the device says {shown(said['device'])}, the record {shown(said['recorded'])}; it {agrees}"
        made.append(found.add("Observation", found.id("total", number), told, {**about(found, procedure), **body}))
    return made


def clocks(found: Resources, procedure: Json) -> list[Json]:
    """How far a device's clock was from the computer's when it was asked."""
    made = []
    for number, said in enumerate(found.said.get("device_clocks", []), start=1):
        body = {
            "effectivePeriod": None,
            "effectiveDateTime": said["at"],
            "code": own("device-clock"),
            "device": devices.device(found, said["link"]),
            "valueQuantity": quantity(said["ahead_of_utc"]),
            "component": [{"code": own("uncertain"), "valueQuantity": quantity(said["uncertain"])}],
            "note": [annotation(f"The device said {said['said']}")],
        }
        told = f"The clock of the device on link {said['link']} was {shown(said['ahead_of_utc'])} ahead of UTC"
        made.append(found.add("Observation", found.id("clock", number), told, {**about(found, procedure), **body}))
    return made


def gaps(found: Resources, procedure: Json) -> list[Json]:
    """Stretches for which data is missing; nothing is put in their place."""
    made = []
    for said in found.said["gaps"]:
        missing, back = _count(said["missing_reports"]), _count(said["read_back"])
        body = {
            "effectivePeriod": period(said["since"], said["until"]),
            "code": own("recording-gap"),
            "valueCodeableConcept": concept(said["cause"]),
            "device": devices.device(found, said["link"]),
            "component": [
                figure(found, None, "missing-reports", missing, why="nobody can tell how many reports are missing"),
                figure(found, None, "read-back", back),
            ],
            "note": [annotation(said["no_more_because"])] if said["no_more_because"] else [],
        }
        lost = "an unknown number of reports are" if missing is None else are(int(missing["value"]), "report")
        told = f"Gap from {said['since']} to {said['until'] or 'the end'}: {said['cause']}; {lost} missing"
        made.append(found.add("Observation", found.id("gap", said["gap"]), told, {**about(found, procedure), **body}))
    return made
