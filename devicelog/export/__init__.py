"""A session as files: one module a format, chosen from the one table below.

    session.py    what is exported                package.py      the folder, written whole and signed
    manifest.py   SHA256SUMS and its signature    check.py        whether a folder still is what was exported

A new format is a module with a function `write(session, folder)`, and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devicelog.errors import UnknownNameError
from devicelog.export import csv_export, json_export
from devicelog.export.session import ExportedSession


@dataclass(frozen=True, slots=True)
class Format:
    """What writes a format's files into a folder.

    By the file `sign`, which no other format writes, a folder is known to hold the format; `about` are the lines of
    README.txt that say what its files are.
    """

    write: Callable[[ExportedSession, Path], None]
    sign: str
    about: str


#: Every format there is, by the name that `--format` takes, in the order in which they are written.
FORMATS: Mapping[str, Format] = {
    "json": Format(json_export.write, json_export.FILE, json_export.ABOUT),
    "csv": Format(csv_export.write, csv_export.DICTIONARY.file, csv_export.ABOUT),
}


def chosen(names: Iterable[str]) -> list[str]:
    """The formats of these names in the order of FORMATS, all of them for none; UnknownNameError for another name."""
    wanted = {name.strip() for name in names}
    for name in sorted(wanted):
        if name not in FORMATS:
            raise UnknownNameError("export format", name, FORMATS)
    return [name for name in FORMATS if name in wanted or not wanted]
