"""Which witness files are registered for a store; kept beside its keys, outside the store.

<keys>/<store id>/witnesses.json    {"witnesses": ["<path>", ...]}
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devicelog.errors import BadInputError, StoreFormatError
from devicelog.store.files import write_durably
from devicelog.store.folder import Folder, disk_error, lock_file
from devicelog.witness.file import read

_FILE = "witnesses.json"
#: How often and how long another process is waited for, which brings seals to the same witnesses (s).
_TRIES, _PAUSE = 50, 0.02


def registered(folder: Folder) -> list[Path]:
    """The witness files of a store; StoreFormatError if the list cannot be read."""
    file = folder.keys.folder / _FILE
    try:
        listed = json.loads(file.read_text(encoding="utf-8"))["witnesses"]
        return [Path(str(path)) for path in listed]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreFormatError(f"{file} cannot be read ({error.strerror}); mend its rights.") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise StoreFormatError(f"{file} is no list of witnesses; remove it, and add the witnesses again.") from None


@contextmanager
def alone(folder: Folder) -> Iterator[bool]:
    """Whether this process alone brings seals to the witnesses of a store: two at once would write over each other.

    Raises OSError if the list of them cannot be opened.
    """
    with (folder.keys.folder / _FILE).open("rb+") as file:
        for _ in range(_TRIES):
            if lock_file(file):
                yield True
                return
            time.sleep(_PAUSE)
        yield False


def add(folder: Folder, path: Path) -> Path:
    """Register a witness file, made if it is missing; of a folder, a file in it. BadInputError if it cannot be one."""
    file = (path / f"{folder.id}.witness" if path.is_dir() else path).absolute()
    for inside in (folder.path, folder.keys.folder):
        if file.is_relative_to(inside.absolute()):
            raise BadInputError(f"{file} lies in {inside}; a witness has to be elsewhere, on another medium if it can.")
    if file in registered(folder):
        raise BadInputError(f"{file} is a witness of this store already.")
    _make(file)
    _write(folder, [*registered(folder), file])
    return file


def remove(folder: Folder, path: Path) -> Path:
    """Forget a witness file; the file stays. BadInputError if it is not registered."""
    known = registered(folder)
    wanted = {path.absolute(), (path / f"{folder.id}.witness").absolute()}
    file = next((file for file in known if file in wanted), None)
    if file is None:
        listed = ", ".join(str(file) for file in known) or "none"
        raise BadInputError(f"{path} is not a witness of this store; registered: {listed}.")
    _write(folder, [other for other in known if other != file])
    return file


def on_same_disk(folder: Folder, file: Path) -> bool:
    """Whether a witness would be lost, or set back, together with the store."""
    return file.stat().st_dev == folder.path.stat().st_dev


def _make(file: Path) -> None:
    try:
        if not file.exists():
            file.touch(mode=0o600)
            return
        if not file.is_file():  # a pipe would keep every recording waiting, a device keeps nothing
            raise BadInputError(f"{file} is neither a file nor a folder; give a file on another medium.")
        contents = read(file)
    except OSError as error:
        what = f"{error.filename or file} cannot be written ({error.strerror})"
        raise BadInputError(f"{what}; give a file in a folder that exists.") from None
    if contents.unreadable and not contents.claims:
        raise BadInputError(f"{file} holds something else than seals; give a new file, or an older witness.")


def _write(folder: Folder, files: list[Path]) -> None:
    listed = {"witnesses": [str(file) for file in files]}
    target = folder.keys.folder / _FILE
    try:
        write_durably(target, json.dumps(listed, indent=2).encode() + b"\n")
    except OSError as error:
        raise disk_error(error, target) from None
