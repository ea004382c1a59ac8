"""The folder of an export: written aside, signed, and moved into place whole; never over another one.

<to>/<session>/README.txt  SHA256SUMS  SHA256SUMS.sig  public_key.pem  and the files of each format
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import BadInputError, NotNowError, StoreFormatError
from devicelog.export import FORMATS, manifest, readme
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession, SessionSource
from devicelog.ledger import LEDGER_ERRORS
from devicelog.record.caveats import marks
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader
from devicelog.store.rotation import sealing_key
from devicelog.verification.store import verify_session


@dataclass(frozen=True, slots=True)
class Package:
    """An export that has been written, or (`unchanged`) was there already with the same content."""

    folder: Path
    files: tuple[str, ...]
    state: str
    entries: int
    marks: tuple[str, ...]
    unchanged: bool


def export(reader: Reader, name: str, to: Path, formats: Sequence[str]) -> Package:
    """Write a session of a store as a folder in `to`.

    Raises UnknownNameError, BadInputError if another export is in the way, StoreFormatError if the session does not
    verify, NotNowError if the folder cannot be written.
    """
    evidence = Evidence(reader)
    with evidence.snapshot():
        source = evidence.session(reader.session(name))
        findings = verify_session(reader, source.id)
        if not findings.holds:
            hint = "nothing was exported; see `devicelog verify`"
            raise StoreFormatError(f"the session does not verify ({findings.faults[0]}); {hint}.")
        session = folded(source)

        def fill(made: Path) -> None:
            key = sealing_key(reader)
            write_files(session, made, formats)
            sign_files(made, formats, key)
            manifest.sign(made, key)

        return packed(session, to, fill)


def packed(session: ExportedSession, to: Path, fill: Callable[[Path], None]) -> Package:
    """The folder of a session in `to`, filled aside and moved into place whole; the errors are those of `export`."""
    folder = to / session.source.id
    with _aside(to, session.source.id) as made:
        fill(made)
        files = tuple(sorted(path.name for path in made.iterdir()))
        unchanged = _is_there(folder, made)
        if not unchanged:
            made.rename(folder)
    record = session.record
    return Package(folder, files, record.state, record.entries, tuple(marks(record).values()), unchanged)


def write_files(session: ExportedSession, folder: Path, formats: Sequence[str]) -> None:
    """Write everything that is signed, except the key."""
    for name in formats:
        FORMATS[name].write(session, folder)
    readme.write(session, folder, formats)


def sign_files(folder: Path, formats: Sequence[str], key: Ed25519PrivateKey) -> None:
    """Put the signatures into the files that carry one inside."""
    for inner in (FORMATS[name].inner for name in formats):
        if inner is not None:
            path = folder / inner.file
            path.write_bytes(inner.sign(path.read_bytes(), key))


def contents(folder: Path) -> Mapping[str, str]:
    """The digest of every file in a folder, by name."""
    return {path.name: manifest.digest(path) for path in folder.iterdir()}


def folded(source: SessionSource) -> ExportedSession:
    """The session ready to be written; StoreFormatError if its ledger cannot be read."""
    try:
        session = ExportedSession.of(source)
        return replace(session, made_with=session_pdf.made_with(session))
    except LEDGER_ERRORS as error:
        raise StoreFormatError(f"the session cannot be read ({error!r}); it may be from a newer devicelog.") from None


@contextmanager
def _aside(to: Path, session: str) -> Iterator[Path]:
    """A folder beside the one to be written, gone afterwards unless it was renamed."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{session}-", dir=to))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except FileExistsError:
        raise BadInputError(f"{to} is a file, expected a folder; choose another --to.") from None
    except OSError as error:
        raise NotNowError(f"{to} cannot be written ({error.strerror}); check its path, permissions and room.") from None


def _is_there(folder: Path, made: Path) -> bool:
    """Whether the folder holds this same export; BadInputError if it holds anything else."""
    if not folder.exists():
        return False
    try:
        same = folder.is_dir() and contents(folder) == contents(made)
    except OSError:
        same = False
    if not same:
        raise BadInputError(f"{folder} holds something else than this export; move it away or choose another --to.")
    return True
