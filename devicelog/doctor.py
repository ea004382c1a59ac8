"""What on this computer could spoil a recording, and the mend for each; looks only, changes nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devicelog import clock, registry
from devicelog.errors import DevicelogError
from devicelog.ports import Port, ports
from devicelog.store.database import SOUND_SQLITE, sqlite_version
from devicelog.store.folder import LEAST_ROOM, Lock, open_folder
from devicelog.store.reader import Reader
from devicelog.witness.keeper import standing

#: Below this the disk is called nearly full (bytes).
LITTLE_ROOM = 1024 * 1024 * 1024


class Grade(StrEnum):
    """How much a finding matters to a recording."""

    GOOD = "good"
    CARE = "care"
    """A recording works, and something may go wrong."""
    BAD = "bad"
    """A recording would not work, or lose something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do (empty if all is well)."""

    about: str
    grade: Grade
    found: str
    mend: str = ""


def examine(store: Path) -> list[Finding]:
    """Every check, in the order in which a recording depends on them."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _sqlite,
        lambda: _store(store),
        lambda: _room(store),
        lambda: _keys(store),
        lambda: _witnesses(store),
        _clocks,
        _drivers,
        _ports,
        _meddlers,
    )
    return [finding for check in checks for finding in check()]


def _sqlite() -> Iterator[Finding]:
    version = ".".join(map(str, sqlite_version()))
    if sqlite_version() >= SOUND_SQLITE:
        yield Finding("SQLite", Grade.GOOD, f"version {version}, encrypted at rest")
    else:
        sound = ".".join(map(str, SOUND_SQLITE))
        yield Finding(
            "SQLite", Grade.BAD, f"version {version} can corrupt a store", f"upgrade apsw-sqlite3mc ({sound}+)"
        )


def _store(path: Path) -> Iterator[Finding]:
    if not (path / "store.json").exists():
        parent = next(folder for folder in (path, *path.parents) if folder.exists())
        if os.access(parent, os.W_OK):
            yield Finding("store", Grade.GOOD, f"{path} does not exist yet; the first recording makes it")
        else:
            yield Finding(
                "store", Grade.BAD, f"{parent} may not be written", "name another --store, or mend its rights"
            )
        return
    try:
        open_folder(path)
        holder = Lock(path).holder()
    except DevicelogError as error:
        found, _, mend = str(error).removesuffix(".").rpartition("; ")
        yield Finding("store", Grade.BAD, found, mend)
        return
    if holder is None:
        yield Finding("store", Grade.GOOD, f"{path} can be opened, and nobody is recording")
    else:
        mend = "end that recording before the next one, or name another --store"
        yield Finding("store", Grade.CARE, f"{path} is in use by process {holder}", mend)


