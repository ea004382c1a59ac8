"""Room kept on the disk while a session runs, so that it can still be closed when the disk has become full."""

from __future__ import annotations

import os
from pathlib import Path

#: As much as all that may wait in memory takes on the disk, its log included (bytes).
SIZE = 32 * 1024 * 1024
_PIECE = 1024 * 1024


class Reserve:
    """A file that holds nothing; giving it up gives its room to the database beside it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"

    def keep(self) -> None:
        """Take the room, unless it is held already; raises OSError, and then none is held."""
        try:
            if self._path.stat().st_size == SIZE:
                return
        except FileNotFoundError:
            pass
        try:
            self._allocate()
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Give the room up."""
        self._path.unlink(missing_ok=True)

    def _allocate(self) -> None:
        self._path.touch(mode=0o600)
        with self._path.open("wb", buffering=0) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, SIZE)
            else:
                for _ in range(SIZE // _PIECE):
                    file.write(bytes(_PIECE))
