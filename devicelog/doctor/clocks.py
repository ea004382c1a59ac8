"""The clocks: whether durations count sleep, and whether anything keeps the wall clock right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog import clock
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System

#: Programs that keep a clock right.
_KEEPERS = frozenset({"chronyd", "ntpd", "openntpd", "ntpd-rs", "ptp4l", "phc2sys"})
#: Where systemd-timesyncd says that it reached a time server. The kernel cuts names of processes after 15 letters.
_SYNCHRONISED = "/run/systemd/timesync/synchronized"


def durations(_system: System, _path: Path) -> Iterator[Finding]:
    """Durations come from the boot-time clock."""
    if clock.counts_sleep():
        yield Finding("clock", Grade.GOOD, "durations count sleep")
    else:
        yield Finding("clock", Grade.CARE, "durations do not count sleep here", "keep the computer from sleeping")


def wall_clock(system: System, _: Path) -> Iterator[Finding]:
    """A time of day is worth as much as the clock that it was read from."""
    if not system.is_linux:
        return
    keeper = next(iter(sorted(_KEEPERS & system.processes())), None)
    if system.at(_SYNCHRONISED).exists():
        yield Finding("wall clock", Grade.GOOD, "set by systemd-timesyncd")
    elif keeper is not None:
        yield Finding("wall clock", Grade.GOOD, f"kept right by {keeper}")
    elif "systemd-timesyn" in system.processes():
        found = "systemd-timesyncd runs, and has not reached a time server yet"
        yield Finding("wall clock", Grade.CARE, found, "check network and server: timedatectl timesync-status")
    else:
        found = "nothing seems to keep it right: times of day may be wrong"
        yield Finding("wall clock", Grade.CARE, found, "switch it on: timedatectl set-ntp true")
