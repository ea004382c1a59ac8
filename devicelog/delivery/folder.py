"""Into a folder: an export of its own for each version, there whole or not at all, never over another one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.export.folder.package import contents
from devicelog.store.aside import finish

#: Told how many bytes are written, of how many.
Sent = Callable[[int, int], None]


def send(to: Path, made: Path, ids: Sequence[str], delivery: str, sent: Sent) -> Outcome:
    """Copy the folder `made` to `to` under its id; `delivery` names what a killed try left there, which is removed."""
    name = ids[0]
    place, unfinished = to / name, to / f".{name}-{delivery}"
    try:
        if not to.is_dir():
            to.mkdir()
        _remove(unfinished)
        if place.exists():
            return _is_there(place, made)
        unfinished.mkdir(mode=0o700)
        try:
            _copy(made, unfinished, sent)
            finish(unfinished, place)
        finally:
            with suppress(OSError):
                _remove(unfinished)
    except FileNotFoundError:
        return NotNow(f"{to.parent} is not there; make that folder, or connect the disk that it is on")
    except (FileExistsError, NotADirectoryError):
        return Refused(f"{to} is a file, or lies in one; expected a folder")
    except OSError as error:
        return NotNow(f"{to} cannot be written ({error.strerror or error})")
    return Taken({"id": name})


def _copy(made: Path, to: Path, sent: Sent) -> None:
    """For whoever may read the folder that it is delivered to."""
    mode = to.parent.stat().st_mode
    to.chmod(mode & 0o777)
    files = sorted(made.iterdir())
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        shutil.copyfile(path, to / path.name)
        (to / path.name).chmod(mode & 0o666)
        done += path.stat().st_size
        sent(done, total)


def _is_there(place: Path, made: Path) -> Outcome:
    if place.is_dir() and contents(place) == contents(made):
        return Taken({"id": place.name})
    return Refused(f"{place} holds something else than this record; move it away")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
