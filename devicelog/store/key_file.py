"""A copy of a store's keys in one file under a passphrase, to be kept apart from every backup.

The file is JSON: `devicelog_keys` (version of this format), `installation`, `made`, `kdf` (scrypt, RFC 7914: `salt`,
`n`, `r`, `p`), `nonce` and `sealed`: AES-256-GCM over the JSON of the keys by file name, base64, with the rest of the
file as associated data. All bytes are in hexadecimal. Without the passphrase nothing of it opens.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from devicelog import clock
from devicelog.errors import BadInputError
from devicelog.store.folder import disk_error
from devicelog.store.keys import Keys, write_durably

VERSION = 1
#: Characters of the shortest passphrase that is taken.
SHORTEST = 12
#: scrypt with 128 MiB, the first choice of the OWASP Password Storage Cheat Sheet.
_N, _R, _P = 1 << 17, 8, 1
#: More than this is asked for by no file that devicelog wrote; it would take the memory of the computer.
_GREATEST_N = 1 << 20
_NAME = re.compile(r"store\.key|seal\.key|subjects/subject-[0-9a-f]{16}")


def check_passphrase(passphrase: str) -> str:
    """The passphrase; BadInputError for one that is too short to protect a key."""
    if len(passphrase) < SHORTEST:
        raise BadInputError(
            f"the passphrase has {len(passphrase)} characters, expected {SHORTEST} or more; several words are good."
        )
    return passphrase


def write_keys(keys: Keys, store_id: str, file: Path, passphrase: str) -> int:
    """Write all keys of a store to a new file; how many. Raises BadInputError, NotNowError or StoreFullError."""
    if file.exists():
        raise BadInputError(f"{file} exists already; name a new file for the keys.")
    check_passphrase(passphrase)
    names = ["store.key", "seal.key"]
    names += sorted(f"subjects/{path.name}" for path in (keys.folder / "subjects").glob("subject-*"))
    names = [name for name in names if _NAME.fullmatch(name)]
    keys.store_key(), keys.seal_key()  # neither may be missing from a copy
    try:
        kept = {name: base64.b64encode((keys.folder / name).read_bytes()).decode() for name in names}
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        head = {
            "devicelog_keys": VERSION,
            "installation": store_id,
            "made": clock.utc(clock.now().wall_ns),
            "kdf": {"name": "scrypt", "salt": salt.hex(), "n": _N, "r": _R, "p": _P},
            "nonce": nonce.hex(),
        }
        sealed = AESGCM(_derived(passphrase, salt, _N, _R, _P)).encrypt(nonce, json.dumps(kept).encode(), _bound(head))
        write_durably(file, json.dumps(head | {"sealed": sealed.hex()}, indent=2).encode() + b"\n")
    except OSError as error:
        raise disk_error(error, file.parent) from None
    return len(names)


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
    return str(head["installation"]), {name: base64.b64decode(kept[name]) for name in kept if _NAME.fullmatch(name)}


def install_keys(kept: Mapping[str, bytes], keys: Keys) -> int:
    """Put keys in their place; how many subjects' keys were left out.

    A key that is there stays; BadInputError if it is another one. Subjects' keys are put back only where there were no
    keys of this store at all: beside others, one that is missing may be that of a person who was erased.
    """
    fresh = not (keys.folder / "store.key").exists()
    (keys.folder / "subjects").mkdir(mode=0o700, parents=True, exist_ok=True)
    left_out = 0
    for name, data in kept.items():
        file = keys.folder / name
        if file.exists():
            if not name.startswith("subjects/") and file.read_bytes() != data:
                raise BadInputError(f"{file} is there already and is another key; move it away first.")
        elif fresh or not name.startswith("subjects/"):
            write_durably(file, data)
        else:
            left_out += 1
    return left_out


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _bound(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()
