"""Consent to the treatment, as it was stated: given or refused. What was not asked is no consent and no refusal."""

from __future__ import annotations

from devicelog.export.fhir import people
from devicelog.export.fhir.elements import Json, concept, hl7, loinc, said, stated_time
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Kind
from devicelog.numbers import rfc3339

_STATUS = {"yes": "active", "no": "rejected"}


def consent(found: Resources) -> Json | None:
    """The last statement of consent; None where nobody answered.

    R4 wants a policy or a policyRule (ppc-1): the form that was used, or that none was stated.
    """
    stated = found.record.statements.last(Kind.CONSENT)
    if stated is None or stated.now.get("given") not in _STATUS:
        return None
    now = stated.now
    form = f"Consent form {said(now['form'])}" if now.get("form") else "Consent form not stated"
    version = f", version {said(now['version'])}" if now.get("version") else ""
    taken = f", taken by {said(now['taken_by'])}" if now.get("taken_by") else ""
    given = "given" if now["given"] == "yes" else "refused"
    return found.add(
        "Consent",
        found.id("consent"),
        f"Consent to the treatment was {given}. {form}{version}{taken}",
        {
            "status": _STATUS[now["given"]],
            "scope": hl7("consentscope", "treatment", "Treatment"),
            "category": [loinc("59284-0", "Patient Consent")],
            "patient": people.patient(found),
            "dateTime": stated_time(now.get("on"), found.zone) or rfc3339(found.record.wall(stated.t_us)),
            "organization": [people.clinic(found)],
            "policyRule": concept(f"{form}{version}"),
        },
    )
