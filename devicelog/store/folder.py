"""The folder of a store: where it is, what it is called, and the lock that makes its writer the only one."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError, StoreFullError
from devicelog.store.files import make_folders, write_durably
from devicelog.store.keys import Keys
from devicelog.store.schema import VERSION

#: A recording is not begun with less room than this on the disk (bytes).
LEAST_ROOM = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """A store's folder and its name, which is also the name under which its keys are kept."""

    path: Path
    id: str
    public_key: str
    keys_in: Path | None = None
    """Where its keys are while they are not yet in the usual place."""

    @property
    def database(self) -> Path:
        """The file with all that is recorded."""
        return self.path / "devicelog.db"

    @property
    def log(self) -> Path:
        """SQLite's write-ahead log beside it: the newest part of what is recorded."""
        return self.path / "devicelog.db-wal"

    @property
    def keys(self) -> Keys:
        """The keys of this store, kept elsewhere."""
        return Keys(self.id, self.keys_in)


def default_store() -> Path:
    """The platform's data folder."""
    from platformdirs import user_data_path

    return user_data_path("devicelog", appauthor=False)


def open_folder(path: Path) -> Folder:
    """The folder of an existing store; StoreFormatError if there is none or its description cannot be used."""
    file = path / "store.json"
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreFormatError(
            f"{path} holds no store; record a session there first, or name another --store."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreFormatError(f"{file} cannot be read ({error}); restore it from a backup.") from None
    if not isinstance(described, dict) or not isinstance(described.get("version"), int):
        raise StoreFormatError(f"{file} does not describe a store; restore it from a backup.")
    if described["version"] > VERSION:
        found = f"{path} is a store of version {described['version']}"
        raise StoreFormatError(f"{found}, and this devicelog reads up to {VERSION}; use a newer devicelog.")
    if not isinstance(described.get("id"), str) or not _is_key(described.get("public_key")):
        raise StoreFormatError(f"{file} lacks the store's id or public key; restore it from a backup.")
    return Folder(path, described["id"], described["public_key"])


def _is_key(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{64}", text) is not None


def make_folder(path: Path) -> None:
    """An empty folder for a store, if there is none yet."""
    try:
        make_folders(path)
    except OSError as error:
        raise disk_error(error, path) from None


def create_folder(path: Path) -> Folder:
    """The folder of a store, described and given fresh keys if it is not a store yet; for the one who has the lock.

    The description comes after the keys and before the database: a folder without one is simply begun again, and a
    database without one has lost it.
    """
    if (path / "store.json").exists():
        return open_folder(path)
    if (path / "devicelog.db").exists():
        found = f"{path} holds a database and no store.json, which says which keys are its"
        raise StoreFormatError(f"{found}; restore store.json from a backup, or name another --store.")
    try:
        import secrets

        store_id = f"store-{secrets.token_hex(8)}"
        keys = Keys(store_id)
        keys.create()
        public_key = keys.seal_key().public_key().public_bytes_raw().hex()
        described = {"version": VERSION, "id": store_id, "public_key": public_key}
        write_durably(path / "store.json", json.dumps(described, indent=2).encode() + b"\n")
    except OSError as error:
        raise disk_error(error, path) from None
    return Folder(path, store_id, public_key)


def disk_error(error: OSError, path: Path) -> StoreFullError | NotNowError:
    """What the user is told of an error of the file system under a store or its keys."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFullError(f"the disk of {error.filename or path} is full; make room and try again.")
    what = f"{error.filename or path} cannot be used ({error.strerror})"
    return NotNowError(f"the store {path} cannot be opened: {what}; check its path and permissions.")


def check_room(path: Path, least: int = LEAST_ROOM) -> None:
    """Refuse to begin a recording that the disk may not hold; raises StoreFullError."""
    import shutil

    free = shutil.disk_usage(path).free
    if free < least:
        found = f"the disk of {path} has {free // 1_000_000} MB left"
        raise StoreFullError(f"{found}, and a recording is not begun below {least // 1_000_000} MB; make room.")


class Lock:
    """Held by the one process that writes; freed by the system when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path / "lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; StoreBusyError names the holder."""
        try:
            self._path.touch(mode=0o600)
            file = self._path.open("a+", encoding="ascii", errors="replace")
        except OSError as error:
            raise disk_error(error, self._path.parent) from None
        if not lock_file(file):
            found = f"the store {self._path.parent} is in use by process {_written(file)}"
            file.close()
            raise StoreBusyError(f"{found}; end that recording first, or name another --store.")
        self._file = file
        with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()

    def holder(self) -> str | None:
        """The process that has the lock, None if nobody has it; looks only: writes nothing and holds nothing."""
        try:
            with self._path.open(encoding="ascii", errors="replace") as file:
                return None if lock_file(file, shared=True) else _written(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk_error(error, self._path.parent) from None

    def release(self) -> None:
        """Give the lock back, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _written(file: IO[str]) -> str:
    """The process number that the holder has written."""
    file.seek(0)
    return file.read().strip() or "unknown"


def lock_file(file: IO[Any], *, shared: bool = False) -> bool:
    """Take the system's lock on an open file, without waiting; whether it was free."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(file)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_on_windows(file: IO[Any]) -> bool:
    import msvcrt

    # Far behind the text, so that the holder's number can still be read by others.
    file.seek(1 << 20)
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True
