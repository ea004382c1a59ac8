"""Folders that are there whole and durable, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from devicelog.errors import BadInputError, NotNowError, StoreBusyError, StoreFullError
from devicelog.store.files import make_folders, sync_folder
from devicelog.store.folder import Lock

#: What is not finished is kept in this folder of the one it is made for; its lock says that somebody is at it.
#: Whoever comes next removes what is in it, hence a name that no other program uses.
UNFINISHED = ".devicelog-unfinished"
#: A folder with one of these is a store, or a backup of one, or what is left of either.
_STORES = ("store.json", "devicelog.db")
_PIECE = 1 << 20


@contextmanager
def aside(to: Path, name: str) -> Iterator[Path]:
    """A private folder in which something is made that `finish` moves to `to`/`name`; gone afterwards if it does not.

    What a killed process left here is removed. Raises StoreBusyError if another process is at it, BadInputError if `to`
    is a file, StoreFullError or NotNowError if it cannot be written.
    """
    with writing(to):
        make_folders(to)
        workshop = to / UNFINISHED
        workshop.mkdir(mode=0o700, exist_ok=True)
        lock = _lock(workshop, to)
        try:
            for left in workshop.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
            made = workshop / name
            made.mkdir(mode=0o700)
            try:
                yield made
            finally:
                shutil.rmtree(made, ignore_errors=True)
        finally:
            with suppress(OSError):  # whoever waits for it meanwhile is told to try again
                (workshop / "lock").unlink()
                workshop.rmdir()
            lock.release()


def _lock(workshop: Path, to: Path) -> Lock:
    lock = Lock(workshop)
    try:
        lock.acquire()
    except StoreBusyError:
        holder = lock.holder()
        raise StoreBusyError(f"process {holder} is writing to {to} at this moment; wait for its end.") from None
    return lock


def refuse_within(to: Path, *folders: Path) -> None:
    """Raise BadInputError for a place within a store, a backup or one of these folders: nothing is added to those."""
    places = {resolved(folder) for folder in folders}
    place = resolved(to)
    with writing(to):
        for above in (place, *place.parents):
            if above in places or any((above / name).exists() for name in _STORES):
                raise BadInputError(f"{to} lies in {above}, where nothing may be added; name another --to.")


@contextmanager
def looking_at(place: Path) -> Iterator[None]:
    """Raise BadInputError for a path that was typed and cannot even be looked at: too long, closed, or none at all."""
    shown = repr(str(place)[:80])
    try:
        yield
    except OSError as error:
        raise BadInputError(f"{shown} cannot be looked at ({error.strerror}); name another path.") from None
    except ValueError:
        raise BadInputError(f"found {shown}, expected a path without bytes that are no text.") from None


def resolved(path: Path) -> Path:
    """Where a path leads, links followed."""
    return Path(os.path.realpath(path))  # which takes a link to itself for what it is, and does not fail


def finish(made: Path, to: Path) -> None:
    """Make a folder durable and give it its place; it is there whole from now on."""
    for path in made.iterdir():
        synchronise(path)
    sync_folder(made)
    made.rename(to)
    sync_folder(to.parent)


def synchronise(file: Path) -> None:
    """Make a file's content durable."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def copy_file(source: Path, to: Path) -> None:
    """Copy a file's content to a new private file."""
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        shutil.copyfileobj(read, written, _PIECE)


@contextmanager
def writing(to: Path) -> Iterator[None]:
    """Turn errors of the file system into one sentence each."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise BadInputError(f"{to} or a part of it is a file, expected a folder; choose another --to.") from None
    except OSError as error:
        where = error.filename or to
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFullError(
                f"the disk of {to} has no room for it; make room, or name another place with --to."
            ) from None
        raise NotNowError(f"{where} cannot be used ({error.strerror}); check its path, permissions and disk.") from None
