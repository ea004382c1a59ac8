"""The folder of an export: written aside, signed, and moved into place whole; never over another one unasked.

<to>/<session>/README.txt  SHA256SUMS  SHA256SUMS.sig  public_key.pem  and the files of each format
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as with_fields
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import BadInputError, NotNowError, StoreFormatError
from devicelog.export import FORMATS, as_written
from devicelog.export.deidentified import deidentified, signing_key
from devicelog.export.folder import manifest, readme
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession, SessionSource
from devicelog.ledger import LEDGER_ERRORS
from devicelog.record.caveats import marks
from devicelog.store.evidence import Evidence
from devicelog.store.pseudonyms import pseudonym_secret
from devicelog.store.reader import Reader
from devicelog.store.rotation import sealing_key
from devicelog.verification.store import SessionCheck

#: The format whose file says what the bytes of the page depend on, so that who has its ledger can make it again.
_MADE_WITH_IN = "json"
#: 1980-01-01, before which no ZIP file has a time.
_NO_TIME = 315_532_800


class Placed(StrEnum):
    """What became of the place of an export."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """The same was there."""
    REPLACED = "replaced"
    """An export of an older state of the session was there, and it was asked to replace it."""
    OLDER = "older"
    """An export of an older state of the session is there still, because nobody asked to replace it."""


@dataclass(frozen=True, slots=True)
class Package:
    """An export that has been written, or was there already with the same content."""

    folder: Path
    files: tuple[str, ...]
    state: str
    entries: int
    marks: tuple[str, ...]
    placed: Placed

    @property
    def unchanged(self) -> bool:
        """Whether the same was there."""
        return self.placed is Placed.UNCHANGED


def export(
    reader: Reader,
    name: str,
    to: Path,
    formats: Sequence[str],
    *,
    deidentify: bool = False,
    replace: bool = False,
) -> Package:
    """Write a session of a store as a folder in `to`; raises as `exported_into`, and if something is in the way."""
    return _refused(exported_into(reader, name, to, formats, deidentify=deidentify, replace=replace))


def packed(session: ExportedSession, to: Path, fill: Callable[[Path], None]) -> Package:
    """The folder of a session in `to`, filled aside and moved into place whole; the errors are those of `export`."""
    return _refused(_packed(session, to, fill))


def _refused(package: Package) -> Package:
    if package.placed is Placed.OLDER:
        raise BadInputError(
            f"{package.folder} holds something else than this export; move it away or choose another --to, or add "
            "--replace if it is an export of the session as it was before."
        )
    return package


def exported_into(
    reader: Reader,
    name: str,
    to: Path,
    formats: Sequence[str],
    *,
    deidentify: bool = False,
    replace: bool = False,
    work: Path | None = None,
    check: SessionCheck | None = None,
) -> Package:
    """Write a session of a store as a folder in `to`; it is made in `work`, which is on the same disk.

    `check` is given where many are exported: what concerns the whole store is looked at once.

    What is in the way stays, unless it is an export and to be replaced. Raises UnknownNameError, StoreFormatError if
    the session does not verify, BadInputError or NotNowError if the folder cannot be written.
    """
    evidence = Evidence(reader)
    with evidence.snapshot():
        source = evidence.session(reader.session(name))
        findings = (check or SessionCheck(reader)).check(source.row)
        if not findings.holds:
            hint = "nothing was exported; see `devicelog verify`"
            raise StoreFormatError(f"the session does not verify ({findings.faults[0]}); {hint}.")
        if deidentify:
            secret = pseudonym_secret(reader.folder)
            session = deidentified(_folded(source), secret, reader.merges().root(source.row.subject))
            key = signing_key(secret)
        else:
            session, key = ready(source, formats), sealing_key(reader)

        def fill(made: Path) -> None:
            write_files(session, made, formats)
            sign_files(made, formats, key)
            if deidentify:
                _without_times(made)

        return _packed(session, to, fill, work, replace=replace)


def _packed(
    session: ExportedSession, to: Path, fill: Callable[[Path], None], work: Path | None = None, *, replace: bool = False
) -> Package:
    record = session.record
    with _aside(to, work, record.session) as made:
        fill(made)
        files = tuple(sorted(path.name for path in made.iterdir()))
        placed = _place(made, to / record.session, replace=replace)
    said = tuple(marks(record).values())
    return Package(to / record.session, files, record.state, record.entries, said, placed)


def write_files(session: ExportedSession, folder: Path, formats: Sequence[str]) -> None:
    """Write everything that is signed, except the key."""
    for name in as_written(formats):
        FORMATS[name].write(session, folder)
    readme.write(session, folder, formats)


def _without_times(folder: Path) -> None:
    """Give files and folder a time that says nothing: the true one would tell when, at the latest, a session was."""
    for path in (*folder.iterdir(), folder):
        os.utime(path, (_NO_TIME, _NO_TIME))


def sign_files(folder: Path, formats: Sequence[str], key: Ed25519PrivateKey) -> None:
    """Put the signatures into the files that carry one inside; then write the list of all files, signed."""
    for inner in (FORMATS[name].inner for name in formats):
        if inner is not None:
            path = folder / inner.file
            path.write_bytes(inner.sign(path.read_bytes(), key))
    manifest.sign(folder, key)


def contents(folder: Path) -> Mapping[str, str]:
    """The digest of every file in a folder, by name."""
    return {path.name: manifest.digest(path) for path in folder.iterdir()}


def ready(source: SessionSource, formats: Sequence[str]) -> ExportedSession:
    """The session ready to be written in these formats; StoreFormatError if its ledger cannot be read."""
    session = _folded(source)
    if _MADE_WITH_IN not in formats or not any(FORMATS[name].has_page for name in formats):
        return session
    return with_fields(session, made_with=session_pdf.made_with(session))


def _folded(source: SessionSource) -> ExportedSession:
    try:
        return ExportedSession.of(source)
    except LEDGER_ERRORS as error:
        raise StoreFormatError(f"the session cannot be read ({error!r}); it may be from a newer devicelog.") from None


@contextmanager
def _aside(to: Path, work: Path | None, session: str) -> Iterator[Path]:
    """A folder beside the one to be written, gone afterwards unless it was renamed."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{session}-", dir=work if work is not None else to))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except FileExistsError:
        raise BadInputError(f"{to} is a file, expected a folder; choose another --to.") from None
    except OSError as error:
        raise NotNowError(f"{to} cannot be written ({error.strerror}); check its path, permissions and room.") from None


def _place(made: Path, folder: Path, *, replace: bool) -> Placed:
    """Move what was made into its place, if nothing else is there or it is to be replaced."""
    if not folder.exists():
        made.rename(folder)
        return Placed.WRITTEN
    try:
        if folder.is_dir() and contents(folder) == contents(made):
            return Placed.UNCHANGED
    except OSError:
        return Placed.OLDER
    if not (replace and _is_whole_export(folder)):
        return Placed.OLDER
    before = made.with_name(f"{made.name}.before")
    folder.rename(before)
    made.rename(folder)
    shutil.rmtree(before, ignore_errors=True)
    return Placed.REPLACED


def _is_whole_export(folder: Path) -> bool:
    """Whether a folder holds the files on its list and nothing else: nothing of anybody's is removed with it."""
    try:
        listed = manifest.listed(manifest.read_small(folder / manifest.SUMS))
        return {path.name for path in folder.iterdir()} == {*listed, manifest.SUMS, manifest.SIGNATURE}
    except (OSError, ValueError):
        return False
