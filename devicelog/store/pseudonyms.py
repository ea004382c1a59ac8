"""The secret of the pseudonyms in de-identified exports: derived of the store's key, so that it stays with the keys."""

from __future__ import annotations

from hashlib import sha256

from devicelog.store.folder import Folder


def pseudonym_secret(folder: Folder) -> bytes:
    """32 bytes, the same as long as the store keeps its key; StoreFormatError if the key is not at hand."""
    return sha256(b"devicelog pseudonyms" + bytes.fromhex(folder.keys.store_key())).digest()
