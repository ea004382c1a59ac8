"""The keys of a store, kept outside its folder: whoever takes the folder, or a backup of it, has nothing to read.

    <keys>/<store id>/store.key        256 random bits, hexadecimal: the encryption of the whole database
    <keys>/<store id>/seal.key         the Ed25519 key that signs seals and exports, PEM
    <keys>/<store id>/subjects/<id>    256 random bits a subject; deleting the file erases what it sealed

A lost key is a lost record. `DEVICELOG_KEYS` names another place for <keys>.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from devicelog.errors import StoreFormatError

_BYTES = 32


def keys_root() -> Path:
    """Where the keys of all stores are kept."""
    given = os.environ.get("DEVICELOG_KEYS")
    if given:
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("devicelog", appauthor=False) / "keys"


class Keys:
    """The keys of one store, read from their files when asked for."""

    def __init__(self, store_id: str, root: Path | None = None) -> None:
        self.folder = (root if root is not None else keys_root()) / store_id

    def create(self) -> None:
        """Make the keys that are missing; those that exist stay."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "subjects").mkdir(mode=0o700, exist_ok=True)
        if not (self.folder / "store.key").exists():
            write_durably(self.folder / "store.key", secrets.token_hex(_BYTES).encode())
        if not (self.folder / "seal.key").exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_durably(self.folder / "seal.key", pem)

    def store_key(self) -> str:
        """The database's key, hexadecimal; StoreFormatError if it is missing or not a key."""
        text = self._read("store.key").decode("ascii", "replace").strip()
        if len(text) != 2 * _BYTES or not all(c in "0123456789abcdef" for c in text):
            raise StoreFormatError(f"{self.folder / 'store.key'} does not hold 64 hexadecimal digits; restore it.")
        return text

    def seal_key(self) -> Ed25519PrivateKey:
        """The signing key; StoreFormatError if it is missing or not an Ed25519 key."""
        try:
            key = load_pem_private_key(self._read("seal.key"), password=None)
        except ValueError as error:
            raise StoreFormatError(f"{self.folder / 'seal.key'} is not a PEM key ({error}); restore it.") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreFormatError(f"{self.folder / 'seal.key'} is not an Ed25519 key; restore it.")
        return key

    def subject_key(self, subject: str, *, create: bool = False) -> bytes | None:
        """The key of a subject; None if it was erased."""
        path = self.folder / "subjects" / subject
        if create and not path.exists():
            write_durably(path, secrets.token_bytes(_BYTES))
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            hint = "set DEVICELOG_KEYS to the folder that holds the keys, or restore them from their backup"
            raise StoreFormatError(f"the key {self.folder / name} cannot be read ({error.strerror}); {hint}.") from None


def write_durably(path: Path, data: bytes) -> None:
    """Write a small private file so that it is there whole or not at all, and survives a power cut."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's own entries durable, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
