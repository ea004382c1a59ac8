"""Free text in entries: sealed with the key of the subject, so that erasing the key erases it from every copy.

In an entry a text is `{"sealed": base64(nonce | AES-256-GCM(salt | text)), "digest": hex(SHA-256(salt | text))}`, the
nonce 12 bytes, the salt 16, the subject id as associated data. The salt keeps the digest from being found by guessing
the text: with the key both are gone. Whoever may read a text may give text and salt away, and then anyone can check
that the ledger holds the digest of just that text. docs/privacy.md has what this protects and what not.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeGuard

from msgspec.structs import replace

from devicelog.ledger.ledger import Entry, Kind

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: What stands in the place of a text whose key was erased.
ERASED = "[erased]"
#: What stands in the place of a text that its key does not open; `devicelog verify` says more.
UNOPENED = "[does not open]"
#: What stands in the place of a text where no key is at hand.
SEALED = "[sealed]"

#: The fields of each kind that hold what a person wrote freely; nowhere else does free text of a patient belong.
TEXTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.HISTORY: ("text",),
    Kind.SCREENING: ("detail",),
    Kind.OVERRIDE: ("reason",),
    Kind.PATCH_TEST: ("result",),
    Kind.CONSULTATION: ("text",),
    Kind.EXPLAINED: ("reason",),
    Kind.SKIPPED: ("reason",),
    Kind.PAUSED: ("because",),
    Kind.EVENT: ("text",),
    Kind.NOTE: ("text",),
    Kind.REACTION: ("text",),
    Kind.ADVERSE_EVENT: ("text", "action"),
    Kind.FOLLOW_UP: ("text",),
    Kind.REVIEWED: ("text",),
}

_NONCE, _SALT = 12, 16
_MARK = b'"sealed":"'

#: Gives the text of a sealed object, or what stands in its place.
Opener = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a sealed text for everyone: its salt, and the text itself."""

    salt: bytes
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 over both, hexadecimal: what the entry holds."""
        return sha256(self.salt + self.text.encode()).hexdigest()


def seal_text(key: bytes, text: str, subject: str) -> dict[str, str]:
    """Seal a text with the 32 bytes of a subject's key."""
    opening = Opening(secrets.token_bytes(_SALT), text)
    nonce = secrets.token_bytes(_NONCE)
    inside = _cipher(key).encrypt(nonce, opening.salt + text.encode(), subject.encode())
    return {"sealed": b64encode(nonce + inside).decode(), "digest": opening.digest}


def open_text(key: bytes, value: Mapping[str, Any], subject: str) -> Opening:
    """Open a text; ValueError if it is not of this subject and key, or not the one that its digest is of."""
    from cryptography.exceptions import InvalidTag

    try:
        data = b64decode(value["sealed"], validate=True)
        inside = _cipher(key).decrypt(data[:_NONCE], data[_NONCE:], subject.encode())
        opening = Opening(inside[:_SALT], inside[_SALT:].decode())
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise ValueError("a sealed text does not open with the key of its subject") from None
    if opening.digest != value["digest"]:
        raise ValueError("a sealed text is not the one that its digest is of")
    return opening


def _cipher(key: bytes) -> AESGCM:
    """Imported on use: who only lists or searches opens no text."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_text_key(key))


def is_sealed(value: object) -> TypeGuard[dict[str, str]]:
    """Whether this is a sealed text."""
    return isinstance(value, dict) and value.keys() == {"sealed", "digest"} and all(map(_is_text, value.values()))


def words(value: object) -> str:
    """A text as people see it: as it is, or `[sealed]` where it was not opened; empty for None."""
    return SEALED if is_sealed(value) else "" if value is None else str(value)


def plain_text(value: Any) -> Any:
    """A value as people see it: a sealed text as `words` has it, anything else as it is."""
    return words(value) if is_sealed(value) else value


def seal_fields(kind: Kind, content: Mapping[str, Any], seal: Callable[[str], dict[str, str]]) -> dict[str, Any]:
    """The content of a statement with its free texts sealed; what is sealed already stays as it is."""
    texts = TEXTS.get(kind, ())
    return {name: seal(value) if name in texts and isinstance(value, str) else value for name, value in content.items()}


def holds_sealed(body: bytes) -> bool:
    """Whether the body of an entry may hold a sealed text; most do not, and are not looked through."""
    return _MARK in body


def sealed_in(content: object) -> Iterator[dict[str, str]]:
    """Every sealed text in the content of an entry, however deep."""
    if is_sealed(content):
        yield content
    elif isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from sealed_in(value)


def opened(entry: Entry, open_: Opener) -> Entry:
    """An entry with its sealed texts opened; its number, moment and kind stay."""
    return replace(entry, content=_opened(entry.content, open_))


def _opened(value: Any, open_: Opener) -> Any:
    if is_sealed(value):
        return open_(value)
    if isinstance(value, dict):
        return {name: _opened(inside, open_) for name, inside in value.items()}
    if isinstance(value, list):
        return [_opened(inside, open_) for inside in value]
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _text_key(key: bytes) -> bytes:
    """A key for texts only: that of the subject seals who the subject is."""
    return sha256(b"devicelog subject text" + key).digest()
