"""The visit: one Encounter a session."""

from __future__ import annotations

from devicelog.export.fhir import ids, people
from devicelog.export.fhir.elements import TERMINOLOGY, Json, coding, identifier, period
from devicelog.export.fhir.resources import Resources
from devicelog.ledger import Kind
from devicelog.record.steps import refused_because

#: By the state of the record; of an interrupted one nobody knows how the visit went on.
_STATUS = {"ended": "finished", "running": "in-progress", "interrupted": "unknown"}


def encounter(found: Resources) -> Json:
    """The visit, from the first entry to the last of the recording."""
    state = found.record.state
    status = "cancelled" if refused_because(found.record) else _STATUS[state]
    opened = found.record.statements.last(Kind.OPENED)
    place = opened.now.get("place") if opened is not None else None
    who = people.treating(found)
    return found.add(
        "Encounter",
        found.id("encounter"),
        f"Session {found.record.session}, {found.started} to {found.until}, {state}",
        {
            "identifier": [identifier(ids.SESSION, found.record.session)],
            "status": status,
            "class": coding(f"{TERMINOLOGY}/v3-ActCode", "AMB", "ambulatory"),
            "subject": people.patient(found),
            "participant": [{"individual": who}] if who is not None else [],
            "period": period(found.started, found.until if state != "running" else None),
            "location": [{"location": {"display": place}}] if place else [],
            "serviceProvider": people.clinic(found),
        },
    )
