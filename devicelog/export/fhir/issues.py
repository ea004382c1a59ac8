"""What was wrong: limits that were reached, alarms and who acknowledged them, contraindications, overrides."""

from __future__ import annotations

from devicelog.export.fhir import people
from devicelog.export.fhir.elements import Json, concept, own, period, said, shown
from devicelog.export.fhir.observations import about, summary_id
from devicelog.export.fhir.resources import Resources, reference
from devicelog.ledger import Kind
from devicelog.numbers import rfc3339
from devicelog.record.screening import Screening, raised, screening_of, why
from devicelog.record.statements import Statement
from devicelog.record.steps import refused_because

_SEVERITY = {"high": "high", "medium": "moderate", "low": "low", "stop": "high", "caution": "moderate", "ask": "low"}


def alarms(found: Resources, procedure: Json) -> list[Json]:
    """Each alarm of the recording, whether it ended or not."""
    made = []
    for alarm in found.said["alarms"]:
        summary = summary_id(found, alarm["zone"])
        where = [reference("Observation", summary)] if found.has(summary) else []
        code = "limit-breach" if alarm["limit"] is not None else "device-alarm"
        source = f"; {alarm['source']}" if alarm["source"] else ""
        peak = f"; peak {shown(alarm['peak'])}" if alarm["peak"] is not None else ""
        zone = f"; zone {alarm['zone']}" if alarm["zone"] is not None else ""
        ended = f"; until {alarm['ended']}" if alarm["ended"] is not None else "; it had not ended"
        detail = f"{alarm['text']}{source}{peak}{zone}; {alarm['priority']} priority{ended}{_seen(alarm)}"
        body = {
            "status": "final",
            "code": own(code, alarm["text"]),
            "severity": _SEVERITY[alarm["priority"]],
            "patient": people.patient(found),
            "identifiedPeriod": period(alarm["began"], alarm["ended"]),
            "author": people.recorder(found),
            "implicated": [procedure, *where],
            "detail": detail,
        }
        made.append(found.add("DetectedIssue", _alarm_id(found, alarm), detail, body))
    return made


def acknowledgements(found: Resources, procedure: Json) -> list[Json]:
    """Each time that somebody acknowledged an alarm, as an event of the session whose focus is the alarm.

    It is no mitigation of the issue: who has seen an alarm has not yet done anything about it.
    """
    made = []
    for alarm in found.said["alarms"]:
        for number, one in enumerate(alarm.get("acknowledged", ()), start=1):
            by = people.person(found, one["by"])
            body = {
                **about(found, procedure),
                "focus": [reference("DetectedIssue", _alarm_id(found, alarm))],
                "effectivePeriod": None,
                "effectiveDateTime": one["at"],
                "performer": [by] if by is not None else [],
                "code": own("session-event"),
                "valueCodeableConcept": own("alarm-acknowledged"),
            }
            told = f"Alarm acknowledged {_when(one)}: {alarm['text']}"
            made.append(found.add("Observation", found.id("acknowledged", alarm["alarm"], number), told, body))
    return made


def _alarm_id(found: Resources, alarm: Json) -> str:
    return found.id("alarm", alarm["alarm"])


def _seen(alarm: Json) -> str:
    """Who acknowledged it, and when, each who did."""
    seen = ", ".join(_when(one) for one in alarm.get("acknowledged", ()))
    return f"; acknowledged {seen}" if seen else ""


def _when(acknowledged: Json) -> str:
    by = f" by {acknowledged['by']}" if acknowledged["by"] else ""
    return f"at {acknowledged['at']}{by}"


def findings(found: Resources, procedure: Json) -> list[Json]:
    """What the screening raised, each with its override as what was done about it; and overrides of anything else."""
    screening = screening_of(found.record)
    made = [_finding(found, screening, one, procedure) for one in screening.findings] if screening else []
    known = {f"screening:{one.now['code']}" for one in screening.findings} if screening else set()
    overrides = [one for one in found.record.statements.of(Kind.OVERRIDE) if one.now["of"] not in known]
    made += [_override(found, one, procedure) for one in overrides]
    because = refused_because(found.record)
    return [*made, _refused(found, because, procedure)] if because else made


def _finding(found: Resources, screening: Screening, made: Statement, procedure: Json) -> Json:
    code = str(made.now["code"])
    override = screening.override_of(code)
    detail = why(made)
    if words := said(made.now.get("detail")):
        detail = f"{detail} {words}"
    body = {
        **_about(found, made, procedure),
        "code": own("contraindication", code.replace("_", " ")),
        "severity": _SEVERITY[raised(made)],
        "detail": detail,
        "mitigation": [_mitigation(found, override)] if override is not None else [],
    }
    return found.add("DetectedIssue", found.id("finding", code), detail, body)


def _override(found: Resources, made: Statement, procedure: Json) -> Json:
    of = str(made.now["of"])
    body = {
        **_about(found, made, procedure),
        "code": own("override", f"Override of {of}"),
        "mitigation": [_mitigation(found, made)],
    }
    return found.add("DetectedIssue", found.id("override", made.number), f"Override of {of}", body)


def _refused(found: Resources, because: list[str], procedure: Json) -> Json:
    made = found.record.statements.of(Kind.REFUSED)[-1]
    detail = f"The session was not recorded, because of {', '.join(because)}"
    body = {**_about(found, made, procedure), "code": own("refused"), "severity": "high", "detail": detail}
    return found.add("DetectedIssue", found.id("refused"), detail, body)


def _about(found: Resources, made: Statement, procedure: Json) -> Json:
    return {
        "status": "final",
        "patient": people.patient(found),
        "identifiedDateTime": _moment(found, made),
        "author": people.person(found, made.now.get("by")) or people.recorder(found),
        "implicated": [procedure],
    }


def _mitigation(found: Resources, made: Statement) -> Json:
    specialist = said(made.now.get("specialist"))
    asked = f"; specialist asked: {specialist}" if specialist else ""
    return {
        "action": concept(f"Overridden by {said(made.now.get('by'))}: {said(made.now.get('reason'))}{asked}"),
        "date": _moment(found, made),
        "author": people.person(found, made.now.get("by")),
    }


def _moment(found: Resources, made: Statement) -> str:
    at = made.now.get("at") if made.late else None
    return str(at["wall"]) if at else rfc3339(found.record.wall(made.t_us))
