"""A cable to a simulated device that a test pulls out and puts in again, at its own time."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tests.waiting import PATIENCE, join

if TYPE_CHECKING:
    from types import TracebackType

#: Between two looks at whether it was pulled out (s).
_LOOK = 0.02


class Cable:
    """Carries bytes between whoever opens `url` and a device on another socket; plugged in at first."""

    def __init__(self, url: str) -> None:
        device = urlsplit(url)
        assert device.hostname is not None
        assert device.port is not None
        self._device = device.hostname, device.port
        self._number = 0
        self._is_out = threading.Event()
        self.plug()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.unplug()

    @property
    def url(self) -> str:
        """Where it is opened; the same whenever it is plugged in."""
        return f"socket://127.0.0.1:{self._number}"

    def plug(self) -> None:
        """Let the line be opened."""
        listener = socket.create_server(("127.0.0.1", self._number))
        self._number = listener.getsockname()[1]
        self._is_out.clear()
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="cable")
        self._thread.start()

    def unplug(self) -> None:
        """Take the line away from whoever has it open; nobody can open it."""
        self._is_out.set()
        join(self._thread)

    def _serve(self, listener: socket.socket) -> None:
        with listener:
            while not self._is_out.is_set():
                if select([listener], [], [], _LOOK)[0]:
                    reader, _ = listener.accept()
                    with reader, suppress(ConnectionError, TimeoutError):
                        self._carry(reader)

    def _carry(self, reader: socket.socket) -> None:
        with socket.create_connection(self._device, PATIENCE) as device:
            reader.settimeout(PATIENCE)
            other = {reader: device, device: reader}
            while not self._is_out.is_set():
                for one in select(list(other), [], [], _LOOK)[0]:
                    data = one.recv(65_536)
                    if not data:
                        return
                    other[one].sendall(data)
