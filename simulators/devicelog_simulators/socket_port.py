"""A TCP socket on this computer as the line, for machines without ptys."""

from __future__ import annotations

import contextlib
import os
import socket


class SocketPort:
    """Implements `port.Port` on 127.0.0.1; the port number stays the same when it is plugged again."""

    def __init__(self) -> None:
        self._number = 0
        self._listener: socket.socket | None = None
        self._reader: socket.socket | None = None

    @property
    def url(self) -> str:
        """The URL for pyserial."""
        return f"socket://127.0.0.1:{self._number}"

    def plug(self) -> None:
        """Listen; the first time on a port that is free."""
        listener = socket.socket()
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._number))
        listener.listen(1)
        listener.setblocking(False)
        self._number = listener.getsockname()[1]
        self._listener = listener

    def unplug(self) -> None:
        """Close the reader's connection and refuse new ones."""
        self._hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def opened(self) -> bool:
        """Whether a reader has it open."""
        if self._reader is None and self._listener is not None:
            with contextlib.suppress(BlockingIOError):
                self._reader, _ = self._listener.accept()
                self._reader.setblocking(False)
        return self._reader is not None

    def drained(self) -> bool:
        """True: what is on its way arrives before the end of the connection."""
        return True

    def send(self, data: bytes) -> int:
        """How many of these bytes there was room for."""
        if self._reader is None or not data:
            return 0
        try:
            return self._reader.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._hang_up()
            return 0

    def receive(self) -> bytes:
        """What the reader has sent since the last call."""
        if self._reader is None:
            return b""
        try:
            data = self._reader.recv(4_096)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def _hang_up(self) -> None:
        if self._reader is not None:
            with contextlib.suppress(OSError):
                self._reader.shutdown(socket.SHUT_WR)
            self._reader.close()
            self._reader = None
