"""SHA256SUMS over every file of an export, and a detached Ed25519 signature over it that openssl can check.

SHA256SUMS       `<64 hexadecimal digits>  <file>` a line, as sha256sum writes it, sorted by name
SHA256SUMS.sig   the 64 raw bytes of the signature over SHA256SUMS
public_key.pem   the key to check it with; itself on the list
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PUBLIC_KEY = "public_key.pem"
#: What cannot stand on the list: the list itself, and its signature.
UNLISTED = (SUMS, SIGNATURE)

#: More than any list of an export that devicelog writes (bytes).
_GREATEST = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9_.-]*)\n")


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    """Write public key, list and signature for what is in the folder."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / PUBLIC_KEY).write_bytes(pem)
    sums = text({path.name: digest(path) for path in folder.iterdir()})
    (folder / SUMS).write_bytes(sums)
    (folder / SIGNATURE).write_bytes(key.sign(sums))


def text(digests: Mapping[str, str]) -> bytes:
    """The list of these digests by file name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii", "replace")


def digest(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    running = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 16):
            running.update(piece)
    return running.hexdigest()


def listed(sums: bytes) -> dict[str, str]:
    """The digests on a list by file name; ValueError if it is not one that devicelog wrote."""
    found: dict[str, str] = {}
    for number, line in enumerate(sums.decode("ascii").splitlines(keepends=True), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found or match[2] in UNLISTED:
            raise ValueError(f"line {number} is not `<sha256>  <file>`")
        found[match[2]] = match[1]
    return found


def public_key(pem: bytes) -> bytes:
    """The 32 bytes of a public key; ValueError if it is not an Ed25519 key in PEM."""
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError(f"not an Ed25519 key ({error})") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key.public_bytes_raw()


def is_signed(sums: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the key's owner signed this list."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, sums)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_small(path: Path) -> bytes:
    """A file that is small by nature; ValueError if it is not."""
    with path.open("rb") as file:
        data = file.read(_GREATEST + 1)
    if len(data) > _GREATEST:
        raise ValueError("it is too long")
    return data
