"""Files and folders that survive a power cut: every change of a folder is made durable in the folder that has it."""

from __future__ import annotations

import os
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20


def make_folders(path: Path) -> None:
    """A private folder, with those above it that are missing; each is durable in the one above. Raises OSError."""
    if path.is_dir():
        return
    make_folders(path.parent)
    try:
        os.mkdir(path, 0o700)  # noqa: PTH102
    except FileExistsError:
        if not path.is_dir():
            raise
    try:
        sync_folder(path.parent)
    except OSError:
        os.rmdir(path)  # noqa: PTH106  # so that it is made again, and not taken for durable
        raise


def write_durably(path: Path, data: bytes) -> None:
    """Write a small private file so that it is there whole or not at all, and survives a power cut."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(temporary, path)  # noqa: PTH105
    sync_folder(path.parent)


def make_private(path: Path) -> None:
    """An empty file for its owner only, durable in its folder; one that is there is left alone. Raises OSError."""
    if path.exists():
        return
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | _BINARY, 0o600))
    sync_folder(path.parent)


def write_again(path: Path) -> None:
    """Write a file's bytes over themselves and sync them: after a sync that failed this is what makes them durable.

    Linux marks pages whose write failed as clean, so that a second sync would succeed and write nothing. A file that
    is not there is left alone. Raises OSError.
    """
    try:
        handle = os.open(path, os.O_RDWR | _BINARY)
    except FileNotFoundError:
        return
    try:
        at = 0
        while piece := _piece_at(handle, at):
            os.lseek(handle, at, os.SEEK_SET)
            _write_all(handle, piece)
            at += len(piece)
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a folder's own entries durable, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _piece_at(handle: int, at: int) -> bytes:
    os.lseek(handle, at, os.SEEK_SET)
    return os.read(handle, _PIECE)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
