"""The FHIR files of a session: a document, which is the record, and a transaction for upload."""

from __future__ import annotations

from pathlib import Path

import msgspec

from devicelog.export.session import ExportedSession
from devicelog.numbers import rfc3339

DOCUMENT = "fhir_document.json"
TRANSACTION = "fhir_transaction.json"
ABOUT = f"""\
{DOCUMENT}     FHIR R4: the record as a document, the PDF and the tables inside
{TRANSACTION}  FHIR R4: the same for upload to a server"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write both bundles."""
    for file, kind in ((DOCUMENT, "document"), (TRANSACTION, "transaction")):
        bundle = {"resourceType": "Bundle", "type": kind, "id": session.record.session}
        bundle["timestamp"] = rfc3339(session.record.wall(session.record.last_us))
        (folder / file).write_bytes(msgspec.json.encode(bundle))
