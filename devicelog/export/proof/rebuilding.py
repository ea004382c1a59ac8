"""An export written anew from the ledger inside it, and held byte for byte against what lies there."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from devicelog.errors import NotMadeHereError
from devicelog.export import FORMATS, Inner, as_written
from devicelog.export.folder import manifest, readme
from devicelog.export.json.ledger_file import ExportedLedger
from devicelog.export.pdf import session_pdf
from devicelog.export.proof.signed_files import SignedFiles
from devicelog.export.session import ExportedSession
from devicelog.verification.findings import Findings

#: What no ledger gives: it is the installation's.
_KEY_FILES = (*manifest.UNLISTED, manifest.PUBLIC_KEY)


def formats_in(names: Mapping[str, object]) -> list[str]:
    """The formats that a folder with these files holds."""
    return [name for name, format_ in FORMATS.items() if format_.known_by in names]


def inner_of(file: str) -> Inner | None:
    """The signature inside a file of this name, if there is to be one."""
    return next((one.inner for one in FORMATS.values() if one.inner is not None and one.inner.file == file), None)


def rebuild(folder: Path, ledger: ExportedLedger, files: SignedFiles, findings: Findings) -> None:
    """Say which files are not what the ledger gives, and which could not be made here."""
    session = ExportedSession.of(ledger, ledger.software, ledger.made_with)
    _take_pdf(session, folder, files, findings)
    with tempfile.TemporaryDirectory(prefix="devicelog-") as made:
        not_made = _write(session, Path(made), formats_in(files.digests))
        rebuilt = {path.name: manifest.digest(path) for path in Path(made).iterdir()}
    for name, digest in sorted(rebuilt.items()):
        if name not in files.digests:
            files.fault(name, "is missing: the ledger inside gives it")
        elif _unsigned(folder / name, files.digests[name]) != digest:
            files.fault(name, "is not what the ledger inside gives")
    left = sorted(files.digests.keys() - rebuilt.keys() - set(_KEY_FILES))
    if not not_made:
        for name in left:
            files.fault(name, "is nothing that the ledger inside gives")
    elif left:
        what = "not made anew to compare, because they hold a PDF that cannot be made here"
        findings.note(f"{', '.join(left)}: {what}; hash and signature were checked")


def _write(session: ExportedSession, made: Path, formats: list[str]) -> list[str]:
    """Write these formats; those that cannot be made here."""
    not_made = []
    for name in as_written(formats):
        try:
            with tempfile.TemporaryDirectory(dir=made) as one:
                FORMATS[name].write(session, Path(one))
                for path in Path(one).iterdir():
                    path.rename(made / path.name)
        except NotMadeHereError:
            not_made.append(name)
    readme.write(session, made, formats)
    return not_made


def _take_pdf(session: ExportedSession, folder: Path, files: SignedFiles, findings: Findings) -> None:
    """Where other programs or fonts made the PDF, the one in the folder stands in for what they gave."""
    if not session.made_with:
        return  # no file that holds it
    here = session_pdf.made_with(session)
    if here == session.made_with:
        return
    name = session_pdf.FILE
    is_there = files.is_as_listed(name)
    session.given(session_pdf.pdf, (folder / name).read_bytes() if is_there else None)
    if is_there:
        what = f"was made with {_told(session.made_with)}, here is {_told(here)}: it was not made anew to compare"
        said = "that it is the one that was signed was checked, that it says what the ledger says was not"
        findings.note(f"{name} {what}; {said}")


def _told(made_with: Mapping[str, str]) -> str:
    """Programs and fonts with their versions, what is a SHA-256 shortened."""
    return ", ".join(f"{name} {value[:12]}" for name, value in sorted(made_with.items())) or "nothing that is named"


def _unsigned(path: Path, digest: str) -> str:
    """The digest of a file without the signature inside it, if it is to have one; empty if it has none."""
    inner = inner_of(path.name)
    if inner is None:
        return digest
    try:
        return sha256(inner.unsigned(path.read_bytes())).hexdigest()
    except (OSError, ValueError):
        return ""
