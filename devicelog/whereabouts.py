"""Where a link's port is now, by the adapter that it is on: a name such as ttyUSB0 may come back as another, or as
somebody else's.

An adapter is known by make and serial number; one without a serial number, or with the same as another, by make and
socket. What cannot be told apart is never taken by guess.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from devicelog.errors import PortError
from devicelog.serial_port import list_ports


class PortNotTakenError(PortError):
    """A port is there that may be somebody else's."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A USB adapter: `usb` is vendor:product, `socket` where it is plugged in, `channel` which of its ports it is."""

    usb: str
    serial_number: str | None
    socket: str | None
    channel: str

    @classmethod
    def of(cls, info: Any) -> Self | None:
        """The adapter behind one of pyserial's ports; None if it is not on USB."""
        if info.vid is None or info.pid is None:
            return None
        socket, _, channel = (info.location or "").partition(":")
        return cls(f"{info.vid:04X}:{info.pid:04X}", info.serial_number or None, socket or None, channel)

    def is_alike(self, other: Adapter) -> bool:
        """Whether nothing but the socket tells them apart."""
        return (self.usb, self.serial_number, self.channel) == (other.usb, other.serial_number, other.channel)

    def is_in_socket_of(self, other: Adapter) -> bool:
        return self.socket is not None and (self.socket, self.channel) == (other.socket, other.channel)

    def __str__(self) -> str:
        number = f"with serial number {self.serial_number}" if self.serial_number else "without a serial number"
        return f"adapter {self.usb} {number} in USB socket {self.socket or 'unknown'}"


class Whereabouts:
    """Finds the port of one link. `can_ask` says whether the device on it can be asked who it is."""

    def __init__(self, url: str, *, can_ask: bool) -> None:
        self._url = url
        self._can_ask = can_ask
        self._adapter: Adapter | None = None
        self._is_one_of_its_kind = False
        self._terminal: tuple[int, int] | None = None

    def remember(self) -> None:
        """Note which adapter the port is on; call it when the port was opened for the first time."""
        if "://" in self._url:
            return
        self._terminal = _terminal(self._url)
        adapters = _adapters()
        self._adapter = adapters.get(os.path.realpath(self._url))
        alike = [other for other in adapters.values() if self._adapter and other.is_alike(self._adapter)]
        self._is_one_of_its_kind = len(alike) == 1 and alike[0].serial_number is not None

    def find(self) -> str:
        """The name under which the port is to be opened now.

        Raises PortError if it is not there, PortNotTakenError if what is there may be somebody else's.
        """
        ours = self._adapter
        if ours is None:
            if self._terminal is not None and _terminal(self._url) != self._terminal:
                raise PortError(f"the pseudo-terminal {self._url} is gone; its number may be somebody else's by now.")
            return self._url
        adapters = _adapters()
        alike = {name: other for name, other in adapters.items() if other.is_alike(ours)}
        if self._is_one_of_its_kind and len(alike) == 1:
            return self._called(*alike)
        for name, other in adapters.items():
            if other.is_in_socket_of(ours) and (name in alike or self._can_ask):
                return self._called(name)
        raise self._not_taken(ours, alike, adapters)

    def _called(self, name: str) -> str:
        """The name that was asked for, if it still leads there."""
        return self._url if os.path.realpath(self._url) == name else name

    def _not_taken(self, ours: Adapter, alike: Mapping[str, Adapter], adapters: Mapping[str, Adapter]) -> PortError:
        here = adapters.get(os.path.realpath(self._url))
        name, other = next(iter(alike.items()), (self._url, here))
        if other is None:
            return PortError(f"the port {self._url} is not there; expected the {ours}.")
        why = "looks the same, and nothing tells whose it is" if other.is_alike(ours) else "is another"
        found = f"{name} is not taken: the {other} {why}; expected the {ours}"
        return PortNotTakenError(f"{found}; plug the device into the socket where it was, or begin a new session.")


def _terminal(url: str) -> tuple[int, int] | None:
    """What tells a pseudo-terminal from the next one of that number; None for other ports, and for links to one."""
    if not url.startswith("/dev/pts/") or not Path(url).exists():
        return None
    node = Path(url).stat()
    return node.st_ino, node.st_ctime_ns


def _adapters() -> dict[str, Adapter]:
    """The USB adapters that are plugged in, by the real names of their ports."""
    found = ((os.path.realpath(str(info.device)), Adapter.of(info)) for info in list_ports())
    return {name: adapter for name, adapter in found if adapter is not None}
