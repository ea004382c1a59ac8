"""pyserial's handler of `keyboard://`: typed lines as the bytes of a port.

pyserial finds it by the name of this module. `keyboard://` reads standard input, `keyboard://FILE` the lines of a file
first, as if they were typed at the start, and `keyboard://PIPE` a named pipe instead, into which any process may write.
"""

from __future__ import annotations

from typing import Any

from devicelog.keyboard.keyboard import Keyboard


class Serial:
    """As much of a port as a link asks for. Nothing can be sent to a keyboard."""

    def __init__(self, _port: None, *, timeout: float | None = None, **_settings: Any) -> None:
        self.port = ""
        self.timeout = timeout
        self.dtr = self.rts = False
        self._keyboard: Keyboard | None = None
        self._waiting = b""

    @property
    def is_open(self) -> bool:
        return self._keyboard is not None

    def open(self) -> None:
        """Raises ValueError if what the URL names cannot be read."""
        self._keyboard = Keyboard.open(self.port.partition("://")[2])

    def close(self) -> None:
        """Give the terminal back as it was."""
        keyboard, self._keyboard = self._keyboard, None
        if keyboard is not None:
            keyboard.close()

    @property
    def in_waiting(self) -> int:
        """How many bytes a read would return at once."""
        self._look(0)
        return len(self._waiting)

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes, fewer after the timeout; typing that has ended is silence."""
        if not self._waiting:
            self._look(self.timeout or 0)
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def write(self, data: bytes) -> int:
        """Nothing can be sent to a keyboard."""
        raise OSError(f"{len(data)} bytes cannot be sent to a keyboard")

    def _look(self, seconds: float) -> None:
        if self._keyboard is not None:
            self._waiting += self._keyboard.read(seconds)
