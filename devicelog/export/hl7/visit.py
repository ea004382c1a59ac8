"""Who was treated, by whom, and where: PID and PV1, the same in every message of a session."""

from __future__ import annotations

from devicelog.export.hl7.segments import Component, moment, segment
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.ledger.sealed import words

#: Whoever numbers something: namespace, identifier, kind of identifier (table 0301: L is local).
Authority = tuple[str, str, str]
#: A person in a field of type XCN or PPN: number in a register, name.
Person = tuple[Component, ...]


def authority(session: ExportedSession, namespace: str = "devicelog") -> Authority:
    """The installation that numbered the session, and knows the clinic's own number of the subject."""
    return (namespace, session.source.installation, "L")


def pid(session: ExportedSession) -> str:
    """The subject: devicelog's own id, and the clinic's number unless it was erased.

    A name is one text here and stands whole where the family name belongs. One that is not known has a type that says
    so (U, unspecified).
    """
    numbers = [(session.record.started.get("subject"), None, None, authority(session), "PI")]
    if session.source.reference is not None:
        numbers.append((session.source.reference, None, None, authority(session, "clinic"), "MR"))
    name = session.source.name
    named = (name, None, None, None, None, None, "L" if name is not None else "U")
    born = session.source.birth_date
    return segment("PID", {1: "1", 3: numbers, 5: named, 7: born.replace("-", "") if born is not None else None})


def pv1(session: ExportedSession) -> str:
    """The visit: an outpatient one (table 0004), whose number is the session's."""
    record = session.record
    place = _opened(session, "place")
    return segment(
        "PV1",
        {
            1: "1",
            2: "O",
            3: (None,) * 8 + (place,) if place is not None else None,
            7: practitioner(session),
            19: (record.session, None, None, authority(session), "VN"),
            44: moment(record.wall(0)),
            45: moment(record.wall(record.last_us)) if record.state == "ended" else None,
        },
    )


def practitioner(session: ExportedSession) -> Person | None:
    """Who treated, with the number in a register if one was stated."""
    name = session.record.started.get("practitioner")
    return person(str(name), _opened(session, "registration")) if name is not None else None


def person(name: str, registration: str | None = None) -> Person:
    """A person whose name was typed as one text: it stands whole where the family name belongs."""
    return (registration, name)


def _opened(session: ExportedSession, field: str) -> str | None:
    """What was stated when the session was opened."""
    made = session.record.statements.last(Kind.OPENED)
    said = made.now.get(field) if made is not None else None
    return words(said) if said is not None else None
