"""SESSION or PATH: what a command reads, a session of the store, or the one that an export holds."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.cli.options import at_home, log_access, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.export.exported import ExportedReader
    from devicelog.store.reader import Reader, SessionRow


def is_path(name: str) -> bool:
    """Whether a word is the path of an export: it has a separator, or ends as session.json does.

    So no folder of the working directory that has the name of a session is taken for the session of the store.
    """
    return "/" in name or "\\" in name or name.endswith(".json") or name in (".", "..")


def exported(name: str) -> ExportedReader:
    """The session of the export at a path; that it is one of no store is said."""
    from devicelog.export.exported import ExportedReader
    from devicelog.terminal.plain import clean

    reader = ExportedReader.open(at_home(Path(name)))
    say(f"note: {clean(reader.told)}")
    return reader


@contextmanager
def reading(store: Path, name: str) -> Iterator[Reader | ExportedReader]:
    """The store, or the export if a path is named.

    Raises StoreFormatError or NotNowError for a store that cannot be read, BadInputError for an export that does not
    verify.
    """
    if is_path(name):
        yield exported(name)
        return
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        yield reader


def log_shown(reader: Reader | ExportedReader, what: str, row: SessionRow) -> None:
    """Log that a session of a store is about to be shown; an export belongs to no store that could log it."""
    from devicelog.store.reader import Reader

    if isinstance(reader, Reader):
        log_access(reader, what, session=row)
