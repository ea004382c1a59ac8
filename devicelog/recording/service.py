"""Tells a service manager how the program is doing: the datagrams of sd_notify(3), without a library.

Nothing is sent, and nothing can fail, where nobody listens: `NOTIFY_SOCKET` names the listener.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol


class Manager(Protocol):
    """Who is told how a recording is doing."""

    def ready(self) -> None: ...

    def alive(self) -> None: ...

    def stopping(self) -> None: ...


class ServiceManager:
    """Who started this program and waits for its word; a manager that is gone is no reason to stop."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        # A name that begins with @ is in the abstract namespace of Linux.
        self._address = "\0" + name[1:] if name.startswith("@") else name

    def ready(self) -> None:
        """The work has begun: ports are open, and the first entry is durable."""
        self._send(b"READY=1")

    def alive(self) -> None:
        """Work was done, or there was none. Who does not hear this for too long starts the program anew."""
        self._send(b"WATCHDOG=1")

    def stopping(self) -> None:
        """The work is ending."""
        self._send(b"STOPPING=1")

    def _send(self, state: bytes) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as talk, suppress(OSError):  # nobody may listen any more
            talk.setblocking(False)
            talk.sendto(state, self._address)
