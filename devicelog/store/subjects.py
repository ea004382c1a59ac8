"""Who the subjects of a store are, each sealed with a key of its own; the ledger holds the random id only.

Erasing the key of a subject erases who it is and its free texts, in every backup too, and every chain still verifies.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from devicelog.errors import BadInputError
from devicelog.ledger.sealed import ERASED, UNOPENED, Opening, open_text, seal_text
from devicelog.store.keys import Keys
from devicelog.subject import Subject, decode, encode

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

    def row(self, subject: str, person: Subject) -> tuple[str, bytes, bytes]:
        """The row of a subject: id, lookup value, and the person sealed. Raises OSError where no key can be kept."""
        key = self._keys.subject_key(subject, create=True)
        assert key is not None
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(key).encrypt(nonce, encode(person), subject.encode())
        return subject, self.lookup(person.reference), sealed

    def open(self, subject: str, sealed: bytes) -> Subject | None:
        """Who a subject is; None if its key was erased or does not open it."""
        return _open(subject, sealed, self._keys.subject_key(subject))

    def open_all(self, rows: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, Subject | None]]:
        """Who each of many subjects is, by id."""
        keys = self._keys.subject_keys(subject for subject, _ in rows)
        return ((subject, _open(subject, sealed, key)) for (subject, sealed), key in zip(rows, keys, strict=True))

    def seal_text(self, subject: str, text: str) -> dict[str, str]:
        """A free text as it stands in an entry; BadInputError where the key is not: an erased one never comes back."""
        key = self._keys.subject_key(subject)
        if key is None:
            found = f"the key of {subject} is not at hand or was erased, so that no free text of it can be kept"
            raise BadInputError(
                f"{found}; restore keys that were lost; of an erased subject state only what needs no free text."
            )
        return seal_text(key, text, subject)

    def has_key(self, subject: str) -> bool:
        """Whether the key of a subject is at hand."""
        return self._keys.subject_key(subject) is not None

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


def _open(subject: str, sealed: bytes, key: bytes | None) -> Subject | None:
    if key is None:
        return None
    try:
        return decode(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], subject.encode()))
    except (InvalidTag, ValueError):
        return None
