"""The serial ports of this computer, and for each that cannot be used, why; none is opened."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devicelog.link.holder import holders
from devicelog.link.serial_port import list_ports

#: No driver hints at any port.
EMPTY: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class PortFault:
    """Why a port cannot be used by this user now, and what to do."""

    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.found}; {self.mend}"


@dataclass(frozen=True, slots=True)
class Port:
    """A port as the system describes it; `usb` is vendor:product, `fault` says why it cannot be used (None: it can).

    `bound` is the device that was bound to its adapter or place, `recorded` what was last recorded at it. `hints` are
    the drivers whose devices have such USB ids.
    """

    url: str
    make: str
    serial_number: str | None
    usb: str | None
    location: str | None
    bound: str | None
    fault: PortFault | None
    recorded: str | None = None
    hints: tuple[str, ...] = ()


def ports(
    bound: Mapping[str, str], recorded: Mapping[str, str], hints: Mapping[str, tuple[str, ...]] = EMPTY
) -> list[Port]:
    """All ports, with what is bound there and what was last recorded at each (by URL); `hints` are by USB ids."""
    found = []
    for info in list_ports():
        usb = f"{info.vid:04X}:{info.pid:04X}" if info.vid is not None else None
        make = " ".join(
            part for part in (info.manufacturer, info.product or info.description) if part and part != "n/a"
        )
        url = str(info.device)
        known = (url, make or "unknown make", info.serial_number, usb, info.location)
        found.append(Port(*known, _here(url, bound), fault(url), _here(url, recorded), hints.get(usb or "", ())))
    return found


def _here(url: str, known: Mapping[str, str]) -> str | None:
    """What is known of a port, also under another name of it (a link in /dev/serial/by-id)."""
    real = os.path.realpath(url)
    return next((what for where, what in known.items() if where == url or os.path.realpath(where) == real), None)


def fault(url: str) -> PortFault | None:
    """Why a port cannot be used by this user now, as far as can be told without opening it."""
    path = Path(url)
    if os.name != "posix":
        return None
    if not path.exists():
        return PortFault("it is not there", "check the cable, and plug the device in again")
    if not os.access(path, os.R_OK | os.W_OK):
        return PortFault("this user may not open it", f"join the group {path.group()!r} and log in again")
    processes = holders(path)
    return PortFault(f"process {processes[0]} has it open", "end that program") if processes else None
