"""Every check, in the order in which a recording depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from devicelog.doctor import adapters, bindings, clocks, meddlers, power, programs, room, station, store
from devicelog.doctor.finding import Finding
from devicelog.doctor.system import System

#: A check looks at the computer and at the folder of the store.
Check = Callable[[System, Path], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    store.sqlite,
    store.folder,
    store.encryption,
    store.keys,
    store.witnesses,
    station.accounts,
    station.certificate,
    station.port,
    room.disk,
    room.file_system,
    room.synchronised,
    clocks.durations,
    clocks.wall_clock,
    programs.drivers,
    programs.ports,
    adapters.permissions,
    adapters.twins,
    adapters.latency,
    bindings.bindings,
    meddlers.modem_manager,
    meddlers.brltty,
    power.usb,
    power.sleep,
    programs.unchecked,
)


def examine(system: System, path: Path) -> list[Finding]:
    """All that the checks find on a computer, about the store in a folder."""
    return [finding for check in CHECKS for finding in check(system, path)]
