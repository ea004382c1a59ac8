"""Changing the key that seals: a chained act signed by both keys; whole or not at all, wherever it is cut short.

The new key is written beside the old one, then the act is committed, then the new key takes the old one's place. The
act decides: whoever opens the store after a crash signs with the key that the chain names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.acts.keychain import KeyChain, rotation
from devicelog.errors import StoreFormatError
from devicelog.ledger import fingerprint, public_bytes
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.folder import disk_error
from devicelog.store.keys import Keys
from devicelog.store.sealing import NO_SESSION, append, place_of_next

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer


@again_if_changed
def rotate(writer: Writer) -> bytes:
    """Give the installation a new key to seal with; its public part. The old private key is gone afterwards."""
    keys = writer.folder.keys
    try:
        new = keys.propose_seal_key()
        with transaction(writer.folder, writer.connection):
            append(writer, NO_SESSION, rotation(writer.key, new, place_of_next(writer)))
        keys.keep_handovers(writer.keychain().handovers)
        keys.adopt_seal_key()
    except OSError as error:
        raise disk_error(error, writer.folder.path) from None
    writer.key = new
    return public_bytes(new)


def sealing_key(reader: Reader) -> Ed25519PrivateKey:
    """The private key that the chain of seals names; StoreFormatError if it is not here."""
    expected = reader.keychain().current
    keys = reader.folder.keys
    found_key = _private(keys, expected)
    if found_key is not None:
        return found_key
    found = f"{keys.folder / 'seal.key'} is the key {fingerprint(public_bytes(keys.seal_key()))}"
    hint = "an older copy from before the key was changed can be read and verified, but not go on: use a new --store"
    raise StoreFormatError(f"{found}, and the store {reader.folder.path} names {fingerprint(expected)}; {hint}.")


def signing_key(reader: Reader) -> tuple[Ed25519PrivateKey, KeyChain]:
    """A key that signs for the installation, and the chain of keys that leads to it; StoreFormatError if none is here.

    A copy of the store from before a change of keys names a key that is gone; the acts kept beside the keys lead on
    from there. What is signed so is no seal: it says what happened to the copy.
    """
    own = reader.keychain()
    known = own.continued(reader.folder.keys.handovers())
    key = _private(reader.folder.keys, known.current)
    return (key, known) if key is not None else (sealing_key(reader), own)


def _private(keys: Keys, public: bytes) -> Ed25519PrivateKey | None:
    """The private key to a public one, if it is here."""
    at_hand = (keys.seal_key(), keys.proposed_seal_key())
    return next((key for key in at_hand if key is not None and public_bytes(key) == public), None)


def settle(writer: Writer) -> Ed25519PrivateKey:
    """The key to seal with, after an interrupted change of keys was finished or taken back."""
    key = sealing_key(writer)
    keys = writer.folder.keys
    try:
        keys.keep_handovers(writer.keychain().handovers)
        if public_bytes(keys.seal_key()) != public_bytes(key):
            keys.adopt_seal_key()
        else:
            keys.discard_proposed_seal_key()
    except OSError as error:
        raise disk_error(error, writer.folder.path) from None
    return key
