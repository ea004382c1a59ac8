"""The HL7 v2.6 files of a session: MDM^T02 with the PDF, ORU^R01 with what was measured."""

from __future__ import annotations

from pathlib import Path

from devicelog.export.hl7.mdm import mdm
from devicelog.export.hl7.oru import oru
from devicelog.export.session import ExportedSession

DOCUMENT = "hl7_mdm_t02.hl7"
OBSERVATIONS = "hl7_oru_r01.hl7"
ABOUT = f"""\
{DOCUMENT}        HL7 v2.6: a document message that holds the PDF
{OBSERVATIONS}        HL7 v2.6: what was measured, in the manner of IHE PCD-01"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write both messages, one a file."""
    (folder / DOCUMENT).write_bytes(mdm(session))
    (folder / OBSERVATIONS).write_bytes(oru(session))
