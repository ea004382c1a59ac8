"""Which store a damaged folder is, and with which keys it opens."""

from __future__ import annotations

import json
import re
from pathlib import Path

from devicelog.acts.keychain import act_of
from devicelog.errors import StoreFormatError
from devicelog.ledger import public_bytes
from devicelog.store.database import PAGE_SIZE
from devicelog.store.folder import Folder
from devicelog.store.keys import Keys, keys_root
from devicelog.store.pages import opened

#: What a store consists of; one that is damaged has something of it left.
_FILES = ("devicelog.db", "devicelog.db-wal", "store.json")


def check_holds_store(path: Path) -> None:
    """StoreFormatError for a place where nothing of a store is left."""
    if not any((path / name).exists() for name in _FILES):
        expected = f"expected a folder with {' or '.join(_FILES)}"
        raise StoreFormatError(f"{path} holds no store, {expected}; name the folder of the damaged store.")


def recognised(store: Path) -> Folder:
    """Which store a folder is; without a description that can be read, the one whose key opens a page of it."""
    file = store / "devicelog.db"
    try:
        described = json.loads((store / "store.json").read_bytes())
        keys = Keys(str(described["id"]))
        if re.fullmatch(r"[\w-]+", str(described["id"])) and (keys.folder / "store.key").exists():
            return Folder(store, str(described["id"]), _first_key(keys))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    for folder in sorted(keys_root().glob("store-*")):
        keys = Keys(folder.name)
        try:
            if _opens(bytes.fromhex(keys.store_key()), file):
                return Folder(store, folder.name, _first_key(keys))
        except StoreFormatError:
            continue
        except OSError as error:
            raise StoreFormatError(f"{file} cannot be read ({error.strerror}); name the folder of a store.") from None
    raise StoreFormatError(
        f"no key in {keys_root()} opens {store}; put the keys of the store there, or DEVICELOG_KEYS."
    )


def _first_key(keys: Keys) -> str:
    """The public key that the installation began with, hexadecimal: the keys are believed before a damaged store."""
    first = next((act_of(signed) for signed in keys.handovers()), None)
    return first.public_key if first is not None else public_bytes(keys.seal_key()).hex()


def _opens(key: bytes, file: Path) -> bool:
    """Whether any page of a file is encrypted with this key."""
    with file.open("rb") as read:
        number = 0
        while page := read.read(PAGE_SIZE):
            number += 1
            if opened(key, number, page) is not None:
                return True
    return False
