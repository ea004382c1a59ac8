"""What the checks see of a computer: its files below a root, who asks, its ports, room and libraries.

Tests hand in a tree of their own; nothing else stands between a check and what it looks at.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devicelog.link.ports import Port, ports
from devicelog.store.database import sqlite_version


def room_of(path: Path) -> tuple[int, int]:
    """Free and all bytes of the disk of a folder."""
    usage = shutil.disk_usage(path)
    return usage.free, usage.total


@dataclass(frozen=True, slots=True)
class System:
    """A computer. `platform` is as `sys.platform`; `room` gives free and all bytes of the disk of a folder."""

    root: Path
    platform: str
    ports: tuple[Port, ...] = ()
    sqlite: tuple[int, ...] = field(default_factory=sqlite_version)
    room: Callable[[Path], tuple[int, int]] = room_of

    @classmethod
    def here(cls) -> System:
        """The computer that this runs on."""
        return cls(Path("/"), sys.platform, tuple(ports({}, {})))

    @property
    def is_linux(self) -> bool:
        return self.platform == "linux"

    def at(self, path: str) -> Path:
        """A path of this computer, such as "/proc"."""
        return self.root / path.removeprefix("/")

    def read(self, path: str) -> str | None:
        """The text of a file without blanks around it; None if it cannot be read."""
        return read(self.at(path))

    def processes(self) -> set[str]:
        """The names of all processes, as far as this user may see them."""
        names = (read(file) for file in self.at("/proc").glob("[0-9]*/comm"))
        return {name for name in names if name}

    def settings(self, path: str) -> Iterator[tuple[str, str]]:
        """The `Name=value` lines of a file of systemd's kind and of its drop-ins, the ones that win last."""
        folders = ("/usr/lib", "/lib", "/run", "/etc")
        files = [self.at(f"{folder}/{path}") for folder in folders]
        dropped = {file.name: file for folder in folders for file in self.at(f"{folder}/{path}.d").glob("*.conf")}
        for file in [*files, *(dropped[name] for name in sorted(dropped))]:
            for line in (read(file) or "").splitlines():
                name, equals, value = line.partition("=")
                if equals and not name.strip().startswith(("#", ";")):
                    yield name.strip(), value.strip()


def read(path: Path) -> str | None:
    """The text of a file without blanks around it; None if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def standing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def is_open_to_others(path: Path) -> bool:
    """Whether anyone but its owner may do anything with a file or folder."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
