"""Recordings of processes that write beside a service: a locked file each, which the system frees when one dies.

So whoever has the store knows which running session is still being recorded, also after the service was started anew,
and closes the others as interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from devicelog.store.folder import disk_error, lock_file

_BEGINS = "recording-"


class Mark:
    """Says that this process records a session."""

    def __init__(self, folder: Path, session: str) -> None:
        self._path = folder / f"{_BEGINS}{session}"
        self._file: IO[str] | None = None

    def set(self) -> None:
        """Raises NotNowError or StoreFullError where no file can be made."""
        try:
            while self._file is None:
                self._path.touch(mode=0o600)
                file = self._path.open("r+", encoding="ascii")
                # One that was taken for a dead one's in between is gone from the folder: it is made again.
                if lock_file(file) and _is_there(self._path, file):
                    self._file = file
                else:
                    file.close()
        except OSError as error:
            raise disk_error(error, self._path.parent) from None

    def remove(self) -> None:
        """The session is over."""
        if self._file is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """This process is over, and the session is not: the file stays for the one who closes it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_recorded(folder: Path, session: str) -> bool:
    """Whether a process that lives records a session beside the one who has the store."""
    try:
        with (folder / f"{_BEGINS}{session}").open(encoding="ascii") as file:
            return not lock_file(file, shared=True)
    except OSError:
        return False


def left(folder: Path) -> Iterator[str]:
    """The sessions whose process is gone, each until `forget`."""
    for file in sorted(folder.glob(f"{_BEGINS}*")):
        session = file.name.removeprefix(_BEGINS)
        if not is_recorded(folder, session):
            yield session


def forget(folder: Path, session: str) -> None:
    """Remove the mark of a process that is gone."""
    path = folder / f"{_BEGINS}{session}"
    with suppress(OSError), path.open("r+", encoding="ascii") as file:
        if lock_file(file):
            path.unlink(missing_ok=True)


def _is_there(path: Path, file: IO[str]) -> bool:
    import os

    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
