"""Whether the folder of an export still is what was exported: files, signatures, the ledger, and what it gives.

Nothing in the folder is trusted. What the ledger inside gives is written anew and held against the files, so that a
folder whose record or tables say something else than its ledger does not hold, whoever signed it. Nothing but the
folder is needed: no store, no keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.export import FORMATS
from devicelog.export.folder import manifest
from devicelog.export.json import session_json
from devicelog.export.json.ledger_file import ExportedLedger
from devicelog.export.many import index
from devicelog.export.proof.rebuilding import rebuild
from devicelog.export.proof.signed_files import SignedFiles
from devicelog.export.proof.whose_key import NamedKey, judge_key
from devicelog.ledger import LEDGER_ERRORS, Seal
from devicelog.ledger.sealed import holds_sealed, sealed_in
from devicelog.numbers import some
from devicelog.verification.findings import Findings
from devicelog.verification.session import check_session, seal_body
from devicelog.verification.witnesses import Held, Testimony, check_session_claims

#: A folder with one of these is an export, or what is left of one.
_SIGNS = (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY, session_json.FILE)
#: More than any file that carries a signature inside (bytes).
_LARGEST_DOCUMENT = 1 << 27


def exports_in(path: Path) -> list[Path]:
    """The folder itself if it is an export, else the exports that it holds; BadInputError if there is none."""
    if not path.is_dir():
        unpack = "; unpack it first" if path.suffix.lower() in (".zip", ".gz", ".tar", ".7z") else ""
        raise BadInputError(f"{path} is a file, expected the folder of an export{unpack}.")
    found = [path] if _is_export(path) else sorted(folder for folder in path.iterdir() if _is_export(folder))
    if not found and not index.is_in(path):
        raise BadInputError(f"{path} holds no export ({manifest.SUMS} is missing); expected what `export` wrote.")
    return found


def check_export(
    folder: Path,
    own: Sequence[bytes] | None,
    testimonies: Sequence[Testimony] = (),
    named: NamedKey | None = None,
    *,
    deidentifying: bytes | None = None,
) -> Findings:
    """Check a folder.

    `own` are the public keys of this installation, if a store is at hand, and `deidentifying` is the one with which it
    signs de-identified exports; `named` is the key that it has to be signed with, if one was given.
    """
    findings = Findings()
    _Check(folder, findings).run(own, testimonies, named, deidentifying)
    return findings


class _Check:
    """One folder; `ledger` is the one inside, as far as it can be read."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder = folder
        self._findings = findings
        self._files = SignedFiles(folder, findings)
        self._why_not = ""
        self._ledger = self._read_ledger()

    def run(
        self,
        own: Sequence[bytes] | None,
        testimonies: Sequence[Testimony],
        named: NamedKey | None,
        deidentifying: bytes | None,
    ) -> None:
        keys = self._ledger.keys.keys if self._ledger is not None else []
        self._files.check(keys[-1] if keys else None)
        key = self._files.key
        if key is not None and self._files.is_signed:
            judge_key(
                key,
                [key] if key == deidentifying else own,
                named,
                keys[:-1] if keys and keys[-1] == key else (),
                self._findings,
            )
        self._inner_signatures(key)
        if session_json.FILE not in self._files.digests:
            what = f"{session_json.FILE} is not part of this export: only files and signatures could be checked"
            self._findings.note(f"{what}, not that they say what was recorded")
        elif session_json.is_deidentified(self._folder / session_json.FILE):
            self._findings.note("de-identified: no ledger is inside, so only files and signatures could be checked")
        elif self._ledger is None:
            self._files.fault(session_json.FILE, f"its ledger cannot be read: {self._why_not}")
        else:
            self._check_ledger(self._ledger, testimonies)

    def _read_ledger(self) -> ExportedLedger | None:
        path = self._folder / session_json.FILE
        if path.is_symlink() or not path.is_file():
            return None
        try:
            return ExportedLedger(path)
        except (OSError, BadInputError, *LEDGER_ERRORS) as error:
            self._why_not = str(error) or repr(error)
            return None

    def _inner_signatures(self, key: bytes | None) -> None:
        """Check the signatures that stand inside files."""
        for inner in (one.inner for one in FORMATS.values()):
            if inner is None or key is None or inner.file not in self._files.digests:
                continue
            path = self._folder / inner.file
            if path.stat().st_size > _LARGEST_DOCUMENT:
                self._files.fault(inner.file, "is longer than any that devicelog writes: it was not read")
                continue
            for what in inner.faults(path.read_bytes(), key):
                self._files.fault(inner.file, what)

    def _check_ledger(self, ledger: ExportedLedger, testimonies: Sequence[Testimony]) -> None:
        """Check the ledger inside, and that everything else in the folder is what it gives."""
        try:
            if self._files.key is not None and ledger.keys.current != self._files.key:
                self._files.fault(session_json.FILE, f"names another public key than {manifest.PUBLIC_KEY}")
            check_ledger(ledger, self._findings)
            held = [Held(number, ledger.id, _covered(seal), seal.digest) for number, seal in ledger.seals()]
            check_session_claims(testimonies, ledger.installation, ledger.id, held, self._findings)
            if self._files.spoilt:
                what = "files that were not named are as they were signed; they were not written anew to compare"
                self._findings.note(what)
            elif ledger.is_as_written_now:
                rebuild(self._folder, ledger, self._files, self._findings)
            else:
                what = f"its files were made by another version ({ledger.software}) and were not built anew to compare"
                self._findings.note(f"{what}: hashes, signature, chain and seals were checked")
        except (BadInputError, *LEDGER_ERRORS) as error:
            self._files.fault(session_json.FILE, f"its ledger cannot be read: {error or repr(error)}")
        self._findings.note("whether seals of other sessions are missing cannot be seen from an export")


def check_ledger(ledger: ExportedLedger, findings: Findings) -> None:
    """Check entries, chunks and seals, and hold the free texts against the digests in the entries.

    Raises BadInputError or one of LEDGER_ERRORS where the ledger cannot be read.
    """
    check_session(ledger, findings)
    for digest, opening in ledger.openings.items():
        if opening.digest != digest:
            what = "a free text of it is not the one whose digest the ledger holds"
            findings.fault(what, file=session_json.FILE)
    shut = 0
    for line in ledger.lines():
        if holds_sealed(line.body):
            shut += sum(ledger.opening(value) is None for value in sealed_in(line.entry().content))
    if shut:
        findings.note(f"{some(shut, 'free text')} cannot be read: erased, or left out when it was written")


def _covered(seal: Seal) -> int:
    """So many entries a seal covers; 0 for one that cannot be read."""
    body = seal_body(seal)
    return body.entries if body is not None else 0


def _is_export(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in _SIGNS)
