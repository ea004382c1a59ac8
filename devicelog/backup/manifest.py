"""What a backup says of itself: its files, what it holds, and a witness statement of how far the seals had come.

manifest.json   JSON, as `Manifest` has it
manifest.sig    the 64 raw bytes of the installation's Ed25519 signature over manifest.json, as openssl checks it
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from devicelog.errors import BadInputError
from devicelog.ledger import Seal, decode, encode
from devicelog.store.keys import write_durably

FILE = "manifest.json"
SIGNATURE = "manifest.sig"
#: Version of the backup's format.
FORMAT = 1
_GREATEST = 1 << 20


class File(msgspec.Struct, frozen=True):
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


class Witness(msgspec.Struct, frozen=True):
    """The last seal of an installation at one moment, whole, so that it proves itself: whoever holds it sees later
    that the store was set back, cut off or signed anew. `digest` is what the next seal refers to."""

    installation: str
    public_key: str
    seal: int
    digest: str
    wall: str
    body: dict[str, Any]
    signature: str

    @classmethod
    def of(cls, installation: str, public_key: str, seal: Seal) -> Witness:
        """The statement that a seal makes."""
        body = seal.content
        signature = seal.signature.hex()
        return cls(installation, public_key, body["seal"], seal.digest.hex(), body["wall"], body, signature)


class Held(msgspec.Struct, frozen=True):
    """How much a backup holds."""

    sessions: int
    entries: int
    chunks: int
    seals: int


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself. `holds` is what verifying it found; `running`: sessions that had not ended."""

    backup: int
    made: str
    software: str
    installation: str
    public_key: str
    files: list[File]
    held: Held
    running: list[str]
    holds: bool
    faults: list[str]
    witness: Witness | None

    @property
    def seal(self) -> int:
        """The number of the last seal inside; 0 if there is none."""
        return self.witness.seal if self.witness is not None else 0


def write(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> None:
    """Write manifest and signature into a backup's folder."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    write_durably(folder / FILE, data)
    write_durably(folder / SIGNATURE, key.sign(data))


def read(folder: Path) -> Manifest:
    """The manifest of a backup, its signature not yet checked; BadInputError if the folder holds no backup."""
    file = folder / FILE
    try:
        data = _read_small(file)
    except (FileNotFoundError, NotADirectoryError):
        raise BadInputError(
            f"{folder} is not a backup: it holds no {FILE}; name one that `devicelog backup` finished."
        ) from None
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); check the medium.") from None
    try:
        manifest = _manifest_of(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInputError(f"{file} is damaged; expected what `devicelog backup` wrote: use another backup.") from None
    if manifest.backup > FORMAT:
        raise BadInputError(f"{folder} is a backup of format {manifest.backup}; use a newer devicelog.")
    return manifest


_manifest_of = msgspec.json.Decoder(Manifest).decode


def is_signed(folder: Path, public_key: str) -> bool:
    """Whether the owner of the key (hexadecimal) signed the manifest in a folder."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(_read_small(folder / SIGNATURE), _read_small(folder / FILE))
    except (OSError, InvalidSignature, ValueError):
        return False
    return True


def witness_holds(witness: Witness) -> bool:
    """Whether a witness statement is what its own seal says, signed by the key that it names."""
    seal = Seal(encode(witness.body), bytes.fromhex(witness.signature))
    content = decode(seal.body)
    return (
        seal.is_signed_by(bytes.fromhex(witness.public_key))
        and seal.digest.hex() == witness.digest
        and (content.get("seal"), content.get("installation")) == (witness.seal, witness.installation)
    )


def backups_in(folder: Path, installation: str, public_key: str) -> Iterator[tuple[Path, Manifest]]:
    """The finished backups of an installation in a folder, oldest first; what it did not sign is passed over."""
    found = []
    for path in folder.iterdir():
        try:
            manifest = read(path)
        except BadInputError:
            continue
        if manifest.installation == installation and is_signed(path, public_key):
            found.append((path, manifest))
    yield from sorted(found, key=lambda pair: (pair[1].made, pair[0].name))


def _read_small(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_GREATEST)
