"""The files of an export held against SHA256SUMS and its signature, and which of them was changed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from devicelog.export.folder import manifest
from devicelog.verification.findings import Findings

#: A file that is not longer is looked at once more, for what may have changed it (bytes).
_LOOKED_AT = 1 << 24
#: What it takes to check the signature.
_CHECKED_WITH = (*manifest.UNLISTED, manifest.PUBLIC_KEY)


class SignedFiles:
    """The plain files of one folder. `digests` are their SHA-256, `expected` those of the list, by name.

    `key` is the public key that lies there, None if there is none that can be used; `is_signed` says whether its owner
    signed the list. `spoilt` says that a signature holds and files are not those that it is over: these were named, and
    the others are as they were signed.
    """

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder = folder
        self._findings = findings
        self.digests: dict[str, str] = {}
        self.expected: Mapping[str, str] = {}
        self.key: bytes | None = None
        self.is_signed = False
        self.spoilt = False

    def check(self, ledger_key: bytes | None) -> None:
        """Hold every file against the list, and the list against its signature.

        `ledger_key` is the one that the ledger inside names, if it can be read: with it a changed `public_key.pem` is
        told from a changed signature.
        """
        self._read()
        listed = self._listed()
        self.key = self._public_key()
        keys = [key for key in (self.key, ledger_key) if key is not None]
        sums, signature = self._bytes(manifest.SUMS), self._bytes(manifest.SIGNATURE)
        fits = {key for key in keys if manifest.is_signed(sums or b"", signature or b"", key)}
        self.is_signed = self.key in fits
        now = {name: digest for name, digest in self.digests.items() if name not in manifest.UNLISTED}
        over_files = not fits and any(manifest.is_signed(manifest.text(now), signature or b"", key) for key in keys)
        if over_files:
            if sums is not None:
                self.fault(manifest.SUMS, "was changed: the signature is over the list that the files give")
            listed = now
        elif not fits and signature is not None and keys and sums is not None:
            what = f"does not fit {manifest.SUMS} and {manifest.PUBLIC_KEY}: one of the three was changed"
            self.fault(manifest.SIGNATURE, what)
        self.expected = listed or {}
        if listed is not None:
            self._compare(listed)
        self.spoilt = bool(fits or over_files) and not self._findings.holds
        if not self.is_signed and self._findings.holds:
            self.fault(manifest.SIGNATURE, "could not be checked")

    def is_as_listed(self, name: str) -> bool:
        """Whether a file is there, and the one that was signed."""
        return name in self.digests and self.digests[name] == self.expected.get(name)

    def fault(self, name: str, what: str) -> None:
        """Something does not hold of a file, whose name may be no text."""
        self._findings.fault(what, file=name.encode("utf-8", "backslashreplace").decode())

    def _read(self) -> None:
        for path in sorted(self._folder.iterdir()):
            if path.is_symlink() or not path.is_file():
                self.fault(path.name, "is not a plain file, expected nothing but the files of the export")
                continue
            try:
                self.digests[path.name] = manifest.digest(path)
                if path.name in _CHECKED_WITH and path.stat().st_size > _LOOKED_AT:
                    self.fault(
                        path.name, "is longer than any that devicelog writes: the signature could not be checked"
                    )
            except OSError as error:
                self.fault(path.name, f"cannot be read ({error.strerror})")
        for name in _CHECKED_WITH:
            if name not in self.digests and not (self._folder / name).exists():
                self.fault(name, f"is missing{': the signature could not be checked' if name != manifest.SUMS else ''}")

    def _compare(self, listed: Mapping[str, str]) -> None:
        held = {digest: name for name, digest in listed.items()}
        for name, digest in self.digests.items():
            if name not in listed and name not in manifest.UNLISTED:
                other = f"; it holds what {held[digest]} is to hold" if digest in held else ""
                self.fault(name, f"is not on the list of {manifest.SUMS}: it was added{other}")
        for name, digest in listed.items():
            self._findings.files += 1
            if name not in self.digests:
                if name != manifest.PUBLIC_KEY and not self._is_odd(name):
                    self.fault(name, "is missing")
            elif self.digests[name] != digest:
                of = held.get(self.digests[name])
                why = f"; it holds what {of} is to hold" if of is not None else self._line_ends(name, digest)
                self.fault(name, f"was changed: its SHA-256 is not the one listed{why}")

    def _is_odd(self, name: str) -> bool:
        """Whether something that is no plain file has this name: that was said."""
        path = self._folder / name
        return path.is_symlink() or path.exists()

    def _line_ends(self, name: str, digest: str) -> str:
        """Whether another spelling of the line ends, or of the last one, is all that was changed."""
        data = self._bytes(name)
        if data is None:
            return ""
        plain = data.replace(b"\r\n", b"\n")
        forms = [plain, plain.replace(b"\n", b"\r\n"), data.removesuffix(b"\n"), data.removesuffix(b"\r\n")]
        forms += [data + b"\n", data + b"\r\n"]
        if digest in {sha256(form).hexdigest() for form in forms}:
            return "; only line ends were, as by a program that copies files as text"
        return ""

    def _listed(self) -> dict[str, str] | None:
        sums = self._bytes(manifest.SUMS)
        if sums is None:
            return None
        try:
            return manifest.listed(sums)
        except ValueError as error:
            self.fault(manifest.SUMS, f"was changed: {error}")
            return None

    def _public_key(self) -> bytes | None:
        pem = self._bytes(manifest.PUBLIC_KEY)
        try:
            return manifest.public_key(pem) if pem is not None else None
        except ValueError as error:
            self.fault(manifest.PUBLIC_KEY, f"cannot be used: {error}")
            return None

    def _bytes(self, name: str) -> bytes | None:
        """A plain file; None if there is none that can be read, or it is longer than any that matters here."""
        path = self._folder / name
        if name not in self.digests or path.stat().st_size > _LOOKED_AT:
            return None
        try:
            return path.read_bytes()
        except OSError:
            return None
