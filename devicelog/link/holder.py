"""Which processes have a port open, where the system tells (Linux)."""

from __future__ import annotations

import os
from pathlib import Path


def holders(path: Path) -> list[int]:
    """The processes other than this one that have the port open, as far as this user may see them."""
    target = os.path.realpath(path)
    found = set()
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(handle.readlink()) == target:
                found.add(int(handle.parts[2]))
        except OSError:
            continue
    return sorted(found - {os.getpid()})
