"""Who: the patient, the people of the clinic, the clinic, and the program that recorded."""

from __future__ import annotations

from devicelog.export.fhir import ids
from devicelog.export.fhir.elements import ABSENT_EXTENSION, Json, concept, identifier, stated_time
from devicelog.export.fhir.resources import Resources
from devicelog.export.fhir.resources import reference as reference_to
from devicelog.ledger import Kind


def patient(found: Resources) -> Json:
    """The person who was treated, as far as the export knows who that is; where a name is missing, the reason stands.

    A ledger holds neither name nor birth date: they are there if what is exported has them beside it.
    """
    subject = str(found.record.started["subject"])
    id_ = ids.uid("subject", subject)
    if found.has(id_):  # nearly every resource asks, and each answer is read from the store and deciphered
        return reference_to("Patient", id_)
    source = found.session.source
    reference = source.reference
    name: str | None = getattr(source, "name", None)
    born = stated_time(getattr(source, "birth_date", None), found.zone)
    why = "masked" if found.erased else "unknown"
    nameless = {"extension": [{"url": ABSENT_EXTENSION, "valueCode": why}]}
    known = [identifier(ids.SUBJECT, subject)]
    if reference is not None:
        known.append(identifier(ids.clinic_number(found.installation), reference))
    number = f"the clinic's number {reference}" if reference is not None else "the clinic's number not known or erased"
    return found.add(
        "Patient",
        id_,
        f"{name or 'Name not known or erased'}, {subject}, {number}, born {born or 'on a day that is not known'}",
        {"identifier": known, "name": [{"text": name} if name else nameless], "birthDate": born},
    )


def person(found: Resources, name: str | None) -> Json | None:
    """Somebody of the clinic, known by name alone; None where nobody is named."""
    if name is None or not name.strip():
        return None
    id_ = ids.uid("person", found.installation, name)
    return found.add("Practitioner", id_, name, {"identifier": [identifier(ids.PERSON, id_)], "name": [{"text": name}]})


def in_role(found: Resources, name: str | None, role: str | None, registration: str | None) -> Json | None:
    """The same in the role and under the number that were stated in this session; None where nobody is named."""
    practitioner = person(found, name)
    if practitioner is None or not (role or registration):
        return practitioner
    number = f", registration {registration}" if registration else ""
    return found.add(
        "PractitionerRole",
        found.id("role", name, role, registration),
        f"{name}, {role or 'role not stated'}{number}",
        {
            "identifier": [identifier(ids.REGISTRATION, registration)] if registration else [],
            "practitioner": practitioner,
            "organization": clinic(found),
            "code": [concept(role)] if role else [],
        },
    )


def treating(found: Resources) -> Json | None:
    """Who treated; None if the record does not say it."""
    opened = found.record.statements.last(Kind.OPENED)
    now = opened.now if opened is not None else {}
    name = found.record.started.get("practitioner")
    return in_role(found, name, now.get("role"), now.get("registration"))


def clinic(found: Resources) -> Json:
    """Whose installation recorded it. A record knows the installation, and no name of a clinic."""
    name = f"Clinic of the devicelog installation {found.installation}"
    id_ = ids.uid("installation", found.installation)
    return found.add(
        "Organization", id_, name, {"identifier": [identifier(ids.INSTALLATION, found.installation)], "name": name}
    )


def software(found: Resources, name: str) -> Json:
    """A version of devicelog, which recorded or wrote this."""
    program, _, version = name.partition(" ")
    return found.add(
        "Device",
        ids.uid("software", found.installation, name),
        f"{name}: software that records and documents, and controls no device",
        {
            "identifier": [identifier(ids.SOFTWARE, name)],
            "deviceName": [{"name": program, "type": "model-name"}],
            "type": concept("Recording software"),
            "version": [{"value": version or name}],
            "owner": clinic(found),
        },
    )


def recorder(found: Resources) -> Json:
    """The version that recorded the session."""
    return software(found, str(found.record.started.get("software") or found.session.software))
