"""The keys of a store, kept outside its folder: whoever takes the folder, or a backup of it, has nothing to read.

    <keys>/<store id>/store.key        256 random bits, hexadecimal: the encryption of the whole database
    <keys>/<store id>/seal.key         the Ed25519 key that signs seals and exports, PEM
    <keys>/<store id>/seal.key.next    the key that is to follow it, while a change of keys is under way
    <keys>/<store id>/handovers.json   the acts that changed that key, for copies of the store from before them
    <keys>/<store id>/subjects/<id>    256 random bits a subject; deleting the file erases what it sealed

A lost key is a lost record. `DEVICELOG_KEYS` names another place for <keys>.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.acts.keychain import acts_in, told
from devicelog.errors import StoreFormatError
from devicelog.ledger import Seal
from devicelog.store.files import make_folders, sync_folder, write_durably

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BYTES = 32
_NEXT = "seal.key.next"
_HANDOVERS = "handovers.json"


def keys_root() -> Path:
    """Where the keys of all stores are kept."""
    given = os.environ.get("DEVICELOG_KEYS")
    if given:
        return Path(given)
    from platformdirs import user_config_path, user_data_path

    config = user_config_path("devicelog", appauthor=False)
    if config == user_data_path("devicelog", appauthor=False):  # macOS, Windows: there the store would lie around them
        return config.with_name("devicelog-keys")
    return config / "keys"


class Keys:
    """The keys of one store, read from their files when asked for."""

    def __init__(self, store_id: str, root: Path | None = None) -> None:
        self.folder = (root if root is not None else keys_root()) / store_id

    def create(self) -> None:
        """Make the keys that are missing; those that exist stay."""
        make_folders(self.folder / "subjects")
        if not (self.folder / "store.key").exists():
            import secrets

            write_durably(self.folder / "store.key", secrets.token_hex(_BYTES).encode())
        if not (self.folder / "seal.key").exists():
            write_durably(self.folder / "seal.key", _pem(_generated()))

    def store_key(self) -> str:
        """The database's key, hexadecimal; StoreFormatError if it is missing or not a key."""
        text = self._read("store.key").decode("ascii", "replace").strip()
        if len(text) != 2 * _BYTES or not all(c in "0123456789abcdef" for c in text):
            raise StoreFormatError(f"{self.folder / 'store.key'} does not hold 64 hexadecimal digits; restore it.")
        return text

    def seal_key(self) -> Ed25519PrivateKey:
        """The signing key; StoreFormatError if it is missing or not an Ed25519 key."""
        return self._private_key("seal.key")

    def proposed_seal_key(self) -> Ed25519PrivateKey | None:
        """The key of a change of keys that is under way or was cut short; None if there is none."""
        return self._private_key(_NEXT) if (self.folder / _NEXT).exists() else None

    def propose_seal_key(self) -> Ed25519PrivateKey:
        """Make the key that is to follow; it counts once the chain of seals names it."""
        key = _generated()
        write_durably(self.folder / _NEXT, _pem(key))
        return key

    def adopt_seal_key(self) -> None:
        """Put the proposed key in the place of the old one, which is gone then."""
        (self.folder / _NEXT).replace(self.folder / "seal.key")
        sync_folder(self.folder)

    def discard_proposed_seal_key(self) -> None:
        """Forget a proposed key that the chain of seals does not name."""
        (self.folder / _NEXT).unlink(missing_ok=True)

    def handovers(self) -> list[Seal]:
        """The acts that changed the signing key so far; StoreFormatError if they cannot be read."""
        file = self.folder / _HANDOVERS
        try:
            return acts_in(json.loads(self._read(_HANDOVERS))["keys"]) if file.exists() else []
        except (ValueError, LookupError, TypeError):
            hint = "remove it: it is made again when the store is opened to be recorded into"
            raise StoreFormatError(f"{file} does not hold the acts that changed the key; {hint}.") from None

    def keep_handovers(self, acts: Sequence[Seal]) -> None:
        """Keep the acts that changed the signing key beside it."""
        kept = json.dumps({"keys": told(acts)}, indent=2).encode() + b"\n"
        file = self.folder / _HANDOVERS
        if acts and not (file.exists() and file.read_bytes() == kept):
            write_durably(file, kept)

    def subject_key(self, subject: str, *, create: bool = False) -> bytes | None:
        """The key of a subject; None if it was erased."""
        path = self.folder / "subjects" / subject
        if create and not path.exists():
            import secrets

            write_durably(path, secrets.token_bytes(_BYTES))
        return _small(str(path))

    def subject_keys(self, subjects: Iterable[str]) -> Iterator[bytes | None]:
        """The key of each of many subjects, None for one that was erased; without the cost of a path for each."""
        folder = str(self.folder / "subjects")
        return (_small(f"{folder}{os.sep}{subject}") for subject in subjects)

    def erase_subject_key(self, subject: str) -> None:
        """Erase the key of a subject for good; what it sealed cannot be opened any more."""
        (self.folder / "subjects" / subject).unlink(missing_ok=True)
        sync_folder(self.folder / "subjects")

    def _private_key(self, name: str) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(self._read(name), password=None)
        except ValueError as error:
            raise StoreFormatError(f"{self.folder / name} is not a PEM key ({error}); restore it.") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreFormatError(f"{self.folder / name} is not an Ed25519 key; restore it.")
        return key

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            hint = "set DEVICELOG_KEYS to the folder that holds the keys, or restore them from their backup"
            raise StoreFormatError(f"the key {self.folder / name} cannot be read ({error.strerror}); {hint}.") from None


def _small(path: str) -> bytes | None:
    """What a small file holds; None if it is not there."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    try:
        return os.read(handle, 4 * _BYTES)
    finally:
        os.close(handle)


def _generated() -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def _pem(key: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
