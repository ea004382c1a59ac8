"""Whose key signed an export: that of the store at hand, one that was named, or one that nobody here knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.export.folder import manifest
from devicelog.ledger import fingerprint
from devicelog.verification.findings import Findings

#: A fingerprint as it is printed, or the whole SHA-256 of which it is the beginning.
_FINGERPRINT = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")
_GREATEST = 1 << 16


@dataclass(frozen=True, slots=True)
class NamedKey:
    """The key that an export has to be signed with: the beginning of its SHA-256, and how it was named."""

    digits: str
    said: str

    def is_of(self, key: bytes) -> bool:
        """Whether this public key is the one that was named."""
        return sha256(key).hexdigest().startswith(self.digits)


def named_key(text: str, file: Path) -> NamedKey:
    """The key in a PEM file, or with a fingerprint; BadInputError for what is neither."""
    digits = re.sub(r"[\s:-]", "", text).lower()
    if not file.is_file() and _FINGERPRINT.fullmatch(digits):
        return NamedKey(digits, f"the fingerprint {digits[:16]}")
    try:
        with file.open("rb") as opened:
            key = manifest.public_key(opened.read(_GREATEST))
    except FileNotFoundError:
        expected = "expected the file of a public key, or its fingerprint of 16 hexadecimal digits"
        raise BadInputError(f"--key {text}: there is no such file; {expected}.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInputError(f"--key {text} cannot be used ({why}); expected an Ed25519 public key in PEM.") from None
    return NamedKey(sha256(key).hexdigest(), f"that of {file.name}, {fingerprint(key)}")


def judge_key(
    key: bytes, own: Sequence[bytes] | None, named: NamedKey | None, before: Sequence[bytes], findings: Findings
) -> None:
    """Say whose key it is, as far as that can be known here; a fault if another one was named.

    `before` are the keys that the ledger inside proves to have handed over to it.
    """
    said = f"signed with the key {fingerprint(key)}"
    if named is not None:
        if named.is_of(key):
            findings.note(f"{said}, which is the one that was named")
        elif any(map(named.is_of, before)):
            findings.note(f"{said}, to which {named.said} handed over")
        else:
            findings.fault(f"is the key {fingerprint(key)}, and {named.said} was named", file=manifest.PUBLIC_KEY)
    elif own is None:
        what = "no store is at hand, so whose key that is was not checked: name it with --key, or ask its owner"
        findings.note(f"{said}; {what} for the fingerprint")
    elif key in own:
        findings.note(
            f"{said}, which is this installation's{'' if key == own[-1] else ', one that it has changed since'}"
        )
    else:
        findings.note(
            f"{said}, which is not this installation's: it proves only that the folder is consistent in itself"
        )
