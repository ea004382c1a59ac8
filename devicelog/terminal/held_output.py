"""Keeps what others write to stderr while the live view has the terminal, and passes it on afterwards."""

from __future__ import annotations

import os
import sys
import tempfile

_STDERR = 2
#: More than this is not passed on (bytes); the newest is.
_MOST = 65_536


class HeldOutput:
    """Holds stderr back between `begin` and `end`, whoever writes to it, if it goes to a terminal."""

    def __init__(self) -> None:
        self._kept = -1
        self._before = -1

    def begin(self) -> None:
        """Let stderr go to a file that nobody sees."""
        if not os.isatty(_STDERR):
            return
        sys.stderr.flush()
        with tempfile.TemporaryFile() as file:
            self._kept = os.dup(file.fileno())
        self._before = os.dup(_STDERR)
        os.dup2(self._kept, _STDERR)

    def past(self, text: str) -> None:
        """Write to stderr itself, at once, also while it is held; raises OSError."""
        os.write(self._before if self._before >= 0 else _STDERR, text.encode())

    def end(self) -> None:
        """Give stderr back, and write there what was kept."""
        if self._before < 0:
            return
        sys.stderr.flush()
        os.dup2(self._before, _STDERR)
        os.close(self._before)
        self._before = -1
        size = os.lseek(self._kept, 0, os.SEEK_END)
        os.lseek(self._kept, max(0, size - _MOST), os.SEEK_SET)
        text = os.read(self._kept, _MOST)
        os.close(self._kept)
        os.write(_STDERR, text)
