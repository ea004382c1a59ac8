"""Whether a backup still is what was written: its signature, its files, and all inside, as `verify` checks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from devicelog.backup.manifest import WITNESS, File, Manifest, is_signed
from devicelog.store.accounts.copying import check_accounts
from devicelog.store.folder import Folder, open_folder
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.verification.history import SetBack
from devicelog.verification.store import verify_store
from devicelog.verification.witnesses import Testimony, file_testimony

#: The files that every backup has.
NEEDED = {"store.json", "devicelog.db", WITNESS}
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_PIECE = 1 << 20

#: Told how many bytes have been read, of how many; and then of sessions checked.
Progress = Callable[[int, int], None]


def check_backup(
    backup: Path,
    manifest: Manifest,
    *,
    keys_in: Path | None,
    testimonies: Sequence[Testimony] = (),
    progress: Progress = lambda *_: None,
) -> Findings:
    """Check everything about a backup; `keys_in` is where its keys are, None for the usual place.

    That witnesses go on where it ends is no fault of a backup.
    Raises StoreFormatError if its keys are not at hand: a backup without them cannot be read by anyone.
    """
    findings = Findings()
    _check_manifest(backup, manifest, findings)
    _check_files(backup, manifest, findings, progress)
    if not findings.holds:
        return findings  # what is inside is not what was written: what it says of itself proves nothing
    described = open_folder(backup)
    folder = Folder(described.path, described.id, described.public_key, keys_in)
    if (folder.id, folder.public_key) != (manifest.installation, manifest.public_key):
        findings.fault("it names another installation or key than the manifest does", file="store.json")
        return findings
    folder.keys.store_key()
    with findings.unreadable("the database"):
        own = [file_testimony(backup / WITNESS, asked=True)] if manifest.seal else []
        ends = SetBack(manifest.seal, None, f"the backup is of {manifest.made} and ends with seal {manifest.seal}")
        inside = verified(folder, [*own, *testimonies], ends, progress)
        _check_end(folder, manifest, inside)
        inside.files = len(manifest.files)
        return inside
    return findings


def verified(
    folder: Folder,
    testimonies: Sequence[Testimony] = (),
    ends: SetBack | None = None,
    progress: Progress = lambda *_: None,
) -> Findings:
    """What `devicelog verify` finds in a store at rest, and whether its accounts can be read.

    `progress` is told of sessions.
    """
    with Reader.at(folder) as reader:
        findings = verify_store(reader, testimonies, ends, progress)
    with findings.unreadable("the accounts"):
        check_accounts(folder)
    return findings


def _check_end(folder: Folder, manifest: Manifest, findings: Findings) -> None:
    """The last seal and the keys inside are those that the manifest states."""
    with Reader.at(folder) as reader:
        last = next(reader.seals_from(reader.seal_count()), None)
        keys = reader.keychain()
        known = keys.continued(folder.keys.handovers()).keys
        end = (reader.seal_count(), last.digest.hex() if last is not None else None)
    if end != (manifest.seal, manifest.digest):
        findings.fault(f"it ends with seal {end[0]}, and the manifest states {manifest.seal}", file="manifest")
    stated = manifest.keychain.keys
    if len(stated) < len(keys.keys) or any(one != other for one, other in zip(stated, known, strict=False)):
        findings.fault("the manifest states other keys than this installation had", file="manifest")


def _check_manifest(backup: Path, manifest: Manifest, findings: Findings) -> None:
    if not is_signed(backup, manifest):
        findings.fault("its signature is not that of the key it names: it was changed or is damaged", file="manifest")
    names = [file.name for file in manifest.files]
    for name in names:
        if _NAME.fullmatch(name) is None or names.count(name) > 1:
            findings.fault("the manifest lists a file of a name that no backup has", file=name)
    for name in sorted(NEEDED - set(names)):
        findings.fault("the manifest does not list it", file=name)


def _check_files(backup: Path, manifest: Manifest, findings: Findings, progress: Progress) -> None:
    total, done = sum(file.bytes for file in manifest.files), 0
    for file in manifest.files:
        if _NAME.fullmatch(file.name) is None:
            continue
        findings.files += 1
        try:
            found = digest_of(backup / file.name, lambda size: progress(done + size, total))  # noqa: B023
        except OSError as error:
            findings.fault(f"it cannot be read ({error.strerror})", file=file.name)
            continue
        if found != file:
            findings.fault(f"it is not what was written: {found.bytes} bytes, expected {file.bytes}", file=file.name)
        done += file.bytes
    for name in ("devicelog.db-wal", "devicelog.db-journal", "accounts.db-wal", "accounts.db-journal"):
        if (backup / name).exists():
            findings.fault("a file of another database lies beside it, which a backup never has", file=name)


def digest_of(path: Path, progress: Callable[[int], None] = lambda _: None) -> File:
    """Size and SHA-256 of a file as a manifest lists it."""
    running, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            running.update(piece)
            size += len(piece)
            progress(size)
    return File(path.name, size, running.hexdigest())
