"""MDM^T02: the PDF of a session as a document message.

TXA-12, the number by which receivers file a document and replace it, is the same whenever the session is exported. An
amended session names itself in TXA-13 as well: this document stands in the place of the one with that number.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from devicelog.export.fhir.ids import uid
from devicelog.export.hl7.message import MessageType, made_at, message
from devicelog.export.hl7.segments import Field, moment, segment
from devicelog.export.hl7.terms import SEAL, STATUS, TEXT, Term
from devicelog.export.hl7.visit import authority, person, pid, practitioner, pv1
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.ledger.sealed import words
from devicelog.record.caveats import marks
from devicelog.record.completeness import lacking_by_aspect
from devicelog.record.signatures import Status, signatures, status

_TYPE = MessageType("MDM", "T02")
#: LOINC, by the value sets of FHIR R4.
_PROCEDURE_NOTE = Term("28570-0", "Procedure note", "LN")
#: Some engines cut OBX-5, or take no more than 65,536 characters of Base64.
GREATEST = 49_000


def mdm(session: ExportedSession) -> bytes:
    """The message."""
    body = [
        segment("EVN", {1: "T02", 2: moment(made_at(session))}),
        pid(session),
        pv1(session),
        _txa(session),
        *_observations(session),
    ]
    return message(session, _TYPE, body)


def document_number(session: ExportedSession) -> str:
    """The number of a session's document, whatever its content became."""
    return uid("document", session.source.installation, session.record.session)


def _txa(session: ExportedSession) -> str:
    record = session.record
    number = (document_number(session), *authority(session))
    last = record.amendments[-1].content if record.amendments else None
    return segment(
        "TXA",
        {
            1: "1",
            2: "PN",
            3: "AP",
            4: moment(record.wall(0)),
            5: practitioner(session),
            6: moment(record.wall(record.last_us)),
            8: moment(datetime.fromisoformat(last["at"]["wall"])) if last is not None else None,
            9: practitioner(session),
            12: number,
            13: number if last is not None else None,
            15: (record.session, *authority(session)),
            16: session_pdf.FILE,
            17: completion(session),
            19: "AV",
            21: words(last["reason"]) if last is not None else None,
            22: _authenticated(session),
        },
    )


def completion(session: ExportedSession) -> str:
    """Table 0271: authenticated only while everything in the record is signed; never "legally authenticated".

    IP: the session still runs. IN: its recording broke off. DO: documented, and not all of it is signed.
    """
    if session.record.state == "running":
        return "IP"
    if status(session.record) is Status.SIGNED:
        return "AU"
    return "IN" if session.record.state == "interrupted" else "DO"


def _authenticated(session: ExportedSession) -> list[tuple[str | None, ...]]:
    """Who signed and when (PPN: the person, and the time in its fifteenth component)."""
    found = []
    for one in signatures(session.record):
        at = moment(datetime.fromisoformat(one.at["wall"])) if one.at is not None else None
        named = person(one.by, one.registration)
        found.append((*map(_plain, named), *[None] * (14 - len(named)), at))
    return found


def _plain(component: object) -> str | None:
    return str(component) if component is not None else None


def _observations(session: ExportedSession) -> Iterator[str]:
    """The PDF, its size and digest, and what must be known of the record before it is opened."""
    pdf = session.once(session_pdf.pdf)
    data: Field = (None, "application", "pdf", "Base64", b64encode(pdf).decode())
    final = "C" if session.record.amendments else "F"
    yield segment("OBX", {1: "1", 2: "ED", 3: _PROCEDURE_NOTE.field, 4: "1", 5: data, 11: final})
    yield segment("NTE", {1: "1", 2: "L", 3: _size(pdf)})
    texts = [(TEXT, mark) for mark in marks(session.record).values()]
    texts += [(TEXT, f"incomplete: {thing}") for thing in lacking_by_aspect(session.record)]
    texts.append((STATUS, status(session.record).value))
    if session.seal_text is not None:
        texts.append((SEAL, session.seal_text))
    for number, (term, text) in enumerate(texts, start=2):
        yield segment("OBX", {1: str(number), 2: "TX", 3: term.field, 4: str(number), 5: text, 11: final})


def _size(pdf: bytes) -> str:
    said = f"{session_pdf.FILE}: {len(pdf)} bytes, SHA-256 {sha256(pdf).hexdigest()}"
    if len(pdf) <= GREATEST:
        return said
    return f"{said}. More than the {GREATEST} bytes that every HL7 engine takes whole: compare size and digest."
