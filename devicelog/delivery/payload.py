"""What is sent of a session, and under which ids: made anew at each try, the same bytes for the same record.

It is written into a private folder inside the store's own, which is emptied before and after, whatever ended the try.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from devicelog.delivery.ack import control_id, messages
from devicelog.delivery.target import Receiver
from devicelog.delivery.version import AsOf, Version, version
from devicelog.errors import StoreFormatError
from devicelog.export import FORMATS, chosen
from devicelog.export.fhir import bundles
from devicelog.export.folder import manifest
from devicelog.export.folder.package import ready, sign_files, write_files
from devicelog.export.hl7 import messages as hl7
from devicelog.export.session import ExportedSession
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.rotation import sealing_key
from devicelog.verification.store import verify_session

#: What a folder gets.
FOLDER = "folder"
#: What an HL7 listener gets, by the name that `--message` takes.
MESSAGES = {"document": hl7.DOCUMENT, "observations": hl7.OBSERVATIONS}
#: What a FHIR server gets.
BUNDLE = bundles.TRANSACTION


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent: one file, or the whole folder that it is in (`file` is None); `ids` are those it goes under."""

    of: Version
    folder: Path
    file: Path | None
    sha256: str
    size: int
    ids: tuple[str, ...]

    def data(self) -> bytes:
        """The bytes of the one file."""
        assert self.file is not None
        return self.file.read_bytes()


@contextmanager
def payload(reader: Reader, row: SessionRow, what: str, formats: Sequence[str], room: Path) -> Iterator[Payload]:
    """Write what is sent of a session into the folder `room`, which is gone afterwards.

    Raises StoreFormatError if the session does not verify or cannot be read.
    """
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(mode=0o700)
    try:
        yield _written(reader, row, what, formats, room)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _written(reader: Reader, row: SessionRow, what: str, formats: Sequence[str], room: Path) -> Payload:
    evidence = Evidence(reader)
    with evidence.snapshot():
        must_verify(reader, row)
        source = evidence.session(row)
        of = version(source.lines())
        session = ready(AsOf(source, of), formats if what == FOLDER else ())
        if what == FOLDER:
            return _folder(reader, session, of, chosen(formats), room)
        _format_of(what, session, room)
    data = (room / what).read_bytes()
    return Payload(of, room, room / what, sha256(data).hexdigest(), len(data), _ids(what, data))


def _format_of(what: str, session: ExportedSession, room: Path) -> None:
    """Write the files of the format that a file belongs to."""
    name = Receiver.FHIR if what == BUNDLE else Receiver.HL7
    FORMATS[name].write(session, room)


def _folder(reader: Reader, session: ExportedSession, of: Version, formats: Sequence[str], room: Path) -> Payload:
    """A signed export, as `devicelog export` writes it."""
    write_files(session, room, formats)
    sign_files(room, formats, sealing_key(reader))
    digest = manifest.digest(room / manifest.SUMS)
    size = sum(path.stat().st_size for path in room.iterdir())
    return Payload(of, room, None, digest, size, (f"{session.record.session}-{of.entries}",))


def _ids(what: str, data: bytes) -> tuple[str, ...]:
    """The ids by which a receiver knows a content that it had before."""
    if what != BUNDLE:
        return tuple(control_id(message) for message in messages(data))
    found = msgspec.json.decode(data).get("id")
    return (found,) if isinstance(found, str) else (sha256(data).hexdigest(),)


def current(reader: Reader, row: SessionRow) -> Version:
    """The version of a session that a delivery would send now."""
    return version(reader.lines(row.number))


def must_verify(reader: Reader, row: SessionRow) -> None:
    """Refuse a session that does not hold; raises StoreFormatError."""
    findings = verify_session(reader, row.id)
    if not findings.holds:
        hint = "nothing was sent; see `devicelog verify`"
        raise StoreFormatError(f"the session does not verify ({findings.faults[0]}); {hint}.")
