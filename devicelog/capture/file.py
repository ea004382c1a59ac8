"""A capture file: JSON lines, written so that each row is there once it is shown, and read back whole or cut off."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from devicelog import clock
from devicelog.capture.row import FORMAT, VERSION, Header, Row
from devicelog.errors import BadInputError, StoreFailedError, StoreFullError

#: A capture may hold what a patient was given: nobody but its owner reads it until they say otherwise.
_MODE = 0o600
#: What was written is on the disk after so long at the latest (ns): a power cut takes no more than that.
_SYNC_NS = 1_000_000_000
#: A first line longer than this is no header.
_LONGEST_HEADER = 65_536

#: What the system says when there is no room.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_encode = msgspec.json.Encoder().encode
_decode_header = msgspec.json.Decoder(Header).decode
_decode_row = msgspec.json.Decoder(Row).decode


class CaptureWriter:
    """Writes a new capture file. Each row is with the system when `write` returns: killing the program loses none."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self.begun = stamp_of(header)
        self._file = _create(path)
        self._synced_ns = 0
        self._write(_encode(header))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._file)

    def write(self, row: Row) -> None:
        """Add a row; raises StoreFullError or StoreFailedError."""
        self._write(_encode(row))

    def _write(self, line: bytes) -> None:
        rest = line + b"\n"
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
            if clock.boot_ns() - self._synced_ns > _SYNC_NS:
                os.fsync(self._file)
                self._synced_ns = clock.boot_ns()
        except OSError as error:
            kept = f"what came before is in {self.path}"
            if error.errno in _NO_ROOM:
                raise StoreFullError(
                    f"the disk has no room for the capture; {kept}; make room and try again."
                ) from None
            raise StoreFailedError(f"the capture cannot be written ({error.strerror}); {kept}.") from None


class CaptureFile:
    """A capture that is read: its header, and its rows as often as they are wanted.

    Raises BadInputError if it is no capture, or one of a later version. `is_cut_off` is known after `rows` was read:
    the last row is not whole, because the computer or the program was stopped while it was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_cut_off = False
        try:
            with path.open("rb") as file:
                first = file.readline(_LONGEST_HEADER)
        except OSError as error:
            raise BadInputError(f"{path} cannot be read ({error.strerror}); give the path of a capture.") from None
        self.header = self._header(first)
        self.begun = stamp_of(self.header)

    def _header(self, line: bytes) -> Header:
        try:
            return _decode_header(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            found = _said(line)
            if found.get("format") == FORMAT and found.get("version") != VERSION:
                what = f"{self.path} is a capture of version {found.get('version')!a}"
                raise BadInputError(f"{what}; this devicelog reads version {VERSION}: use a newer one.") from None
            if found.get("format") == FORMAT:
                raise BadInputError(f"{self.path}, line 1: {error}; expected the header of a capture.") from None
        raise BadInputError(f"{self.path} is no capture; expected a file that `devicelog capture URL --to FILE` wrote.")

    def rows(self) -> Iterator[Row]:
        """The rows in their order; raises BadInputError, with the line, for one that makes no sense."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    continue
                if not line.endswith(b"\n"):
                    self.is_cut_off = True
                    return
                yield self._row(line, number)

    def _row(self, line: bytes, number: int) -> Row:
        try:
            row = _decode_row(line)
            row.data  # noqa: B018 - a row whose hex is none is found here, with its line
        except (msgspec.MsgspecError, ValueError) as error:
            why = " ".join(str(error).split())[:200]
            raise BadInputError(f"{self.path}, line {number}: {why}; expected a row of a capture.") from None
        if row.link and row.link not in {link.link for link in self.header.links}:
            known = ", ".join(str(link.link) for link in self.header.links)
            raise BadInputError(f"{self.path}, line {number}: found link {row.link}, expected one of {known}.")
        return row


def is_capture(path: Path) -> bool:
    """Whether a file begins as a capture file does."""
    with path.open("rb") as file:
        return _said(file.readline(_LONGEST_HEADER)).get("format") == FORMAT


def check_new(path: Path) -> None:
    """Raise BadInputError if a capture cannot be begun there: nothing is ever overwritten."""
    if path.exists():
        raise BadInputError(f"{path} is there already, and a capture overwrites nothing; give another name.")
    if not path.absolute().parent.is_dir():
        raise BadInputError(f"the folder {path.parent} is not there; make it, or give another path.")


def stamp_of(header: Header) -> clock.Stamp:
    """When a capture began; BadInputError if its header does not say so."""
    try:
        return clock.Stamp(header.boot_ns, clock.wall_ns(header.begun))
    except ValueError:
        raise BadInputError(f"the capture says it was begun {header.begun!a}; expected a time in UTC.") from None


def _create(path: Path) -> int:
    check_new(path)
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _MODE)
    except FileExistsError:
        raise BadInputError(f"{path} is there already, and a capture overwrites nothing; give another name.") from None


def _said(line: bytes) -> dict[str, object]:
    """The fields of a line, whatever they are; empty if it is no JSON object."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
