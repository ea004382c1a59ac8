"""The place of the store: room, file system, and programs that copy it elsewhere while it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, standing
from devicelog.store.folder import LEAST_ROOM
from devicelog.store.keys import keys_root

#: Below this, or below a twentieth of the disk, it is called nearly full (bytes).
LITTLE_ROOM = 1_000_000_000

#: File systems on which SQLite's locks and shared memory cannot be relied on (sqlite.org/wal.html, "Overview").
_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ncpfs|fuse\.(sshfs|s3fs|rclone|davfs2?)|vboxsf|prl_fs|fuse\.vmhgfs.*"
)
#: File systems that are gone when the computer is switched off.
_PASSING = frozenset({"tmpfs", "ramfs"})
#: Folders that a program copies to other computers.
_SYNCHRONISED = re.compile(
    r"onedrive( .*|-.*)?|dropbox|google ?drive|icloud ?drive|mobile documents|nextcloud|owncloud|pcloud ?drive",
    re.IGNORECASE,
)


def disk(system: System, path: Path) -> Iterator[Finding]:
    """Below LEAST_ROOM no recording is begun."""
    free, total = system.room(standing(path))
    found = f"{free / 1e9:.1f} GB free"
    if free < LEAST_ROOM:
        yield Finding("disk", Grade.BAD, f"{found}: no recording can begin", "make room, or name another --store")
    elif free < max(LITTLE_ROOM, total // 20):
        yield Finding("disk", Grade.CARE, found, "make room soon")
    else:
        yield Finding("disk", Grade.GOOD, found)


def file_system(system: System, path: Path) -> Iterator[Finding]:
    """What the store lies on, by the list of mounts (Linux)."""
    kind = _kind(system, path) if system.is_linux else None
    if kind is not None and _REMOTE.fullmatch(kind):
        found = f"the store lies on a network file system ({kind}), which can lose what it confirmed"
        yield Finding("file system", Grade.BAD, found, "name a --store on a disk of this computer")
    elif kind in _PASSING:
        found = f"the store lies in memory ({kind}): it is gone when the computer is switched off"
        yield Finding("file system", Grade.CARE, found, "name a --store on a disk of this computer")


def synchronised(_: System, path: Path) -> Iterator[Finding]:
    """Copies of a database that is being written are damaged, and a copied key is a lost one."""
    for what, place in (("store", path), ("keys", keys_root())):
        folder = next((part for part in place.parts if _SYNCHRONISED.fullmatch(part)), None)
        if folder is not None:
            found = f"{place} lies in {folder!r}, which is copied to other computers while it is written"
            mend = "name another --store" if what == "store" else "set DEVICELOG_KEYS to another place"
            yield Finding(what, Grade.BAD if what == "keys" else Grade.CARE, found, mend)


def _kind(system: System, path: Path) -> str | None:
    """The kind of the file system that a path lies on; None if there is no telling."""
    place, kind = "", None
    for line in (system.read("/proc/self/mounts") or "").splitlines():
        _, mount, found, *_ = [*line.split(), "", "", ""]
        mount = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), mount)
        if mount.startswith("/") and path.is_relative_to(mount) and len(mount) >= len(place):
            place, kind = mount, found
    return kind
