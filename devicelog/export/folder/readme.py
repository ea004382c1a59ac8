"""README.txt of an export: what it is, what must be known of it, and how anyone can check it without devicelog."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from devicelog.export import FORMATS
from devicelog.export.session import ExportedSession
from devicelog.ledger import fingerprint
from devicelog.numbers import rfc3339
from devicelog.record.caveats import marks
from devicelog.record.completeness import lacking_by_aspect

FILE = "README.txt"
#: What scripts need between letters; it has no shape.
_JOINERS = "\u200c\u200d"

_COMMANDS = """\
HOW TO CHECK IT

SHA256SUMS lists every file, and SHA256SUMS.sig is an Ed25519 signature over that list (64 raw bytes). In this folder:

    sha256sum --check SHA256SUMS                  (macOS: shasum -a 256 -c SHA256SUMS)
    openssl pkeyutl -verify -rawin -pubin -inkey public_key.pem -in SHA256SUMS -sigfile SHA256SUMS.sig
"""

_CHECK = f"""\
{_COMMANDS}\
    devicelog verify .                            (also checks the ledger inside, and that the tables come from it)

On Windows `certutil -hashfile FILE SHA256` or, in PowerShell, `Get-FileHash FILE` gives the SHA-256 of one file, and
openssl comes with Git for Windows. A file that is in the folder and not on the list was added. fhir_document.json, if
it is here, carries a signature of the same key inside, which goes with it wherever it is sent (Bundle.signature).

That proves that nothing was changed since the owner of the key wrote it. Whose key it is must be known otherwise: ask
the clinic for the fingerprint of its key, and let `devicelog verify . --key FINGERPRINT` compare the two. It proves no
time, and nothing about a device that reported falsely.
"""

_CHECK_DEIDENTIFIED = f"""\
{_COMMANDS}\
    devicelog verify .

That proves that nothing was changed since the owner of the key wrote it. The key is for de-identified exports alone, so
that it names no clinic; the clinic itself sees that it is its own. No ledger is inside, so that it cannot be shown from
here that the record is what was recorded.
"""

_WITNESS = """\
Keep this line where the computer that recorded cannot reach it: on paper in the patient's file, for instance. Whoever
has it can show with `devicelog verify --seal "DL1 ..."` that a record was set back, cut off or written anew since.
"""


def write(session: ExportedSession, folder: Path, formats: Iterable[str]) -> None:
    """Write README.txt."""
    record, keys = session.record, session.source.keys.keys
    reference = "left out" if session.deidentified else session.source.reference or "not known or erased"
    known = marks(record).values() or ["none"]
    lines = [
        f"Record of the treatment session {record.session}",
        f"written by {session.software}, which records and documents only: it never starts, stops or sets a device,",
        "and nothing here is advice on a treatment.",
        "",
        f"session started    {rfc3339(record.wall(0))}",
        f"last entry         {rfc3339(record.wall(record.last_us))}  (number {record.entries})",
        f"state              {record.state}",
        f"subject            {record.started['subject']}",
        f"clinic's number    {_one_line(reference)}",
        f"practitioner       {_one_line(record.started['practitioner'])}",
        "",
        "WHAT MUST BE KNOWN OF IT",
        "",
        *[f"- {_one_line(mark)}" for mark in known],
        *[f"- incomplete: {_one_line(thing)}" for thing in lacking_by_aspect(record)],
        "",
        "WHAT IS HERE",
        "",
        *[_about(session, name) for name in formats],
        "public_key.pem         the key that signed it",
        "",
        f"fingerprint of the key (SHA-256 of its 32 bytes, first 16 digits): {fingerprint(keys[-1])}",
        *[f"which the key before it, {fingerprint(key)}, handed over to" for key in reversed(keys[:-1])],
        "",
        *([_CHECK_DEIDENTIFIED] if session.deidentified else _seal(session)),
    ]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _about(session: ExportedSession, name: str) -> str:
    about = FORMATS[name].about
    return about.replace(", and the whole ledger that it comes from", "") if session.deidentified else about


def _seal(session: ExportedSession) -> list[str]:
    return ["THE SEAL AS TEXT", "", session.seal_said, "", _WITNESS, _CHECK]


def _one_line(text: str) -> str:
    """A text that can neither begin a line of its own nor steer who shows the file."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() or char in _JOINERS else "�" for char in line)
