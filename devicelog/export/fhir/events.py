"""What happened to the patient: reactions, adverse events, and what people stated by a key while it was recorded."""

from __future__ import annotations

from devicelog.export.fhir import people
from devicelog.export.fhir.elements import (
    TERMINOLOGY,
    Json,
    annotation,
    coding,
    concept,
    own,
    own_or_text,
    said,
    stated_time,
)
from devicelog.export.fhir.elements import site as body_site
from devicelog.export.fhir.observations import about
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Kind
from devicelog.numbers import some
from devicelog.record.afterwards import happened, written
from devicelog.record.statements import Statement

#: adverse-event-severity has these three words; any other is told in the text alone.
_SEVERITIES = ("mild", "moderate", "severe")


def reactions(found: Resources, procedure: Json) -> list[Json]:
    """Each statement of the skin's response; that none was reported is one, too, and silence is not."""
    made = []
    for one in found.record.statements.of(Kind.REACTION):
        codes = [str(code) for code in one.now["codes"]]
        told = ", ".join(own_or_text(f"reaction.{code}", code)["text"] for code in codes)
        severity = f", {one.now['severity']}" if one.now.get("severity") else ""
        words = f": {text}" if (text := said(one.now.get("text"))) else ""
        body = {
            **about(found, procedure),
            **_when(found, one),
            "performer": [people.person(found, one.now.get("by"))],
            "code": own("skin-reaction"),
            "valueCodeableConcept": {
                **(own_or_text(f"reaction.{codes[0]}", codes[0]) if len(codes) == 1 else {}),
                "text": f"{told}{severity}{words}",
            },
            "component": [
                {"code": own_or_text(f"reaction.{code}", code), "valueBoolean": True}
                for code in codes
                if len(codes) > 1
            ],
        }
        told = f"Reaction of the skin: {told}{severity}{words}"
        made.append(found.add("Observation", found.id("reaction", one.number), told, body))
    return made


def happenings(found: Resources, procedure: Json) -> list[Json]:
    """Events and pauses of the session itself."""
    made = []
    for number, one in enumerate(found.said["events"], start=1):
        code = f"event.{one['code']}" if one["code"] is not None else one["kind"]
        words = one["code"].replace("_", " ") if one["code"] is not None else one["kind"]
        body = {
            **about(found, procedure),
            "effectivePeriod": None,
            "effectiveDateTime": one["at"],
            "code": own("session-event"),
            "valueCodeableConcept": own_or_text(code, words),
            "bodySite": body_site(one["zone"], found.record.places.get(one["zone"])) if one["zone"] else None,
            "note": [annotation(one["text"])] if one["text"] else [],
        }
        told = ": ".join(part for part in (f"{words} at {one['at']}", one["text"]) if part)
        made.append(found.add("Observation", found.id("event", number), told, body))
    return made


def points(found: Resources, procedure: Json) -> list[Json]:
    """Where injections were marked on a drawing."""
    made = []
    for number, one in enumerate(found.said.get("points", []), start=1):
        places = " ".join(f"{point['x']},{point['y']}" for point in one["points"])
        body = {
            **about(found, procedure),
            "performer": [people.person(found, one["by"])],
            "code": own("injection-points"),
            "bodySite": body_site(one["zone"], one["code"]),
            "valueString": f"{one['drawing']}: {places}",
            "note": [annotation("Parts of the drawing's width from the left and of its height from the top")],
        }
        told = f"{some(len(one['points']), 'point')} in {one['zone']} on {one['drawing']}"
        made.append(found.add("Observation", found.id("points", number), told, body))
    return made


def adverse_events(found: Resources, procedure: Json, encounter: Json) -> list[Json]:
    """Adverse events as they were stated. Nobody states whether one was serious, so that is left out."""
    made = []
    for one in found.record.statements.of(Kind.ADVERSE_EVENT):
        now = one.now
        parts = [said(now["code"]), said(now.get("text"))]
        parts += [f"{name.replace('_', ' ')}: {said(now[name])}" for name in ("action", "reported_to") if now.get(name)]
        told = "; ".join(part for part in parts if part)
        severity = str(now.get("severity"))
        code = coding(f"{TERMINOLOGY}/adverse-event-severity", severity, severity.capitalize())
        body = {
            "actuality": "actual",
            "event": concept(told),
            "subject": people.patient(found),
            "encounter": encounter,
            "date": stated_time(happened(one), found.zone),
            "recordedDate": written(found.record, one),
            "severity": concept(severity, *([code] if severity in _SEVERITIES else [])),
            "recorder": people.person(found, now.get("by")),
            "suspectEntity": [{"instance": procedure}],
        }
        made.append(found.add("AdverseEvent", found.id("adverse event", one.number), f"{severity}: {told}", body))
    return made


def _when(found: Resources, one: Statement) -> Json:
    moment = stated_time(happened(one), found.zone) or written(found.record, one)
    return {"effectivePeriod": None, "effectiveDateTime": moment}
