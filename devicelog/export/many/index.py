"""export.json over a folder of many exports: which sessions are there, so that a missing one is missed. Signed.

export.json       the sessions, each with its folder and the SHA-256 of its SHA256SUMS; written whole when all are done
export.json.sig   an Ed25519 signature over export.json (64 raw bytes), by the key of the exports, which it names
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog import __version__
from devicelog.errors import BadInputError
from devicelog.export.folder import manifest
from devicelog.ledger import public_bytes
from devicelog.store.files import write_durably

FILE = "export.json"
SIGNATURE = "export.json.sig"
#: Where a run keeps what it is writing; gone at its end.
WORK = ".devicelog-export"
FORMAT = "devicelog exports"
VERSION = 1
#: More than any list of exports (bytes).
_GREATEST = 256 << 20


class Kept(StrEnum):
    """What is in the folder of a session."""

    WHOLE = "whole"
    """Its export, as the session was when the list was written."""
    OLDER = "older"
    """An export of an older state of it, or of other formats: it was kept."""
    FAILED = "failed"
    """Nothing of this run: it could not be exported."""


class Item(msgspec.Struct, frozen=True):
    """One session of the list.

    `of` is a keyed digest of what was exported, by which the owner of the store knows without making it anew that it is
    still the same. `why` says why it failed.
    """

    session: str
    kept: Kept
    state: str | None = None
    entries: int | None = None
    sha256sums: str | None = None
    of: str | None = None
    why: str | None = None

    @property
    def folder(self) -> str:
        """Where its export is, beside the list."""
        return self.session


class Index(msgspec.Struct, frozen=True):
    """The list. `complete`: every session that was asked for is there as it was then. `files` are others beside it."""

    format: str
    version: int
    software: str
    public_key: str
    deidentified: bool
    formats: list[str]
    complete: bool
    sessions: list[Item]
    files: dict[str, str] = {}


def write(
    to: Path,
    items: Sequence[Item],
    key: Ed25519PrivateKey,
    formats: Sequence[str],
    *,
    deidentified: bool,
    files: Mapping[str, str],
) -> None:
    """Write list and signature, each whole or not at all; raises OSError."""
    index = Index(
        format=FORMAT,
        version=VERSION,
        software=f"devicelog {__version__}",
        public_key=public_bytes(key).hex(),
        deidentified=deidentified,
        formats=list(formats),
        complete=all(item.kept is Kept.WHOLE for item in items),
        sessions=sorted(items, key=lambda item: item.session),
        files=dict(sorted(files.items())),
    )
    data = msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n"
    write_durably(to / SIGNATURE, key.sign(data))
    write_durably(to / FILE, data)


def is_in(folder: Path) -> bool:
    """Whether a folder has a list, what is left of one, or a run that has not written it yet."""
    return any((folder / name).exists() for name in (FILE, SIGNATURE, WORK))


def read(folder: Path) -> tuple[Index, bytes]:
    """The list, nothing of it checked, and its bytes.

    Raises BadInputError if it is not one that this devicelog reads, OSError if it is not there.
    """
    with (folder / FILE).open("rb") as file:
        data = file.read(_GREATEST)
    try:
        index = msgspec.json.decode(data, type=Index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInputError(f"{folder / FILE} is no list of exports ({error}); expected what `export` wrote.") from None
    if (index.format, index.version) != (FORMAT, VERSION):
        found = f"{index.format!r} version {index.version}"
        raise BadInputError(f"{folder / FILE} is {found}, expected {FORMAT!r} version {VERSION}.")
    return index, data


def is_as_listed(folder: Path, sums: str | None) -> bool:
    """Whether a folder holds the files on its list and nothing else, all unchanged, and the list is this one."""
    try:
        if sums is None or manifest.digest(folder / manifest.SUMS) != sums:
            return False
        listed = manifest.listed(manifest.read_small(folder / manifest.SUMS))
        found = {path.name for path in folder.iterdir()} - {manifest.SUMS, manifest.SIGNATURE}
        return found == set(listed) and all(manifest.digest(folder / name) == listed[name] for name in listed)
    except (OSError, ValueError):
        return False
