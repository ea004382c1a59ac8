"""The folder where a station keeps its backups; which one that is stands beside the keys, outside the store.

<keys>/<store id>/backups.json    {"folder": "<path>"}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from devicelog.backup.manifest import Manifest, backups_in
from devicelog.errors import BadInputError, StoreFormatError
from devicelog.store.aside import looking_at, refuse_within, resolved
from devicelog.store.files import write_durably
from devicelog.store.folder import Folder, disk_error

_FILE = "backups.json"


def chosen(folder: Folder) -> Path | None:
    """The folder that was chosen for the backups of a store; None if none was. Raises StoreFormatError."""
    file = folder.keys.folder / _FILE
    try:
        return Path(str(json.loads(file.read_text(encoding="utf-8"))["folder"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreFormatError(f"{file} cannot be read ({error.strerror}); mend its rights.") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise StoreFormatError(f"{file} names no folder; choose the folder of the backups again.") from None


def choose(folder: Folder, to: Path) -> None:
    """Keep backups there from now on; BadInputError for a place that is none, or that lies in store or keys."""
    if not to.is_absolute():
        raise BadInputError(f"found {str(to)!r}, expected the full path of a folder, such as /media/backup/devicelog.")
    with looking_at(to):
        if to.exists() and not to.is_dir():
            raise BadInputError(f"{to} is a file, expected a folder; name another one.")
        if not to.exists() and not to.parent.is_dir():
            raise BadInputError(f"{to.parent} does not exist; plug its disk in, or make that folder first.")
        refuse_within(to, folder.path, folder.keys.folder)
    try:
        write_durably(folder.keys.folder / _FILE, json.dumps({"folder": str(to)}).encode() + b"\n")
    except OSError as error:
        raise disk_error(error, folder.keys.folder) from None


def made(folder: Folder, to: Path) -> list[tuple[Path, Manifest]]:
    """The finished backups of a store in a folder, oldest first; NotADirectoryError and its like are BadInputError."""
    try:
        return list(backups_in(to, folder.id, folder.public_key))
    except OSError as error:
        raise BadInputError(f"{to} cannot be read ({error.strerror}); plug its disk in, or choose another.") from None


def refuse_beside(key_file: Path, places: Iterable[Path]) -> None:
    """BadInputError for a file of keys that would lie beside what they open."""
    with looking_at(key_file):
        file = resolved(key_file)
    for place in places:
        if file.is_relative_to(resolved(place)):
            found = f"{key_file} lies in {place}, beside what the keys open"
            raise BadInputError(f"{found}; name a file on another medium.")
