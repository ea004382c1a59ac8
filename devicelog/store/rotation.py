"""Changing the key that seals: a chained act signed by both keys; whole or not at all, wherever it is cut short.

The new key is written beside the old one, then the act is committed, then the new key takes the old one's place. The
act decides: whoever opens the store after a crash signs with the key that the chain names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import StoreFormatError
from devicelog.keychain import rotation
from devicelog.ledger import fingerprint, public_bytes
from devicelog.store.database import transaction
from devicelog.store.folder import disk_error
from devicelog.store.sealing import NO_SESSION, append, place_of_next

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer


def rotate(writer: Writer) -> bytes:
    """Give the installation a new key to seal with; its public part. The old private key is gone afterwards."""
    keys = writer.folder.keys
    try:
        new = keys.propose_seal_key()
        with transaction(writer.folder, writer.connection):
            append(writer, NO_SESSION, rotation(writer.key, new, place_of_next(writer)))
        keys.adopt_seal_key()
    except OSError as error:
        raise disk_error(error, writer.folder.path) from None
    writer.key = new
    return public_bytes(new)


def sealing_key(reader: Reader) -> Ed25519PrivateKey:
    """The private key that the chain of seals names; StoreFormatError if it is not here."""
    expected = reader.keychain().current
    keys = reader.folder.keys
    own = keys.seal_key()
    if public_bytes(own) == expected:
        return own
    proposed = keys.proposed_seal_key()
    if proposed is not None and public_bytes(proposed) == expected:
        return proposed
    found = f"{keys.folder / 'seal.key'} is the key {fingerprint(public_bytes(own))}"
    hint = "an older copy from before the key was changed can be read and verified, but not go on: use a new --store"
    raise StoreFormatError(f"{found}, and the store {reader.folder.path} names {fingerprint(expected)}; {hint}.")


def settle(writer: Writer) -> Ed25519PrivateKey:
    """The key to seal with, after an interrupted change of keys was finished or taken back."""
    key = sealing_key(writer)
    keys = writer.folder.keys
    try:
        if public_bytes(keys.seal_key()) != public_bytes(key):
            keys.adopt_seal_key()
        else:
            keys.discard_proposed_seal_key()
    except OSError as error:
        raise disk_error(error, writer.folder.path) from None
    return key
