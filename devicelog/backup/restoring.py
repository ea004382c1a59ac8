"""A store made of a backup again: verified first, copied durably, and with a line in its history that says so."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devicelog.backup import manifest as manifests
from devicelog.backup.checking import check_backup, digest_of, verified
from devicelog.backup.manifest import FILE, WITNESS, Manifest
from devicelog.errors import BadInputError, DevicelogError, NotNowError
from devicelog.store import history
from devicelog.store.aside import aside, copy_file, finish, refuse_within, writing
from devicelog.store.evidence import Evidence
from devicelog.store.folder import Folder
from devicelog.store.key_file import install_keys
from devicelog.store.keys import Keys, keys_root
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.verification.seal_chain import erased_subjects

#: Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

CHECKING = "checking the backup"
COPYING = "copying"
VERIFYING = "verifying the store"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: whether it was done, what was found, and a later backup found beside this one.

    `erased` are the subjects of whom it is known, from either, that they were erased.
    """

    done: bool
    manifest: Manifest
    findings: Findings
    newer: Manifest | None
    erased: frozenset[str] = frozenset()


def restore(
    backup: Path, to: Path, *, keys_in: Path | None, with_faults: bool, progress: Progress = lambda *_: None
) -> Restored:
    """Make a store in a new folder of a backup that verifies; `keys_in` is where its keys are, None: the usual place.

    A backup that was taken with faults is only restored `with_faults`, and if it is as it was written. Raises
    BadInputError if there is something at `to` or it lies in a store, in a backup or beside keys, StoreFormatError if
    the keys are not at hand, StoreFullError or NotNowError if it cannot be written.
    """
    _refuse_existing(to)
    manifest = manifests.read(backup)
    _refuse_place(to, backup, manifest)
    findings = check_backup(
        backup, manifest, keys_in=keys_in, progress=lambda done, total: progress(CHECKING, done, total)
    )
    later = _newer(backup, manifest)
    newer = later[1] if later is not None else None
    if not findings.holds and not (with_faults and _is_as_written(manifest, findings)):
        return Restored(False, manifest, findings, newer)
    folder = Folder(to, manifest.installation, manifest.public_key, keys_in)
    with writing(to), aside(to.parent, to.name) as made:
        _copy(backup, made, manifest, progress)
        with Reader.at(replace(folder, path=made)) as reader:
            history.add(reader, history.Event.RESTORED, _said(backup, manifest, newer))
        if to.exists():
            to.rmdir()
        finish(made, to)
    erased = _erased(folder) | (_erased(replace(folder, path=later[0])) if later is not None else set())
    return Restored(True, manifest, findings, newer, frozenset(erased))


def drill(
    backup: Path,
    place: Path | None,
    *,
    keys_in: Path | None,
    with_faults: bool,
    progress: Progress = lambda *_: None,
) -> Restored:
    """Restore below `place` (None: where the system keeps temporary files), verify what came of it, and remove it."""
    place = place if place is not None else Path(tempfile.gettempdir())
    _refuse_place(place, backup, manifests.read(backup))
    with writing(place):
        temporary = Path(tempfile.mkdtemp(prefix="devicelog-drill-", dir=place))
    try:
        to = temporary / "store"
        restored = restore(backup, to, keys_in=keys_in, with_faults=with_faults, progress=progress)
        if not restored.done:
            return restored
        progress(VERIFYING, 0, 0)
        manifest = restored.manifest
        return replace(restored, findings=verified(Folder(to, manifest.installation, manifest.public_key, keys_in)))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def unlocked(backup: Path, installation: str, kept: Mapping[str, bytes]) -> Iterator[Path]:
    """A private place with the keys to a backup, beside where keys are kept; gone afterwards.

    Those of subjects who were erased when it was made are not among them.
    """
    with writing(keys_root()):
        keys_root().mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=".unlocked-", dir=keys_root()))
    try:
        with writing(place):
            install_keys(kept, Keys(installation, place))
            for subject in _erased(Folder(backup, installation, "", place)):
                Keys(installation, place).erase_subject_key(subject)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _refuse_existing(to: Path) -> None:
    with writing(to):
        if to.is_symlink() or (to.exists() and (not to.is_dir() or any(to.iterdir()))):
            raise BadInputError(f"{to} is there already; a restore needs a new place: name another --to.")


def _refuse_place(to: Path, backup: Path, manifest: Manifest) -> None:
    refuse_within(to, backup, Keys(manifest.installation).folder)


def _is_as_written(manifest: Manifest, findings: Findings) -> bool:
    """Whether a backup that does not hold is what was written, faults included."""
    return not manifest.holds and all(fault.file is None for fault in findings.faults)


def _copy(backup: Path, made: Path, manifest: Manifest, progress: Progress) -> None:
    """Copy the files and read them back; manifest and witness stay with the backup."""
    files = [file for file in manifest.files if file.name != WITNESS]
    total, done = sum(file.bytes for file in files), 0
    for file in files:
        copy_file(backup / file.name, made / file.name)
        if digest_of(made / file.name) != file:
            raise NotNowError(f"{backup / file.name} changed while it was copied; check the medium and try again.")
        done += file.bytes
        progress(COPYING, done, total)


def _said(backup: Path, manifest: Manifest, newer: Manifest | None) -> dict[str, Any]:
    """What the history says of a restore: from which backup, how far that reached, and what is known to be lost."""
    return {
        "backup": backup.name,
        "made": manifest.made,
        "manifest": digest_of(backup / FILE).sha256,
        "seal": manifest.seal,
        "digest": manifest.digest,
        "newer_seal": newer.seal if newer is not None else None,
    }


def _erased(folder: Folder) -> set[str]:
    """The subjects that were erased, as the acts in a store or backup say; none if it cannot be read."""
    try:
        with Reader.at(folder) as reader:
            return erased_subjects(Evidence(reader))
    except DevicelogError:
        return set()


def _newer(backup: Path, manifest: Manifest) -> tuple[Path, Manifest] | None:
    """The latest backup of the same installation beside this one, if it reaches further."""
    try:
        beside = list(manifests.backups_in(backup.absolute().parent, manifest.installation, manifest.public_key))
    except OSError:
        return None
    furthest = max(beside, key=lambda other: other[1].seal, default=None)
    return furthest if furthest is not None and furthest[1].seal > manifest.seal else None
