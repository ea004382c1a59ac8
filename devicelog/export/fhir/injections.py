"""Every injection as an Observation of its own: an option, because a session has hundreds and few readers want them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from devicelog.driver import Category, ReportKind
from devicelog.export.fhir import devices, people
from devicelog.export.fhir.elements import Json, absent, hl7, measure, own, own_or_text, site
from devicelog.export.fhir.encounter import encounter
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.numbers import is_writable, number, rfc3339, some
from devicelog.observation.layout import Column, Layout

#: What a verdict is as an interpretation; "not evaluable" has a code of devicelog's own.
_VERDICTS = {"within": ("N", "Normal"), "warning": ("A", "Abnormal"), "exceeded": ("AA", "Critical abnormal")}


def injections(found: Resources) -> Json:
    """A panel that has every injection as a member, in the order of the ledger."""
    visit = encounter(found)
    about = _about(found, visit)
    members = [_injection(found, about, *one) for one in _injected(found)]
    body = {
        **about,
        "effectivePeriod": {"start": found.started, "end": found.until},
        "code": own("injections-in-detail"),
        "hasMember": members,
    }
    if not members:
        body["dataAbsentReason"] = absent("not-performed", "no injection was reported one by one")
    return found.add("Observation", found.id("injections"), f"{some(len(members), 'injection')}, each by itself", body)


def _about(found: Resources, visit: Json) -> Json:
    who = people.treating(found)
    return {
        "status": "preliminary" if found.record.state == "running" else "final",
        "subject": people.patient(found),
        "encounter": visit,
        "issued": found.made_at,
        "performer": [who] if who is not None else [],
    }


def _injected(found: Resources) -> Iterator[tuple[Entry, Layout, Sequence[Any], int, str | None, int | None]]:
    """Entry, layout, values, moment, zone and verdict of each report of an injection."""
    known = {number: one for number, one in found.record.layouts.items() if one.kind is ReportKind.INJECTION}
    zone: str | None = None
    for entry in found.session.counting():
        if entry.kind == Kind.ZONE:
            zone = entry.content["zone"]
        elif entry.kind == Kind.OBSERVATION and entry.content[0] in known:
            layout, _, sent, verdict, _ = entry.content
            yield entry, known[layout], sent, entry.t_us, zone, verdict
        elif entry.kind == Kind.FROM_MEMORY and entry.content["layout"] in known:
            said = entry.content
            if "gap" in said or "log" in said:
                moment = said["happened"] if said["happened"] is not None else entry.t_us
                yield entry, known[said["layout"]], said["values"], moment, said["zone"], said["verdict"]


def _injection(
    found: Resources,
    about: Json,
    entry: Entry,
    layout: Layout,
    sent: Sequence[Any],
    moment: int,
    zone: str | None,
    verdict: int | None,
) -> Json:
    parts = [
        _part(column, value)
        for column, value in zip(layout.columns, sent, strict=True)
        if column.category is Category.MEASUREMENT
    ]
    body = {
        **about,
        "effectiveDateTime": rfc3339(found.record.wall(moment)),
        "code": own("injection"),
        "bodySite": site(zone, found.record.places.get(zone)) if zone is not None else None,
        "device": devices.device(found, layout.link),
        "interpretation": _judged(verdict),
        "component": [*parts, {"code": own("entry"), "valueInteger": entry.number}],
    }
    return found.add("Observation", found.id("injection", entry.number), "", body)


def _part(column: Column, value: Any) -> Json:
    code = own_or_text(column.metric, column.metric.replace("_", " "))
    if value is None:
        return {"code": code, "dataAbsentReason": absent("unknown", "the device sent no value")}
    if column.factor is None:
        text = f"{value} {column.token}".rstrip()
        return {"code": code, "dataAbsentReason": absent("error", f"sent as {text}, whose unit is not known")}
    try:
        resolved = Decimal(value) * column.factor
    except (InvalidOperation, TypeError):
        resolved = Decimal("NaN")
    if not is_writable(resolved):
        return {"code": code, "dataAbsentReason": absent("error", f"sent as {value}, which is no number")}
    return {"code": code, "valueQuantity": measure(Decimal(number(resolved)), column.unit or "1")}


def _judged(verdict: int | None) -> list[Json]:
    if verdict is None:
        return []
    word = Verdict.WORDS[verdict]
    if word not in _VERDICTS:
        return [own("not-evaluable")]
    return [hl7("v3-ObservationInterpretation", *_VERDICTS[word], word)]
