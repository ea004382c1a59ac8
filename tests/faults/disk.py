"""A disk under the store that can be watched and made to fail: all that the store writes passes a hook first.

SQLite's part goes through a VFS of our own below the one that encrypts, so that what is seen are the bytes of the
files; the part that devicelog writes itself (keys, folders, descriptions) through a stand-in for `os`.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from devicelog.store import files


class Op(StrEnum):
    """What can happen to a disk."""

    CREATE = "create"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    RENAME = "rename"
    DELETE = "delete"
    MAKE_FOLDER = "make folder"
    SYNC_FOLDER = "sync folder"


@dataclass(frozen=True, slots=True)
class Call:
    """One change of the disk; `offset` is also the size that a truncation leaves, `to` the new name of a rename."""

    op: Op
    path: Path
    offset: int = 0
    data: bytes = b""
    to: Path | None = None


#: Told of each call before it happens; raises OSError (EIO, ENOSPC) to let it fail.
Hook = Callable[[Call], None]

_numbers = count(1)
#: What SQLite is told when a call fails.
_CODES = {
    Op.CREATE: apsw.SQLITE_CANTOPEN,
    Op.WRITE: apsw.SQLITE_IOERR_WRITE,
    Op.TRUNCATE: apsw.SQLITE_IOERR_TRUNCATE,
    Op.SYNC: apsw.SQLITE_IOERR_FSYNC,
    Op.DELETE: apsw.SQLITE_IOERR_DELETE,
}


@contextlib.contextmanager
def watched(hook: Hook) -> Iterator[None]:
    """All that the store writes meanwhile passes the hook."""
    name = f"watched-{next(_numbers)}"
    vfs = _Vfs(name, hook)
    connection = apsw.Connection

    def opened(path: str, flags: int) -> apsw.Connection:
        return connection(path, flags=flags, vfs=f"multipleciphers-{name}")

    with mock.patch.object(apsw, "Connection", opened), mock.patch.object(files, "os", _Os(hook)):
        yield
    vfs.unregister()


class _Vfs(apsw.VFS):
    """The system's own VFS with the hook in front."""

    def __init__(self, name: str, hook: Hook) -> None:
        super().__init__(name, "unix")
        self._hook = hook

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        assert isinstance(name, apsw.URIFilename | str)
        path = Path(name if isinstance(name, str) else name.filename())
        if flags[0] & apsw.SQLITE_OPEN_CREATE and not path.exists():
            _told(self._hook, Call(Op.CREATE, path))
        return _File(self._hook, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        _told(self._hook, Call(Op.DELETE, Path(filename)))
        super().xDelete(filename, syncdir)
        if syncdir:
            _told(self._hook, Call(Op.SYNC_FOLDER, Path(filename).parent))


class _File(apsw.VFSFile):
    def __init__(self, hook: Hook, path: Path, name: str | apsw.URIFilename, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._hook = hook
        self._path = path
        # SQLite's unix VFS syncs the folder with the first sync of a log or journal that it may have made (os_unix.c).
        made = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL
        self._syncs_folder = bool(flags[0] & made and flags[0] & apsw.SQLITE_OPEN_CREATE)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        _told(self._hook, Call(Op.WRITE, self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        _told(self._hook, Call(Op.TRUNCATE, self._path, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        _told(self._hook, Call(Op.SYNC, self._path))
        super().xSync(flags)
        if self._syncs_folder:
            self._hook(Call(Op.SYNC_FOLDER, self._path.parent))
            self._syncs_folder = False


def _told(hook: Hook, call: Call) -> None:
    """Let the hook know; what it raises becomes an error of SQLite."""
    try:
        hook(call)
    except OSError as error:
        full = error.errno == errno.ENOSPC and call.op is Op.WRITE
        raise apsw.exception_for(apsw.SQLITE_FULL if full else _CODES[call.op]) from None


class _Os:
    """`os` for `devicelog.store.files`, with the hook in front of each change."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._open: dict[int, Path] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        existed = path.exists()
        if flags & os.O_CREAT and not existed:
            self._hook(Call(Op.CREATE, path))
        if flags & os.O_TRUNC and existed:
            self._hook(Call(Op.TRUNCATE, path, 0))
        handle = os.open(path, flags, mode)
        self._open[handle] = path
        return handle

    def write(self, handle: int, data: bytes) -> int:
        offset = os.lseek(handle, 0, os.SEEK_CUR)
        self._hook(Call(Op.WRITE, self._open[handle], offset, data))
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        path = self._open[handle]
        self._hook(Call(Op.SYNC_FOLDER if path.is_dir() else Op.SYNC, path))
        os.fsync(handle)

    def mkdir(self, path: Path, mode: int) -> None:
        self._hook(Call(Op.MAKE_FOLDER, path))
        path.mkdir(mode)

    def replace(self, path: Path, to: Path) -> None:
        self._hook(Call(Op.RENAME, path, to=to))
        path.replace(to)
