"""The record as PDF and as tables inside the bundle, and pictures of which only the name and the fingerprint are known.

R4 wants the SHA-1 of an attachment (Attachment.hash); the SHA-256 of each file is in SHA256SUMS of the export.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path

from devicelog.export.csv import csv_package
from devicelog.export.fhir import ids, people
from devicelog.export.fhir.elements import Json, identifier, loinc, own, said, stated_time
from devicelog.export.fhir.resources import Resources
from devicelog.export.pdf import session_pdf
from devicelog.ledger import Kind
from devicelog.record.afterwards import happened

#: The tables are left out beyond this (bytes of all of them): they stand beside the bundle in the same folder.
LARGEST = 8 << 20
#: A longer table comes in parts of whole lines: some programs hold base64 to the 1 MB of a FHIR string.
LONGEST = 720_000
_TYPES = {".csv": "text/csv; charset=utf-8; header=present", ".json": "application/json"}


def documents(found: Resources, encounter: Json) -> list[Json]:
    """The PDF, and each file of the CSV package."""
    tables = found.session.once(csv_package.files)
    fits = sum(map(len, tables.values())) <= LARGEST
    made = [_pdf(found, encounter)]
    for name, data in tables.items():
        kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
        body = {**_about(found, encounter), "type": own("table", f"Table {name}")}
        for title, part in (parts(name, data) if fits else {name: data}).items():
            made.append(_document(found, title, body, _attachment(found, title, kind, part, within=fits)))
    return made


def parts(name: str, data: bytes) -> Mapping[str, bytes]:
    """A table in pieces that are not too long, each of whole lines, by title; joined in order they are the file."""
    found: list[bytes] = []
    begin = 0
    while len(data) - begin > LONGEST:
        end = data.rfind(b"\n", begin, begin + LONGEST) + 1 or begin + LONGEST
        found.append(data[begin:end])
        begin = end
    found.append(data[begin:])
    if len(found) == 1:
        return {name: data}
    return {f"{name}, part {number} of {len(found)}": part for number, part in enumerate(found, start=1)}


def _pdf(found: Resources, encounter: Json) -> Json:
    data = found.session.once(session_pdf.pdf)
    kind = loinc("28570-0", "Provider-unspecified Procedure note", "Record of the treatment session")
    attachment = _attachment(found, session_pdf.FILE, "application/pdf", data, within=True)
    return _document(found, session_pdf.FILE, {**_about(found, encounter), "type": kind}, attachment)


def _about(found: Resources, encounter: Json) -> Json:
    return {
        "status": "current",
        "subject": people.patient(found),
        "date": found.made_at,
        "author": [people.software(found, found.session.software)],
        "custodian": people.clinic(found),
        "context": {"encounter": [encounter], "period": {"start": found.started, "end": found.until}},
    }


def _attachment(found: Resources, name: str, kind: str, data: bytes, *, within: bool) -> Json:
    """A file; one that is left out is described, so that it is known when it is seen."""
    digest = b64encode(sha1(data, usedforsecurity=False).digest()).decode()
    return {
        "contentType": kind,
        "data": b64encode(data).decode() if within else None,
        "size": len(data),
        "hash": digest,
        "title": name if within else f"{name} (in the folder of this export, too large to stand here)",
        "creation": found.made_at,
    }


def _document(found: Resources, name: str, body: Json, attachment: Json) -> Json:
    told = f"{name}, {attachment['size']} bytes"
    return found.add(
        "DocumentReference",
        found.id("document", name),
        told,
        {"identifier": [identifier(ids.DOCUMENT, f"{found.record.session}/{name}")], **body, "description": told}
        | {"content": [{"attachment": attachment}]},
    )


def photographs(found: Resources, encounter: Json) -> list[Json]:
    """Pictures that somebody registered: they stay where they are."""
    made = []
    for one in found.record.statements.of(Kind.PHOTOGRAPH):
        name, when = said(one.now["file"]), said(one.now.get("when"))
        taken = stated_time(happened(one), found.zone)
        body = {
            "identifier": [identifier(ids.SHA256, str(one.now["sha256"]))],
            "status": "current",
            "type": own("photograph"),
            "subject": people.patient(found),
            "author": [people.person(found, one.now.get("by"))],
            "description": f"Picture {when} the treatment, kept elsewhere; the identifier is the SHA-256 of the file",
            "content": [{"attachment": {"title": name, "creation": taken}}],
            "context": {"encounter": [encounter]},
        }
        made.append(found.add("DocumentReference", found.id("photograph", one.number), f"Picture {name}", body))
    return made
