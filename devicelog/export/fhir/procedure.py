"""The treatment: one Procedure a session, done, stopped before it began, or not known how it ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from devicelog.export.fhir import devices, ids, people
from devicelog.export.fhir.elements import Json, annotation, concept, identifier, own, period, said, shown, site
from devicelog.export.fhir.products import modality
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Kind
from devicelog.record.afterwards import happened, reactions, written
from devicelog.record.caveats import flows, injects
from devicelog.record.course import treated
from devicelog.record.steps import refused_because
from devicelog.treatment.protocol import Modality

_CODES = {
    Modality.INJECTION: "injection-treatment",
    Modality.IONTOPHORESIS_DC: "iontophoresis-dc",
    Modality.ELECTROPORATION: "electroporation",
}


def procedure(found: Resources, encounter: Json) -> Json:
    """The treatment of a session."""
    record = found.record
    status, because = _status(found)
    who = people.treating(found)
    code = _code(found)
    running = record.state == "running"
    return found.add(
        "Procedure",
        found.id("procedure"),
        f"{code['text']}: {status}{f' ({because})' if because else ''}",
        {
            "identifier": [identifier(ids.SESSION, record.session)],
            "instantiatesUri": _protocol(found),
            "status": status,
            "statusReason": concept(because) if because else None,
            "code": code,
            "subject": people.patient(found),
            "encounter": encounter,
            "performedPeriod": period(found.started, found.until if not running else None),
            "recorder": who,
            "performer": [{"actor": who, "onBehalfOf": people.clinic(found)}] if who is not None else [],
            "bodySite": [site(zone["zone"], zone.get("code")) for zone in found.said["zones"]],
            "complication": [own(f"reaction.{code}") for code in reactions(record) or []],
            "followUp": [*_aftercare(found), *_follow_ups(found)],
            "note": list(_notes(found)),
            "usedReference": devices.all_devices(found),
            "usedCode": [concept(text) for text in _consumables(found)],
        },
    )


def _status(found: Resources) -> tuple[str, str | None]:
    """What became of it, and why; of a recording that broke off or reported nothing nobody knows."""
    because = refused_because(found.record)
    if because:
        return "not-done", f"refused: {', '.join(because)}"
    if found.record.state == "running":
        return "in-progress", None
    if found.record.state == "interrupted":
        return "unknown", "the recording broke off"
    if not treated(found.record):
        return "unknown", "no treatment was recorded"
    return "completed", None


def _code(found: Resources) -> Json:
    """What kind of treatment, by the treatment protocol, else by what the devices report."""
    protocol = found.record.protocol
    title = str(protocol["title"]) if protocol is not None and protocol.get("title") else None
    kind = modality(found)
    if kind is not None:
        return own(_CODES[kind], title)
    if injects(found.record) != flows(found.record):
        return own("injection-treatment" if injects(found.record) else "current-treatment", title)
    return own("device-treatment", title)


def _protocol(found: Resources) -> list[str]:
    protocol = found.record.protocol
    if protocol is None:
        return []
    name = ":".join(quote(str(protocol.get(part)), safe="") for part in ("id", "version"))
    return [f"urn:devicelog:protocol:{name}"]


def _consumables(found: Resources) -> list[str]:
    told = []
    for one in found.said.get("products", {}).get("consumables", []):
        lot = f", lot {one['lot']}" if one["lot"] else ""
        if one["what"] == "needle":
            length = f", {shown(one['length'])}" if one["length"] else ""
            told.append(f"needle {one['gauge']} G{length}, {one['needles']} on the head{lot}")
        else:
            area = f", {shown(one['area'])}" if one["area"] else ""
            told.append(f"electrode {one['type']}{area}{lot}")
    return told


def _aftercare(found: Resources) -> list[Json]:
    return [
        concept(f"Leaflet {said(made.now['leaflet'])}, version {said(made.now.get('version'))}, was given")
        for made in found.record.statements.of(Kind.AFTERCARE)
    ]


def _follow_ups(found: Resources) -> list[Json]:
    return [
        concept(f"Next visit {made.now['on']}{f': {text}' if (text := said(made.now.get('text'))) else ''}")
        for made in found.record.statements.of(Kind.FOLLOW_UP)
    ]


def _notes(found: Resources) -> Any:
    """What people noted and reviewed, and the marks of the record."""
    for mark in found.marks.values():
        yield annotation(mark, time=found.made_at)
    for made in found.record.statements.of(Kind.NOTE, Kind.REVIEWED):
        text = said(made.now.get("text"))
        prefix = "Reviewed" if made.kind == Kind.REVIEWED else ""
        later = "" if not made.late else f" (written later{f'; it was {when}' if (when := happened(made)) else ''})"
        told = ": ".join(part for part in (prefix, text) if part)
        if told:
            yield annotation(f"{told}{later}", time=written(found.record, made), author=made.now.get("by"))
