"""The analysis table of the sessions that were found: written aside, and there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from devicelog import __version__
from devicelog.driver import ReportKind
from devicelog.errors import BadInputError, NotNowError, StoreFormatError
from devicelog.export.csv.table import Field
from devicelog.export.flat import parquet_file, reports, sums
from devicelog.export.flat.csv_file import CsvFile
from devicelog.export.flat.parquet_file import ParquetFile
from devicelog.export.flat.session_columns import SESSION, Value, Veil, unveiled
from devicelog.export.session import ExportedSession
from devicelog.ledger import LEDGER_ERRORS
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader, SessionRow
from devicelog.stored import readable

#: Told how many sessions are done, of how many.
Tell = Callable[[int, int], None]


class Per(StrEnum):
    """What a row of the table is."""

    INJECTION = "injection"
    SAMPLE = "sample"
    """A sample of the current, or a pulse."""
    ZONE = "zone"
    SESSION = "session"


_KINDS = {Per.INJECTION: (ReportKind.INJECTION,), Per.SAMPLE: (ReportKind.SAMPLE, ReportKind.PULSE)}


@dataclass(slots=True)
class Made:
    """A table that was written; `unread` are sessions that are not in it because their ledger cannot be read."""

    rows: int = 0
    sessions: int = 0
    simulated: int = 0
    unread: list[str] = field(default_factory=list)


class _File(Protocol):
    def row(self, values: Sequence[Value]) -> None: ...

    def close(self) -> None: ...


def check(to: Path) -> None:
    """Whether a table can be written there; BadInputError if its ending, its folder or its place says no."""
    if to.suffix.lower() not in (".csv", ".parquet"):
        raise BadInputError(f"found the ending {to.suffix or 'none'!r} of {to}, expected .csv or .parquet.")
    if not to.parent.is_dir():
        raise BadInputError(f"{to.parent} is no folder; make it, or give another file.")
    if to.exists():
        raise BadInputError(f"{to} is there already and is never overwritten; move it away or give another file.")
    if to.suffix.lower() == ".parquet":
        parquet_file.needed()


def write(reader: Reader, rows: Sequence[SessionRow], per: Per, to: Path, tell: Tell, veil: Veil = unveiled) -> Made:
    """Write the table of these sessions. `veil` gives the cells of a session and of its devices as they may be told.

    Raises BadInputError as `check` does, NotNowError if the file cannot be written.
    """
    check(to)
    evidence, made = Evidence(reader), Made()
    with evidence.snapshot(), _aside(to) as file:
        source = _Sessions(evidence, rows, made, tell)
        if per in _KINDS:
            _write_reports(source, _KINDS[per], _opener(file, to), veil)
        else:
            _write_sums(source, _opener(file, to), veil, by_zone=per is Per.ZONE)
    return made


class _Sessions:
    """The sessions one by one; of one that cannot be read, only its id."""

    def __init__(self, evidence: Evidence, rows: Sequence[SessionRow], made: Made, tell: Tell) -> None:
        self.evidence = evidence
        self.rows = rows
        self.made = made
        self._tell = tell

    def __iter__(self) -> Iterator[tuple[SessionRow, ExportedSession]]:
        for done, row in enumerate(self.rows):
            self._tell(done, len(self.rows))
            try:
                session = ExportedSession.of(self.evidence.session(row))
            except (StoreFormatError, *LEDGER_ERRORS):
                self.made.unread.append(row.id)
                continue
            self.made.sessions += 1
            self.made.simulated += session.record.simulated
            yield row, session
        self._tell(len(self.rows), len(self.rows))


def _write_reports(
    sessions: _Sessions, kinds: Sequence[ReportKind], open_: Callable[[Sequence[Field]], _File], veil: Veil
) -> None:
    """Two passes: the columns of all sessions, of their layouts alone; then the rows, which are never all in memory."""
    columns = reports.ReportColumns(kinds)
    for row in sessions.rows:
        with suppress(StoreFormatError, *LEDGER_ERRORS):
            columns.add(reports.layouts_in(sessions.evidence.session(row).lines()))
    file = open_([*SESSION, *reports.HEAD, *columns.fields, *reports.TAIL])
    for row, session in sessions:
        with readable("a report", row):
            for cells in columns.rows(session, veil):
                file.row(cells)
                sessions.made.rows += 1
    file.close()


def _write_sums(sessions: _Sessions, open_: Callable[[Sequence[Field]], _File], veil: Veil, *, by_zone: bool) -> None:
    found = sums.Sums(by_zone=by_zone)
    for row, session in sessions:
        with readable("the record", row):
            found.add(session, veil)
    file = open_([*SESSION, *sums.HEAD, *found.fields])
    for cells in found.rows():
        file.row(cells)
        sessions.made.rows += 1
    file.close()


def _opener(file: BinaryIO, to: Path) -> Callable[[Sequence[Field]], _File]:
    def open_(fields: Sequence[Field]) -> _File:
        if to.suffix.lower() == ".csv":
            return CsvFile(file, fields)
        return ParquetFile(file, fields, {"software": f"devicelog {__version__}"})

    return open_


@contextmanager
def _aside(to: Path) -> Iterator[BinaryIO]:
    """A private file that takes the name of the one to be written when it is whole, and never that of another one."""
    try:
        nameless = _nameless(to.parent)
        with _named(to) if nameless is None else os.fdopen(nameless, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if nameless is None:
                if to.exists():
                    raise FileExistsError
                Path(file.name).rename(to)
            else:
                # With a folder beside it, the link is followed: to the file, which has no other name.
                os.link(f"/proc/self/fd/{nameless}", to, src_dir_fd=nameless)
    except FileExistsError:
        raise BadInputError(f"{to} was made meanwhile and is never overwritten; give another file.") from None
    except OSError as error:
        raise NotNowError(f"{to} cannot be written ({error.strerror}); check its path, permissions and room.") from None


def _nameless(folder: Path) -> int | None:
    """A file that a kill leaves nowhere; None where the system, or the disk, knows none."""
    flag: int | None = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_WRONLY, 0o600)
    except OSError:
        return None


@contextmanager
def _named(to: Path) -> Iterator[BinaryIO]:
    """A file beside the one to be written, gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{to.name}-", dir=to.parent)
    os.close(handle)
    try:
        with Path(name).open("wb") as file:
            yield file
    finally:
        Path(name).unlink(missing_ok=True)
