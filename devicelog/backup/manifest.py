"""What a backup says of itself: its files, what it holds, and how far the seals had come.

manifest.json   JSON, as `Manifest` has it
manifest.sig    the 64 raw bytes of the installation's Ed25519 signature over manifest.json, as openssl checks it
seals.witness   the last seals of that moment, as a witness file has them
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from devicelog.acts.keychain import KeyChain, acts_in
from devicelog.errors import BadInputError
from devicelog.store.files import write_durably

FILE = "manifest.json"
SIGNATURE = "manifest.sig"
#: What `verify --witness` takes; it stays with the backup.
WITNESS = "seals.witness"
#: Version of the backup's format.
FORMAT = 1
_GREATEST = 1 << 20


class File(msgspec.Struct, frozen=True):
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


class Held(msgspec.Struct, frozen=True):
    """How much a backup holds."""

    sessions: int
    entries: int
    chunks: int
    seals: int


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself. `holds` is what verifying it found; `running`: sessions that had not ended.

    `public_key` is the first key of the installation, `keys` are the acts that lead from it to the one that signs.
    `seal`, `digest` and `seal_text` are of the last seal inside: 0 and null if nothing was sealed yet.
    """

    backup: int
    made: str
    software: str
    installation: str
    public_key: str
    keys: list[dict[str, Any]]
    files: list[File]
    held: Held
    running: list[str]
    holds: bool
    faults: list[str]
    seal: int
    digest: str | None
    seal_text: str | None

    @property
    def keychain(self) -> KeyChain:
        """The keys of the installation when it was made; ValueError if it does not tell them."""
        return KeyChain(self.installation, bytes.fromhex(self.public_key)).continued(acts_in(self.keys))


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


def is_signed(folder: Path, manifest: Manifest) -> bool:
    """Whether the installation that the manifest in a folder names signed it."""
    try:
        key = Ed25519PublicKey.from_public_bytes(manifest.keychain.current)
        key.verify(_read_small(folder / SIGNATURE), _read_small(folder / FILE))
    except (OSError, InvalidSignature, ValueError):
        return False
    return True


def backups_in(folder: Path, installation: str, public_key: str) -> Iterator[tuple[Path, Manifest]]:
    """The finished backups of an installation in a folder, oldest first; what it did not sign is passed over."""
    found = []
    for path in folder.iterdir():
        try:
            manifest = read(path)
        except BadInputError:
            continue
        if (manifest.installation, manifest.public_key) == (installation, public_key) and is_signed(path, manifest):
            found.append((path, manifest))
    yield from sorted(found, key=lambda pair: (pair[1].made, pair[0].name))


def _read_small(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_GREATEST)
