"""The store: whether it can be opened and trusted, and whether its keys lie where they should."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, is_open_to_others, standing
from devicelog.errors import DevicelogError
from devicelog.store.beside.client import is_served
from devicelog.store.database import SOUND_SQLITE
from devicelog.store.folder import Lock, open_folder
from devicelog.store.keys import Keys
from devicelog.store.reader import Reader
from devicelog.witness import keeper

#: What a SQLite file begins with that is not encrypted (SQLite file format, section 1.2).
_PLAIN = b"SQLite format 3\0"
#: What a store keeps in SQLite, by what people call it.
_DATABASES = {"the database": "devicelog.db", "the database of the accounts": "accounts.db"}
#: Names of key files, which have no place in a store.
_KEY_FILES = ("store.key", "seal.key")


def sqlite(system: System, _: Path) -> Iterator[Finding]:
    """The WAL-reset fault of SQLite 3.7.0 to 3.51.2 can corrupt a database with two connections."""
    version, sound = (".".join(map(str, numbers)) for numbers in (system.sqlite, SOUND_SQLITE))
    if system.sqlite >= SOUND_SQLITE:
        yield Finding("SQLite", Grade.GOOD, f"version {version}")
    else:
        yield Finding(
            "SQLite", Grade.BAD, f"version {version} can corrupt a store", f"upgrade apsw-sqlite3mc ({sound}+)"
        )


def folder(_system: System, path: Path) -> Iterator[Finding]:
    """Whether the store can be opened and nobody else records into it."""
    if not _exists(path):
        parent = standing(path)
        if os.access(parent, os.W_OK):
            yield Finding("store", Grade.GOOD, f"{path} does not exist yet; the first recording makes it")
        else:
            found, mend = f"{parent} may not be written", "name another --store, or mend its rights"
            yield Finding("store", Grade.BAD, found, mend)
        return
    try:
        with Reader.open(path):
            holder = Lock(path).holder()
    except DevicelogError as error:
        yield _bad("store", error)
        return
    if holder is not None and is_served(path):
        found = f"{path} is in use by process {holder}, a service; commands go through it"
        yield Finding("store", Grade.GOOD, found)
    elif holder is not None:
        mend = "end that recording before the next one, or name another --store"
        yield Finding("store", Grade.CARE, f"{path} is in use by process {holder}", mend)
    elif is_open_to_others(path):
        found = f"other users of this computer may look into {path}"
        yield Finding("store", Grade.CARE, found, f"chmod 700 {path}")
    else:
        yield Finding("store", Grade.GOOD, f"{path} can be opened, and nobody is recording")


def _bad(about: str, error: DevicelogError) -> Finding:
    """What a sentence says, and the mend behind its last semicolon."""
    found, _, mend = str(error).removesuffix(".").rpartition("; ")
    return Finding(about, Grade.BAD, found or mend, mend)


def encryption(_: System, path: Path) -> Iterator[Finding]:
    """Whether the databases are encrypted, going by how their files begin."""
    found = {what: _begins(path / name) for what, name in _DATABASES.items()}
    for what, begins in found.items():
        if begins == _PLAIN:
            mend = "take it off this computer, and record into another --store"
            yield Finding("encryption", Grade.BAD, f"{what} is not encrypted: whoever has the file reads it", mend)
    if any(found.values()) and _PLAIN not in found.values():
        yield Finding("encryption", Grade.GOOD, "the database is encrypted; encrypt the whole disk as well")


def _begins(file: Path) -> bytes:
    """The first bytes of a file; none if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_PLAIN))
    except OSError:
        return b""


def keys(_: System, path: Path) -> Iterator[Finding]:
    """Whether the keys can be used, lie apart from the data, and are closed to others."""
    if not _exists(path):
        return
    try:
        kept = open_folder(path).keys
        kept.store_key()
        kept.seal_key()
    except DevicelogError as error:
        yield Finding("keys", Grade.BAD, str(error), "restore the keys; without them the records are lost")
        return
    faults = [*_beside(kept, path), *_open(kept)]
    yield from faults
    if not faults:
        found = f"{kept.folder}, for this user only"
        yield Finding(
            "keys", Grade.GOOD, f"{found}; keep a copy in a safe place, and no backup with both keys and data"
        )


def _beside(kept: Keys, path: Path) -> Iterator[Finding]:
    """A key beside the data opens whatever copy of the data it is taken along with."""
    apart = "move them, and set DEVICELOG_KEYS to the new place"
    root = kept.folder.parent
    strays = [file for name in _KEY_FILES for file in sorted(path.rglob(name))]
    if kept.folder.resolve().is_relative_to(path.resolve()):
        yield Finding("keys", Grade.BAD, f"{kept.folder} lies inside the store: a copy of it can be read", apart)
    elif strays:
        found = f"a key lies inside the store: {strays[0]}"
        yield Finding("keys", Grade.BAD, found, "move it elsewhere, and out of the backups that have it")
    elif root.resolve().parent == path.resolve().parent:
        found = f"{root} lies beside the store in {path.parent}: one backup would take both"
        yield Finding("keys", Grade.CARE, found, f"{apart}, or leave the keys out of the backup")


def _open(kept: Keys) -> Iterator[Finding]:
    files = [kept.folder, *sorted(kept.folder.rglob("*"))]
    found = [file for file in files if is_open_to_others(file)]
    if found:
        said = f"other users may use {found[0]}" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
        yield Finding("keys", Grade.BAD, said, f"chmod -R go= {kept.folder}")


def _exists(path: Path) -> bool:
    return (path / "store.json").exists()


def witnesses(_: System, path: Path) -> Iterator[Finding]:
    """Whether copies of the seals are outside this computer."""
    if not _exists(path):
        return
    try:
        reader = Reader.open(path)
    except DevicelogError:
        return  # said by the check of the store
    try:
        with reader:
            known = keeper.standing(reader)
    except DevicelogError as error:
        yield _bad("witness", error)
        return
    for one in known:
        name = f"the witness {one.path}"
        if one.fault is not None:
            yield Finding("witness", Grade.CARE, f"{name} is not there", "plug its medium in; it catches up by itself")
        elif one.reaches != one.of:
            found = f"{name} holds the seals up to {one.reaches}, and the store {one.of}"
            yield Finding("witness", Grade.CARE, found, "run `devicelog witness update`, then `devicelog verify`")
        else:
            yield Finding("witness", Grade.GOOD, f"{name} holds every seal")
    if not known:
        mend = "register a file on another medium with `devicelog witness add`, or keep printed seals"
        yield Finding("witness", Grade.CARE, "no seal is kept outside this computer", mend)
