"""Writes a driver's package: the template, under another name."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from devicelog.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from devicelog.kit.name import DriverName

#: The template is a package that works; these are the names in it that become those of the new driver.
_DRIVER, _MODULE = "example-dispenser", "example_dispenser"
#: What a tool may have left behind in the template's folder.
_LITTER = ("__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache")


def write_package(name: DriverName, folder: Path) -> list[Path]:
    """Write the package into a folder that does not exist yet, all of it or nothing; gives its files, in order.

    BadInputError if the folder exists or has no parent; OSError if it cannot be written.
    """
    if folder.exists() or folder.is_symlink():
        raise BadInputError(f"{folder} exists; expected a folder that is still to be made: name another one with --to.")
    if not folder.parent.is_dir():
        raise BadInputError(f"{folder.parent} is no folder; make it first, or name another place with --to.")
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    beside.mkdir()
    try:
        written = [_write(beside / _renamed(path, name), file, name) for path, file in template()]
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return [folder / path.relative_to(beside) for path in written]


def template() -> Iterator[tuple[PurePosixPath, Traversable]]:
    """The files of the template and their places, in order."""
    yield from _below(files("devicelog.kit") / "template", PurePosixPath())


def _below(folder: Traversable, place: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.name in _LITTER:
            continue
        if each.is_dir():
            yield from _below(each, place / each.name)
        else:
            yield place / each.name, each


def _renamed(text: PurePosixPath | str, name: DriverName) -> str:
    return str(text).replace(_DRIVER, name.driver).replace(_MODULE, name.module)


def _write(path: Path, file: Traversable, name: DriverName) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Bytes, so that lines end as they do in the template on every system.
    path.write_bytes(_renamed(file.read_text(encoding="utf-8"), name).encode())
    return path
