"""Whether the folder of an export still is what was exported: every file, the signature, the ledger, and what it gives.

Nothing in the folder is trusted. What the ledger inside gives is written anew and held against the files, so that a
folder whose record or tables say something else than its ledger does not hold, whoever signed it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.export import FORMATS, index, manifest
from devicelog.export.json import session_json
from devicelog.export.json.ledger_file import ExportedLedger
from devicelog.export.package import write_files
from devicelog.export.session import ExportedSession
from devicelog.ledger import LEDGER_ERRORS, Seal, fingerprint
from devicelog.numbers import some
from devicelog.sealed import holds_sealed, sealed_in
from devicelog.verification.findings import Findings
from devicelog.verification.session import check_session, seal_body
from devicelog.verification.witnesses import Held, Testimony, check_session_claims

#: A folder with one of these is an export, or what is left of one.
_SIGNS = (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY, session_json.FILE)


def exports_in(path: Path) -> list[Path]:
    """The folder itself if it is an export, else the exports that it holds; BadInputError if there is none."""
    if not path.is_dir():
        raise BadInputError(f"{path} is a file, expected the folder of an export.")
    found = [path] if _is_export(path) else sorted(folder for folder in path.iterdir() if _is_export(folder))
    if not found and not index.is_in(path):
        raise BadInputError(f"{path} holds no export ({manifest.SUMS} is missing); expected what `export` wrote.")
    return found


def check_export(
    folder: Path,
    own: Sequence[bytes] | None,
    testimonies: Sequence[Testimony] = (),
    *,
    deidentifying: bytes | None = None,
) -> Findings:
    """Check a folder; `own` are the public keys of this installation, if a store is at hand.

    `deidentifying` is the one with which it signs de-identified exports.
    """
    findings = Findings()
    check = _Check(folder, findings)
    check.files()
    key = check.signature()
    if key is not None:
        _judge_key(key, own if key != deidentifying else [key], findings)
    if session_json.FILE in check.names and session_json.is_deidentified(folder / session_json.FILE):
        findings.note("de-identified: no ledger is inside, so only files and signature could be checked")
    elif session_json.FILE in check.names:
        check.ledger(key, testimonies)
    else:
        findings.note(f"{session_json.FILE} is not part of this export: only files and signature could be checked")
    return findings


class _Check:
    """One folder; `names` are the plain files in it."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder = folder
        self._findings = findings
        self.names: set[str] = set()

    def files(self) -> None:
        """Hold every file against the list."""
        expected = self._listed()
        for path in sorted(self._folder.iterdir()):
            if path.is_symlink() or not path.is_file():
                self._fault(path.name, "is not a plain file, expected nothing but the files of the export")
            else:
                self.names.add(path.name)
        for name in sorted(self.names - set(expected) - {manifest.SUMS, manifest.SIGNATURE}):
            self._fault(name, f"is not on the list of {manifest.SUMS}: it was added")
        for name, digest in expected.items():
            if name not in self.names:
                self._fault(name, "is missing")
            elif self._digest(name) != digest:
                self._fault(name, "was changed: its SHA-256 is not the one listed")
            self._findings.files += 1

    def signature(self) -> bytes | None:
        """Check the signature over the list; the public key."""
        try:
            key = manifest.public_key(manifest.read_small(self._folder / manifest.PUBLIC_KEY))
            signature = manifest.read_small(self._folder / manifest.SIGNATURE)
            sums = manifest.read_small(self._folder / manifest.SUMS)
        except FileNotFoundError as error:
            self._fault(Path(error.filename).name, "is missing: the signature could not be checked")
            return None
        except (OSError, ValueError) as error:
            self._fault(manifest.PUBLIC_KEY, f"cannot be used: {error}")
            return None
        if not manifest.is_signed(sums, signature, key):
            what = f"does not fit {manifest.SUMS} and {manifest.PUBLIC_KEY}: one of the three was changed"
            self._fault(manifest.SIGNATURE, what)
        return key

    def ledger(self, key: bytes | None, testimonies: Sequence[Testimony]) -> None:
        """Check the ledger inside, and that everything else in the folder is what it gives."""
        try:
            ledger = ExportedLedger(self._folder / session_json.FILE)
            if key is not None and ledger.keys.current != key:
                self._fault(session_json.FILE, f"names another public key than {manifest.PUBLIC_KEY}")
            check_session(ledger, self._findings)
            held = [Held(number, ledger.id, _covered(seal), seal.digest) for number, seal in ledger.seals()]
            check_session_claims(testimonies, ledger.installation, ledger.id, held, self._findings)
            self._texts(ledger)
            if ledger.is_as_written_now:
                self._rebuild(ledger)
            else:
                what = f"its files were made by another version ({ledger.software}) and were not built anew to compare"
                self._findings.note(f"{what}: hashes, signature, chain and seals were checked")
        except (BadInputError, *LEDGER_ERRORS) as error:
            self._fault(session_json.FILE, f"its ledger cannot be read: {error or repr(error)}")
        self._findings.note("whether seals of other sessions are missing cannot be seen from an export")

    def _texts(self, ledger: ExportedLedger) -> None:
        """Hold the free texts against the digests in the entries."""
        for digest, opening in ledger.openings.items():
            if opening.digest != digest:
                self._fault(session_json.FILE, "a free text of it is not the one whose digest the ledger holds")
        shut = 0
        for line in ledger.lines():
            if holds_sealed(line.body):
                shut += sum(ledger.opening(value) is None for value in sealed_in(line.entry().content))
        if shut:
            self._findings.note(f"{some(shut, 'free text')} cannot be read: erased, or left out when it was written")

    def _rebuild(self, ledger: ExportedLedger) -> None:
        formats = [name for name, format_ in FORMATS.items() if format_.known_by in self.names]
        with tempfile.TemporaryDirectory(prefix="devicelog-") as made:
            write_files(ExportedSession.of(ledger, ledger.software), Path(made), formats)
            rebuilt = {path.name: manifest.digest(path) for path in Path(made).iterdir()}
        for name in sorted(rebuilt):
            if name not in self.names:
                self._fault(name, "is missing: the ledger inside gives it")
            elif self._digest(name) != rebuilt[name]:
                self._fault(name, "is not what the ledger inside gives")
        for name in sorted(self.names - set(rebuilt) - set(_SIGNS)):
            self._fault(name, "is nothing that the ledger inside gives")

    def _listed(self) -> dict[str, str]:
        try:
            return manifest.listed(manifest.read_small(self._folder / manifest.SUMS))
        except FileNotFoundError:
            self._fault(manifest.SUMS, "is missing")
        except (OSError, ValueError) as error:
            self._fault(manifest.SUMS, f"was changed: {error}")
        return {}

    def _digest(self, name: str) -> str | None:
        try:
            return manifest.digest(self._folder / name)
        except OSError as error:
            self._fault(name, f"cannot be read ({error.strerror})")
            return None

    def _fault(self, name: str, what: str) -> None:
        self._findings.fault(what, file=name)


def _covered(seal: Seal) -> int:
    """So many entries a seal covers; 0 for one that cannot be read."""
    body = seal_body(seal)
    return body.entries if body is not None else 0


def _judge_key(key: bytes, own: Sequence[bytes] | None, findings: Findings) -> None:
    """Say whose key it is, as far as that can be known here."""
    said = f"signed with the key {fingerprint(key)}"
    if own is None:
        what = f"{said}; no store is at hand, so whose key that is was not checked: ask its owner for the fingerprint"
    elif key in own:
        what = f"{said}, which is this installation's{'' if key == own[-1] else ', one that it has changed since'}"
    else:
        what = f"{said}, which is not this installation's: it proves only that the folder is consistent in itself"
    findings.note(what)


def _is_export(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in _SIGNS)
