"""A copy of a store's keys in one file under a passphrase, to be kept apart from every backup.

The file is JSON: `devicelog_keys` (version of this format), `installation`, `made`, `kdf` (scrypt, RFC 7914: `salt`,
`n`, `r`, `p`), `nonce` and `sealed`: AES-256-GCM over the JSON of the keys by file name, base64, with the rest of the
file as associated data. All bytes are in hexadecimal. Without the passphrase nothing of it opens.
"""

from __future__ import annotations

import base64
import errno
import json
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from devicelog import clock
from devicelog.errors import BadInputError
from devicelog.store.aside import looking_at
from devicelog.store.files import make_folders, write_durably
from devicelog.store.folder import disk_error
from devicelog.store.keys import Keys

VERSION = 1
#: Characters of the shortest passphrase that is taken.
SHORTEST = 12
#: scrypt with 128 MiB, the first choice of the OWASP Password Storage Cheat Sheet.
_N, _R, _P = 1 << 17, 8, 1
#: More than this is asked for by no file that devicelog wrote; it would take the memory of the computer.
_GREATEST_N = 1 << 20
#: Without these nothing can be read or signed; where others are, they belong to another store or another time.
_NEEDED = ("store.key", "seal.key")
#: What else is kept beside them, if it is there.
_MORE = ("seal.key.next", "handovers.json", "witnesses.json")
_SUBJECT = re.compile(r"subjects/(subject-[0-9a-f]{16})")


def check_passphrase(passphrase: str) -> str:
    """The passphrase; BadInputError for one that is too short to protect a key."""
    if len(passphrase) < SHORTEST:
        raise BadInputError(
            f"the passphrase has {len(passphrase)} characters, expected {SHORTEST} or more; several words are good."
        )
    return passphrase


def write_keys(keys: Keys, store_id: str, file: Path, passphrase: str) -> int:
    """Write all keys of a store to a new file; how many subjects' keys are among them.

    Raises BadInputError, also where no file can be made, NotNowError or StoreFullError.
    """
    with looking_at(file):
        is_there = file.exists()
    if is_there:
        raise BadInputError(f"{file} exists already; name a new file for the keys.")
    check_passphrase(passphrase)
    subjects = sorted(f"subjects/{path.name}" for path in (keys.folder / "subjects").glob("subject-*"))
    subjects = [name for name in subjects if _SUBJECT.fullmatch(name)]
    names = [*_NEEDED, *(name for name in _MORE if (keys.folder / name).exists()), *subjects]
    keys.store_key(), keys.seal_key()  # neither may be missing from a copy
    try:
        kept = {name: base64.b64encode((keys.folder / name).read_bytes()).decode() for name in names}
    except OSError as error:
        raise disk_error(error, keys.folder) from None
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = {
        "devicelog_keys": VERSION,
        "installation": store_id,
        "made": clock.utc(clock.now().wall_ns),
        "kdf": {"name": "scrypt", "salt": salt.hex(), "n": _N, "r": _R, "p": _P},
        "nonce": nonce.hex(),
    }
    sealed = AESGCM(_derived(passphrase, salt, _N, _R, _P)).encrypt(nonce, json.dumps(kept).encode(), _bound(head))
    _write(file, json.dumps(head | {"sealed": sealed.hex()}, indent=2).encode() + b"\n")
    return len(subjects)


def _write(file: Path, data: bytes) -> None:
    try:
        write_durably(file, data)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_error(error, file.parent) from None
        what = f"{file} cannot be written ({error.strerror})"
        raise BadInputError(f"{what}; give a file in a folder that exists.") from None


def read_keys(file: Path, passphrase: str) -> tuple[str, dict[str, bytes]]:
    """The store's id and its keys by file name; BadInputError if the file or the passphrase is not the right one."""
    wrong = f"{file} is not a file of keys, or it was changed; expected one that `devicelog backup --with-keys` wrote."
    try:
        head = json.loads(file.read_bytes())
        sealed = bytes.fromhex(head.pop("sealed"))
        kdf, nonce = head["kdf"], bytes.fromhex(head["nonce"])
        salt, n, r, p = bytes.fromhex(kdf["salt"]), int(kdf["n"]), int(kdf["r"]), int(kdf["p"])
        if head["devicelog_keys"] != VERSION or kdf["name"] != "scrypt" or n > _GREATEST_N or r * p > 64:
            raise ValueError
        derived = _derived(passphrase, salt, n, r, p)
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); name the file that holds the keys.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInputError(wrong) from None
    try:
        kept = json.loads(AESGCM(derived).decrypt(nonce, sealed, _bound(head)))
    except InvalidTag:
        raise BadInputError(f"the passphrase does not open {file}, or the file was changed; try again.") from None
    except ValueError:
        raise BadInputError(wrong) from None
    return str(head["installation"]), {name: base64.b64decode(kept[name]) for name in kept if _is_kept(name)}


def check_install(kept: Mapping[str, bytes], keys: Keys) -> None:
    """BadInputError if another key is where one of these is to be put; nothing is changed."""
    for name in _NEEDED:
        file = keys.folder / name
        if name in kept and file.exists() and file.read_bytes() != kept[name]:
            raise BadInputError(f"{file} is there already and is another key; move it away first.")


def install_keys(kept: Mapping[str, bytes], keys: Keys, erased: Collection[str] = ()) -> int:
    """Put keys in their place; how many subjects' keys were left out.

    A key that is there stays; BadInputError if it is another one. The key of a subject who was erased is never put
    back, and those of others only where there were no keys of this store at all: beside others, one that is missing
    may be that of a person who was erased after the store was copied.
    """
    check_install(kept, keys)
    fresh = not (keys.folder / "store.key").exists()
    make_folders(keys.folder / "subjects")
    left_out = 0
    for name, data in kept.items():
        file = keys.folder / name
        subject = _SUBJECT.fullmatch(name)
        if file.exists():
            continue
        if subject is None or (fresh and subject[1] not in erased):
            write_durably(file, data)
        else:
            left_out += 1
    return left_out


def _is_kept(name: str) -> bool:
    return name in (*_NEEDED, *_MORE) or _SUBJECT.fullmatch(name) is not None


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _bound(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()
