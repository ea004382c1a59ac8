"""The clinic's own numbers for its patients, each sealed with a key of its own; the ledger holds the random id only.

Erasing the key of a subject erases the number, in every backup too, and every chain still verifies.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from devicelog.sealed import ERASED, UNOPENED, Opening, open_text, seal_text
from devicelog.store.keys import Keys

_NONCE = 12


class Sealer:
    """Seals and opens what is known of a subject; `lookup` finds a number without storing it readable."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._lookup_key = sha256(b"devicelog subject lookup" + bytes.fromhex(keys.store_key())).digest()

    def new_id(self) -> str:
        return f"subject-{secrets.token_hex(8)}"

    def lookup(self, reference: str) -> bytes:
        return hmac.new(self._lookup_key, reference.strip().encode(), sha256).digest()

    def seal(self, subject: str, reference: str) -> bytes:
        key = self._keys.subject_key(subject, create=True)
        assert key is not None
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(key).encrypt(nonce, reference.strip().encode(), subject.encode())

    def open(self, subject: str, sealed: bytes) -> str | None:
        """The clinic's number; None if its key was erased."""
        key = self._keys.subject_key(subject)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], subject.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def seal_text(self, subject: str, text: str) -> dict[str, str]:
        """A free text as it stands in an entry; raises OSError where no key can be made for the subject."""
        key = self._keys.subject_key(subject, create=True)
        assert key is not None
        return seal_text(key, text, subject)

    def opening(self, subject: str, value: Mapping[str, Any]) -> Opening | None:
        """What opens a sealed text; None if its key was erased, ValueError if the key does not open it."""
        key = self._keys.subject_key(subject)
        return open_text(key, value, subject) if key is not None else None

    def open_text(self, subject: str, value: Mapping[str, Any]) -> str:
        """A free text, or what stands in the place of one that was erased or does not open."""
        try:
            opening = self.opening(subject, value)
        except ValueError:
            return UNOPENED
        return opening.text if opening is not None else ERASED
