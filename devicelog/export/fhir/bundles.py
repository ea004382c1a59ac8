"""The FHIR files of a session: a document, which is the record, and a transaction for upload."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from devicelog.export.fhir import documents, ids
from devicelog.export.fhir.composition import composition, composition_id
from devicelog.export.fhir.consent import consent
from devicelog.export.fhir.devices import all_devices, metrics, uses
from devicelog.export.fhir.elements import Json, identifier
from devicelog.export.fhir.encoding import encoded, pruned
from devicelog.export.fhir.encounter import encounter
from devicelog.export.fhir.events import adverse_events, happenings, points, reactions
from devicelog.export.fhir.injections import injections
from devicelog.export.fhir.issues import acknowledgements, alarms, findings
from devicelog.export.fhir.observations import clocks, gaps, settings, summaries, totals
from devicelog.export.fhir.procedure import procedure
from devicelog.export.fhir.products import administrations, medications
from devicelog.export.fhir.provenance import provenances
from devicelog.export.fhir.questionnaire import questionnaire
from devicelog.export.fhir.resources import Resources, reference
from devicelog.export.fhir.sections import sections
from devicelog.export.fhir.traces import traces
from devicelog.export.fhir.withdrawn import withdrawn
from devicelog.export.session import ExportedSession

DOCUMENT = "fhir_document.json"
TRANSACTION = "fhir_transaction.json"
INJECTIONS = "fhir_injections.json"
ABOUT = f"""\
{DOCUMENT}     FHIR R4: the record as a document, the PDF and the tables inside
{TRANSACTION}  FHIR R4: the same for upload to a server"""
ABOUT_INJECTIONS = f"""\
{INJECTIONS}   FHIR R4: each injection as an Observation, for upload behind the transaction"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write both bundles."""
    found = session.once(record)
    (folder / DOCUMENT).write_bytes(encoded(document(session, found)))
    more = withdrawn(session, {one["id"] for one in found})
    (folder / TRANSACTION).write_bytes(encoded(transaction(session, [*found, *more])))


def write_injections(session: ExportedSession, folder: Path) -> None:
    """Write the injections one by one, with whom and what they refer to."""
    found = Resources(session)
    injections(found)
    (folder / INJECTIONS).write_bytes(encoded(transaction(session, [pruned(one) for one in found])))


def record(session: ExportedSession) -> Sequence[Json]:
    """The resources of a session, the Composition first; each can be reached from it."""
    found = Resources(session)
    visit = encounter(found)
    treatment = procedure(found, visit)
    of = {
        "encounter": [visit],
        "procedure": [treatment],
        "consent": _some(consent(found)),
        "questionnaire": _some(questionnaire(found, visit)),
        "medications": list(medications(found).values()),
        "administrations": administrations(found, treatment, visit),
        "devices": all_devices(found),
        "uses": uses(found, treatment),
        "metrics": metrics(found),
        "settings": settings(found, treatment),
        "clocks": clocks(found, treatment),
        "summaries": summaries(found, treatment),
        "traces": traces(found, treatment),
        "gaps": gaps(found, treatment),
        "totals": totals(found, treatment),
        "alarms": alarms(found, treatment),
        "acknowledgements": acknowledgements(found, treatment),
        "findings": findings(found, treatment),
        "happenings": happenings(found, treatment),
        "points": points(found, treatment),
        "reactions": reactions(found, treatment),
        "adverse": adverse_events(found, treatment, visit),
        "documents": [*documents.documents(found, visit), *documents.photographs(found, visit)],
        "provenances": provenances(found, reference("Composition", composition_id(found)), treatment),
    }
    first = composition(found, sections(found, of), visit, treatment)
    return [pruned(one) for one in (first, *found)]


def _some(reference: Json | None) -> list[Json]:
    return [reference] if reference is not None else []


def document(session: ExportedSession, resources: Iterable[Json]) -> Json:
    """The record as one document, which can be signed; it has no requests (bdl-3) and is identified (bdl-9)."""
    first, *others = resources
    entries = session.record.entries
    return {
        "resourceType": "Bundle",
        "id": ids.uid("document", session.source.installation, session.record.session, entries),
        "identifier": identifier(ids.DOCUMENT, f"{session.record.session}/{entries}"),
        "type": "document",
        "timestamp": first["date"],
        "entry": [{"fullUrl": ids.urn(one["id"]), "resource": one} for one in (first, *others)],
    }


def transaction(session: ExportedSession, resources: Iterable[Json]) -> Json:
    """The same for a server: each resource is put under its own id, so that it is there once however often it comes."""
    return {
        "resourceType": "Bundle",
        "id": ids.uid("transaction", session.source.installation, session.record.session, session.record.entries),
        "type": "transaction",
        "entry": [
            {
                "fullUrl": ids.urn(one["id"]),
                "resource": one,
                "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
            }
            for one in resources
        ],
    }
