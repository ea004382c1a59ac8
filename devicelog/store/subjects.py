"""The clinic's own numbers for its patients, each sealed with a key of its own; the ledger holds the random id only.

Erasing the key of a subject erases the number, in every backup too, and every chain still verifies.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
