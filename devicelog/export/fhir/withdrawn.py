"""What an earlier version of an amended session had and this one has not: a server may have it, and must be told.

A dose that was corrected into another zone would else stand in both. Such a resource is put once more under its id as
entered in error. It is of the transaction alone: nothing of the document refers to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from devicelog.export.fhir.devices import uses
from devicelog.export.fhir.elements import Json
from devicelog.export.fhir.encoding import pruned
from devicelog.export.fhir.encounter import encounter
from devicelog.export.fhir.issues import acknowledgements, alarms
from devicelog.export.fhir.observations import gaps, settings, summaries, totals
from devicelog.export.fhir.procedure import procedure
from devicelog.export.fhir.products import administrations
from devicelog.export.fhir.resources import Resources
from devicelog.export.session import ExportedSession

#: Types of which R4 says by their status that they never were right; what else they refer to stays as it was.
_ERRED = frozenset({"DetectedIssue", "DeviceUseStatement", "Medication", "MedicationAdministration", "Observation"})


def withdrawn(session: ExportedSession, current: Container[str]) -> list[Json]:
    """The resources of all earlier versions whose ids are not in the current one, each once."""
    found: dict[str, Json] = {}
    for view in session.record.amendments:
        if view.before is not None:
            older = ExportedSession(session.source, view.before, session.limits, session.openings, session.software)
            found |= {one["id"]: one for one in _gathered(older) if one["id"] not in current}
    return list(found.values())


def _gathered(older: ExportedSession) -> Iterator[Json]:
    """What a version says of figures, doses and alarms, as entered in error."""
    found = Resources(older)
    visit = encounter(found)
    treatment = procedure(found, visit)
    administrations(found, treatment, visit)
    uses(found, treatment)
    for gather in (summaries, settings, totals, gaps, alarms, acknowledgements):
        gather(found, treatment)
    for one in found:
        yield pruned({**one, "status": "entered-in-error"} if one["resourceType"] in _ERRED else one)
