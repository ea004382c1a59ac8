"""Where a link's port is now, by the adapter that it is on: a name such as ttyUSB0 may come back as another, or as
somebody else's.

An adapter is known by make and serial number; one without a serial number, or with the same as another, by make and
socket. What cannot be told apart is never taken by guess.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from devicelog.errors import PortError
from devicelog.link.adapter import Adapter
from devicelog.link.serial_port import list_ports


class PortNotTakenError(PortError):
    """A port is there that may be somebody else's."""


class Whereabouts:
    """Finds the port of one link. `can_ask` says whether the device on it can be asked who it is.

    `adapter` is where it belongs, if that is known before it is opened; `alone`: its numbers tell it from any other.
    """

    def __init__(self, url: str, *, can_ask: bool, adapter: Adapter | None = None, alone: bool = False) -> None:
        self._url = url
        self._can_ask = can_ask
        self._adapter = adapter
        self._is_one_of_its_kind = alone
        self._terminal: tuple[int, int] | None = None
        self._is_known = adapter is not None

    def remember(self) -> None:
        """Note which adapter the port is on, when it was opened for the first time; later that is known."""
        if self._is_known or "://" in self._url:
            return
        self._is_known = True
        self._terminal = _terminal(self._url)
        here = adapters()
        self._adapter = here.get(real_name(self._url))
        self._is_one_of_its_kind = self._adapter is not None and is_one_of_its_kind(self._adapter, here)

    def find(self) -> str:
        """The name under which the port is to be opened now.

        Raises PortError if it is not there, PortNotTakenError if what is there may be somebody else's.
        """
        ours = self._adapter
        if ours is None:
            if self._terminal is not None and _terminal(self._url) != self._terminal:
                raise PortError(f"the pseudo-terminal {self._url} is gone; its number may be somebody else's by now.")
            return self._url
        here = adapters()
        found = port_of(ours, here, self._url, is_one_of_its_kind=self._is_one_of_its_kind, can_ask=self._can_ask)
        return self._url if real_name(self._url) == found else found


def port_of(
    ours: Adapter,
    here: Mapping[str, Adapter],
    name: str,
    *,
    is_one_of_its_kind: bool,
    can_ask: bool,
    mend: str = "or begin a new session",
) -> str:
    """The port of an adapter among those that are plugged in; `name` is what it was called.

    `can_ask`: the device behind it can be asked who it is, so that another adapter in its socket may be opened. `mend`
    is what can be done besides plugging it in where it was.
    Raises PortError if it is not there, PortNotTakenError if what is there may be somebody else's.
    """
    alike = [port for port, other in here.items() if other.is_alike(ours)]
    if is_one_of_its_kind and len(alike) == 1:
        return alike[0]
    for port, other in here.items():
        if other.is_in_socket_of(ours) and (port in alike or can_ask):
            return port
    raise _not_taken(ours, here, alike, name, mend)


def _not_taken(ours: Adapter, here: Mapping[str, Adapter], alike: list[str], name: str, mend: str) -> PortError:
    port = alike[0] if alike else real_name(name)
    other = here.get(port)
    if other is None:
        return PortError(f"the port {name} is not there; expected the {ours}.")
    why = "looks the same, and nothing tells whose it is" if other.is_alike(ours) else "is another"
    found = f"{port if other.is_alike(ours) else name} is not taken: the {other} {why}; expected the {ours}"
    return PortNotTakenError(f"{found}; plug the device into the socket where it was, {mend}.")


def is_one_of_its_kind(adapter: Adapter, here: Mapping[str, Adapter]) -> bool:
    """Whether its serial number tells an adapter from every other one that is plugged in."""
    return adapter.serial_number is not None and sum(other.is_alike(adapter) for other in here.values()) == 1


def real_name(url: str) -> str:
    """The name of a port behind links to it; of Windows (COM10) and of URLs as it is, because no file has it."""
    if "://" in url:
        return url
    return os.path.realpath(url) if os.name == "posix" else url.upper()


def _terminal(url: str) -> tuple[int, int] | None:
    """What tells a pseudo-terminal from the next one of that number; None for other ports, and for links to one."""
    if not url.startswith("/dev/pts/") or not Path(url).exists():
        return None
    node = Path(url).stat()
    return node.st_ino, node.st_ctime_ns


def adapters() -> dict[str, Adapter]:
    """The USB adapters that are plugged in, by the real names of their ports."""
    found = ((real_name(str(info.device)), Adapter.of(info)) for info in list_ports())
    return {name: adapter for name, adapter in found if adapter is not None}
