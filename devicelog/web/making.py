"""Where exports are made: rooms inside the store's folder that nobody else can read, and that no start finds again."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

#: In this folder of a store exports are made.
_FOLDER = "exports"


def new_room(store: Path) -> Path:
    """A fresh room, 0700: of this user alone; OSError if it cannot be made."""
    above = store / _FOLDER
    above.mkdir(mode=0o700, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=above))


def remove_room(room: Path) -> None:
    """It with all that was made in it."""
    shutil.rmtree(room, ignore_errors=True)


def remove_all(store: Path) -> None:
    """What a killed station left."""
    shutil.rmtree(store / _FOLDER, ignore_errors=True)
