"""Drivers and ports, and what cannot be looked at on a system that is not Linux."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog import registry
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System

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
    """Installed drivers that cannot be used."""
    broken = [plugin for plugin in registry.drivers().values() if plugin.value is None]
    for plugin in broken:
        mend = f"reinstall or remove {plugin.package}"
        yield Finding("drivers", Grade.CARE, f"{plugin.name} cannot be used: {plugin.fault}", mend)
    if not broken:
        yield Finding("drivers", Grade.GOOD, f"{len(registry.drivers())} installed, all can be used")


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
