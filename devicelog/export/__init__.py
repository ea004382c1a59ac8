"""A session as files: one module a format, chosen from the one table below.

    session.py    what is exported                package.py      the folder, written whole and signed
    manifest.py   SHA256SUMS and its signature    check.py        whether a folder still is what was exported

A new format is a function `write(session, folder)` and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from devicelog.errors import UnknownNameError
from devicelog.export import csv_export, json_export
from devicelog.export.session import ExportedSession

#: Writes the files of one format into a folder.
Write = Callable[[ExportedSession, Path], None]

#: Every format there is, by the name that `--format` takes, in the order in which they are written.
FORMATS: Mapping[str, Write] = {
    "json": json_export.write,
    "csv": csv_export.write,
}


def chosen(names: Iterable[str]) -> list[str]:
    """The formats of these names in the order of FORMATS, all of them for none; UnknownNameError for another name."""
    wanted = {name.strip() for name in names}
    for name in sorted(wanted):
        if name not in FORMATS:
            raise UnknownNameError("export format", name, FORMATS)
    return [name for name in FORMATS if name in wanted or not wanted]
