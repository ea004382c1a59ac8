"""A disk of which every change is written down, in order, by all processes that work on it: what `crash.Disk` plays.

Besides what passes `watched` (SQLite, keys, descriptions) these are the log of accesses, backups, and what pathlib
makes, renames and removes. Left out is what holds nothing that counts: locks, sockets, the room that is kept on the
disk, the rooms of exports, and SQLite's index of its log.

Each change is one line of JSON, `[op, path, offset, to, bytes]`, and as many bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Self
from unittest import mock

from devicelog.store import access, aside, database
from tests.faults.disk import Call, Hook, Op, watched

#: The environment variables that name the file, and the folder above all that is written down.
FILE, ROOT = "TOLD_DISK", "TOLD_ROOT"
_UNTIL_THE_END = ExitStack()


def be() -> None:
    """Let this process write down what it changes (`first` of tests/end_to_end/warm.py)."""
    _UNTIL_THE_END.enter_context(told(Path(os.environ[FILE]), Path(os.environ[ROOT])))


@contextmanager
def told(file: Path, root: Path) -> Iterator[None]:
    """All that this process changes meanwhile under a folder is added to the file, before it happens."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def hook(call: Call) -> None:
        if call.path.is_relative_to(root):
            os.write(handle, _encoded(call))

    with watched(hook), _paths(hook), _folders(hook), _accesses(hook):
        yield
    os.close(handle)


def calls(file: Path) -> Iterator[tuple[int, Call]]:
    """The changes, each with how far the file goes when it stands in it (bytes)."""
    with file.open("rb") as lines:
        for line in lines:
            op, path, offset, to, length = json.loads(line)
            data = lines.read(length)
            yield lines.tell(), Call(Op(op), Path(path), offset, data, Path(to) if to is not None else None)


def _encoded(call: Call) -> bytes:
    to = str(call.to) if call.to is not None else None
    return json.dumps([call.op, str(call.path), call.offset, to, len(call.data)]).encode() + b"\n" + call.data


# -- what `watched` does not see -----------------------------------------------------------------------------------


@contextmanager
def _paths(hook: Hook) -> Iterator[None]:
    """Folders that pathlib makes, and what it renames and removes."""
    mkdir, rename, replace, unlink = Path.mkdir, Path.rename, Path.replace, Path.unlink

    def made(self: Path, *words: Any, **more: Any) -> None:
        if not self.exists():
            hook(Call(Op.MAKE_FOLDER, self))
        mkdir(self, *words, **more)

    def moved(move: Callable[[Path, Any], Path]) -> Callable[[Path, Any], Path]:
        def renamed(self: Path, to: Any) -> Path:
            hook(Call(Op.RENAME, self, to=Path(to)))
            return move(self, to)

        return renamed

    def removed(self: Path, *words: Any, **more: Any) -> None:
        if self.exists():
            hook(Call(Op.DELETE, self))
        unlink(self, *words, **more)

    with (
        mock.patch.object(Path, "mkdir", made),
        mock.patch.object(Path, "rename", moved(rename)),
        mock.patch.object(Path, "replace", moved(replace)),
        mock.patch.object(Path, "unlink", removed),
    ):
        yield


@contextmanager
def _folders(hook: Hook) -> Iterator[None]:
    """Databases as they are made, and what is copied into folders that are there whole or not at all: backups."""
    with mock.patch.object(database, "os", _Os(hook)), mock.patch.object(aside, "os", _Os(hook)):
        yield


@contextmanager
def _accesses(hook: Hook) -> Iterator[None]:
    """The log of accesses."""
    write = access._write

    def written(file: IO[bytes], line: bytes) -> None:
        path = Path(file.name)
        hook(Call(Op.TRUNCATE, path, file.tell()))
        hook(Call(Op.WRITE, path, file.tell(), line))
        write(file, line)

    with mock.patch.object(access, "_write", written), mock.patch.object(access, "os", _Os(hook)):
        yield


class _Os:
    """`os` for what opens files by itself: what it makes, writes through `fdopen` and synchronises is told."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and not path.exists():
            self._hook(Call(Op.CREATE, path))
        return os.open(path, flags, mode)

    def fdopen(self, handle: int, mode: str) -> _Written:
        return _Written(os.fdopen(handle, mode), _path_of(handle), self._hook)

    def fsync(self, handle: int) -> None:
        self._hook(Call(Op.SYNC, _path_of(handle)))
        os.fsync(handle)


class _Written:
    """A file that is written from its beginning."""

    def __init__(self, file: IO[bytes], path: Path, hook: Hook) -> None:
        self._file, self._path, self._hook = file, path, hook

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        self._hook(Call(Op.WRITE, self._path, self._file.tell(), bytes(data)))
        return self._file.write(data)


def _path_of(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()