def _room(path: Path) -> Iterator[Finding]:
    parent = next(folder for folder in (path, *path.parents) if folder.exists())
    usage = shutil.disk_usage(parent)
    found = f"{usage.free / 1e9:.1f} GB free"
    if usage.free < LEAST_ROOM:
        yield Finding("disk", Grade.BAD, f"{found}: no recording can begin", "make room, or name another --store")
    elif usage.free < max(LITTLE_ROOM, usage.total // 20):
        yield Finding("disk", Grade.CARE, found, "make room soon")
    else:
        yield Finding("disk", Grade.GOOD, found)


def _keys(path: Path) -> Iterator[Finding]:
    if not (path / "store.json").exists():
        return
    try:
        keys = open_folder(path).keys
        keys.store_key()
        keys.seal_key()
    except DevicelogError as error:
        yield Finding("keys", Grade.BAD, str(error), "restore the keys; without them the records are lost")
        return
    if keys.folder.is_relative_to(path):
        yield Finding("keys", Grade.BAD, f"{keys.folder} lies inside the store", "set DEVICELOG_KEYS to another place")
    elif os.name == "posix" and any(
        _is_open_to_others(file) for file in (path, keys.folder, keys.folder / "store.key")
    ):
        yield Finding(
            "keys", Grade.CARE, "other users may read the store or its keys", f"chmod -R go= {path} {keys.folder}"
        )
    else:
        yield Finding("keys", Grade.GOOD, f"{keys.folder}, readable by this user only; keep a copy in a safe place")


def _witnesses(path: Path) -> Iterator[Finding]:
    """Whether copies of the seals are outside this computer."""
    if not (path / "store.json").exists():
        return
    try:
        with Reader.open(path) as reader:
            known = standing(reader)
    except DevicelogError:
        return  # said by the checks of the store and its keys
    for one in known:
        name = f"the witness {one.path}"
        if one.fault is not None:
            yield Finding("witness", Grade.CARE, f"{name} is not there", "plug its medium in; it catches up by itself")
        elif one.reaches != one.of:
            found = f"{name} holds the seals up to {one.reaches}, and the store {one.of}"
            yield Finding("witness", Grade.CARE, found, "run `devicelog witness update`, then `devicelog verify`")
        else:
            yield Finding("witness", Grade.GOOD, f"{name} holds every seal")
    if not known:
        mend = "register a file on another medium with `devicelog witness add`, or keep printed seals"
        yield Finding("witness", Grade.CARE, "no seal is kept outside this computer", mend)


def _is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _clocks() -> Iterator[Finding]:
    if clock.counts_sleep():
        yield Finding("clock", Grade.GOOD, "durations count sleep")
    else:
        yield Finding("clock", Grade.CARE, "durations do not count sleep here", "keep the computer from sleeping")
    synchronised = Path("/run/systemd/timesync/synchronized")
    if Path("/run/systemd/system").exists() and not synchronised.exists() and not shutil.which("chronyd"):
        yield Finding(
            "wall clock", Grade.CARE, "no sign of time synchronisation", "switch NTP on (timedatectl set-ntp true)"
        )


def _drivers() -> Iterator[Finding]:
    broken = [plugin for plugin in registry.drivers().values() if plugin.value is None]
    for plugin in broken:
        mend = f"reinstall or remove {plugin.package}"
        yield Finding("drivers", Grade.CARE, f"{plugin.name} cannot be used: {plugin.fault}", mend)
    if not broken:
        yield Finding("drivers", Grade.GOOD, f"{len(registry.drivers())} installed, all can be used")


def _ports() -> Iterator[Finding]:
    listed = ports({})
    for port in listed:
        if port.fault is not None:
            yield Finding("port", Grade.CARE, f"{port.url}: {port.fault.found}", port.fault.mend)
        yield from _latency(port)
    twins = Counter((port.usb, port.serial_number) for port in listed if port.usb)
    for (usb, serial), count in twins.items():
        if count > 1:
            found = f"{count} adapters {usb} with {serial or 'no serial number'} look the same"
            yield Finding("ports", Grade.CARE, found, "use one alone, or adapters with serial numbers (FTDI)")
    if not listed:
        yield Finding("ports", Grade.CARE, "no serial port is plugged in", "plug the device in, or use a simulator")


def _latency(port: Port) -> Iterator[Finding]:
    """FTDI adapters keep bytes back for 16 ms unless told otherwise."""
    timer = Path("/sys/bus/usb-serial/devices") / Path(port.url).name / "latency_timer"
    try:
        milliseconds = int(timer.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    if milliseconds > 2:
        yield Finding("port", Grade.CARE, f"{port.url} keeps bytes back for {milliseconds} ms", f"write 1 to {timer}")


def _meddlers() -> Iterator[Finding]:
    """Programs known to write into serial devices or to take their adapters away."""
    running = set(_process_names())
    if "ModemManager" in running:
        mend = "set ENV{ID_MM_DEVICE_IGNORE}=1 for the device in a udev rule, or stop ModemManager"
        yield Finding("ModemManager", Grade.CARE, "it is running, and sends AT commands to new ports", mend)
    if "brltty" in running:
        yield Finding("brltty", Grade.CARE, "it is running; before 6.5 it takes USB adapters away", "remove brltty")


def _process_names() -> Iterator[str]:
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            yield name.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue
