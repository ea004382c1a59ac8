"""Drivers and ports, and what cannot be looked at on a system that is not Linux."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from devicelog import registry
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System
from devicelog.plugin import Plugin

#: What has to be looked at by a person, by platform.
_UNSEEN = {
    "darwin": (
        ("sleep", "whether this Mac sleeps when idle or closed", "run `caffeinate -is`, or: sudo pmset -a sleep 0"),
        ("wall clock", "whether the clock is kept right", "System Settings, General, Date & Time: set automatically"),
        ("port", "whether another program uses a port", "record at /dev/cu.*, never at /dev/tty.*, which waits"),
    ),
    "win32": (
        ("sleep", "whether this computer sleeps when idle or closed", "powercfg /change standby-timeout-ac 0"),
        ("USB power", "whether Windows suspends the adapter", "power plan, USB settings: selective suspend off"),
        ("wall clock", "whether the clock is kept right", "w32tm /query /status"),
        ("port", "whether the adapter keeps bytes back", "device manager, COM port, advanced: latency timer 1 ms"),
        ("store", "whether a virus scanner holds up its files", "leave the folder out of real-time protection"),
    ),
}


def drivers(_system: System, _path: Path) -> Iterator[Finding]:
    """Installed drivers, simulators and engines that cannot be used, and packages that want a name that is taken."""
    groups: tuple[Mapping[str, Plugin[Any]], ...] = (registry.drivers(), registry.simulators(), registry.engines())
    for plugin in (plugin for group in groups for plugin in group.values()):
        if plugin.value is None:
            mend = f"reinstall or remove {' or '.join([plugin.package, *plugin.rivals])}"
            yield Finding("drivers", Grade.CARE, f"{plugin.name} cannot be used: {plugin.fault}", mend)
        elif plugin.rivals:
            found = f"{plugin.name} is {plugin.package}'s, and not what {' and '.join(plugin.rivals)} wants it to be"
            yield Finding("drivers", Grade.CARE, found, f"remove {' and '.join(plugin.rivals)}")
    usable = [plugin for plugin in registry.drivers().values() if plugin.value is not None]
    if len(usable) == len(registry.drivers()):
        yield Finding("drivers", Grade.GOOD, f"{len(usable)} installed, all can be used")


def ports(system: System, _: Path) -> Iterator[Finding]:
    """Ports that this user cannot use now."""
    for port in system.ports:
        if port.fault is not None:
            yield Finding("port", Grade.CARE, f"{port.url}: {port.fault.found}", port.fault.mend)
        elif system.platform == "darwin" and port.url.startswith("/dev/tty."):
            cu = port.url.replace("/dev/tty.", "/dev/cu.")
            yield Finding("port", Grade.CARE, f"{port.url} waits for a carrier signal when opened", f"record at {cu}")
    if not system.ports:
        yield Finding("ports", Grade.CARE, "no serial port is plugged in", "plug the device in, or use a simulator")


def unchecked(system: System, _: Path) -> Iterator[Finding]:
    """What cannot be seen on this platform, in plain words."""
    for about, what, mend in _UNSEEN.get(system.platform, ()):
        yield Finding(about, Grade.UNCHECKED, f"{what} cannot be seen from here", mend)
