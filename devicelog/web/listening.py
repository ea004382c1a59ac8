"""A port that lets no more in than the process can bear: what records needs file descriptors, too.

asyncio accepts whoever comes, and before TLS is agreed on no protocol knows of them. Here they are counted where they
are accepted, all together and those of each other network. Who is too many of a network is let go at once; who is too
many of all takes the place of whoever has asked for nothing, taken nothing or not agreed on TLS for the longest time,
so that a crowd which only stands there keeps nobody out.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from contextlib import suppress
from typing import Any

from devicelog.accounts.throttle import network_of
from devicelog.web.connection import BoundedConnection
from devicelog.web.settings import is_loopback

#: So many connections are open at most: a process has 1,024 file descriptors, and `select` on a port knows no more.
MOST = 400
#: So many are let in at a time, between which others are answered: whoever has just come, asks before he has to go.
_TOGETHER = 16
#: Those of one other network, also before TLS is agreed on.
MOST_OF_ONE = 64


class Listening(socket.socket):
    """A port that is listened on."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._open: Counter[str] = Counter()
        self._accepted: dict[_Accepted, None] = {}
        self._let_in = 0

    def accept(self) -> tuple[socket.socket, Any]:
        """As socket.accept, on the event loop; ConnectionAbortedError for one too many, which asyncio passes over.

        BlockingIOError, upon which asyncio comes again after its other work, when many were let in just now.
        """
        if self._let_in >= _TOGETHER:
            raise BlockingIOError
        if not self._let_in:
            asyncio.get_running_loop().call_soon(self._go_on)
        self._let_in += 1
        number, address = self._accept()  # type: ignore[attr-defined]
        network = "" if is_loopback(str(address[0])) else network_of(str(address[0]))
        taken = _Accepted(self.family, self.type, self.proto, fileno=number)
        is_full = self._open.total() >= MOST
        if (network and self._open[network] >= MOST_OF_ONE) or (is_full and not self._make_room()):
            taken.close()
            raise ConnectionAbortedError("too many connections")
        taken.come_in(self, network, address[:2])
        self._open[network] += 1
        self._accepted[taken] = None
        return taken, address

    def forget(self, gone: _Accepted, network: str) -> None:
        """Count one no more."""
        del self._accepted[gone]
        self._open[network] -= 1
        if self._open[network] <= 0:
            del self._open[network]

    def _make_room(self) -> bool:
        """End the one that has done nothing for the longest time, be it that TLS was never agreed on; False: none."""
        stranger = next((one for one in self._accepted if one.address not in BoundedConnection.met), None)
        since = BoundedConnection.idle_since()
        if stranger is None or (since is not None and since < stranger.since):
            return BoundedConnection.make_room()
        stranger.let_go()
        return True

    def _go_on(self) -> None:
        self._let_in = 0


class _Accepted(socket.socket):
    """One connection, which is counted until it is closed; `since` when it is there, in the event loop's time (s)."""

    address: tuple[str, int] = ("", 0)
    since = 0.0
    _port: Listening | None = None
    _network = ""

    def come_in(self, port: Listening, network: str, address: tuple[str, int]) -> None:
        """It is counted by that port from now on."""
        self.address, self.since = address, asyncio.get_running_loop().time()
        self._port, self._network = port, network

    def let_go(self) -> None:
        """End it, and count it no more; whoever waits for its first bytes closes it."""
        self._leave()
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it, and count it no more."""
        super().close()
        self._leave()

    def _leave(self) -> None:
        if self._port is not None:
            self._port.forget(self, self._network)
            self._port = None
