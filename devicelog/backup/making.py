"""Taking a backup: copied while the store may be recorded to, verified, signed, and moved into place whole.

<to>/<time>/devicelog.db  store.json  [history.jsonl]  manifest.json  manifest.sig
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devicelog import __version__, clock
from devicelog.backup import manifest as manifests
from devicelog.backup.checking import digest_of, verified
from devicelog.backup.files import aside, copy_file, finish, synchronise
from devicelog.backup.manifest import FORMAT, Held, Manifest, Witness
from devicelog.backup.witness import contradiction
from devicelog.store import history
from devicelog.store.copying import copy_database, moment
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings

#: Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

COPYING = "copying"
VERIFYING = "verifying the copy"
#: So many faults of a store that does not hold are named in the manifest.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was taken; `folder` is None if it did not hold and was not kept."""

    folder: Path | None
    manifest: Manifest
    findings: Findings
    removed: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """The size of its files."""
        return sum(file.bytes for file in self.manifest.files)


def take_backup(
    reader: Reader, to: Path, *, with_faults: bool, keep: int | None, progress: Progress = lambda *_: None
) -> Backup:
    """Take a backup of a store into a folder of its own in `to`; older ones there stay as they are until it is done.

    One that does not verify is thrown away unless `with_faults`. With `keep`, older backups of the same installation
    beyond so many that hold are removed afterwards, never because of one that does not hold. Raises StoreBusyError,
    StoreFullError, NotNowError, BadInputError, StoreFormatError.
    """
    key = reader.folder.keys.seal_key()
    made = clock.utc(clock.now().wall_ns)
    name = f"{made[:10].replace('-', '')}-{made[11:19].replace(':', '')}-{made[20:26]}"
    with aside(to, name) as folder:
        copy = Folder(folder, reader.folder.id, reader.folder.public_key, reader.folder.keys_in)
        held = moment(reader)
        for file in ("store.json", history.FILE):
            if (reader.folder.path / file).exists():
                copy_file(reader.folder.path / file, folder / file)
        copy_database(reader, held, copy, lambda done, total: progress(COPYING, done, total))
        synchronise(copy.database)
        progress(VERIFYING, 0, 0)
        findings = verified(copy)
        _hold_against_older(to, copy, findings)
        manifest = _manifest(copy, made, findings)
        if not findings.holds and not with_faults:
            return Backup(None, manifest, findings, ())
        manifests.write(folder, manifest, key)
        finish(folder, to / name)
    removed = _thin(to, reader.folder, keep) if keep is not None and findings.holds else ()
    return Backup(to / name, manifest, findings, removed)


def _hold_against_older(to: Path, copy: Folder, findings: Findings) -> None:
    """Every older backup beside this one is a witness of how far the store had come then."""
    with Reader.at(copy) as reader:
        for path, older in manifests.backups_in(to, copy.id, copy.public_key):
            what = contradiction(reader, older)
            if what is not None:
                findings.fault(f"{what}: the store was set back, cut off or signed anew", file=path.name)


def _manifest(copy: Folder, made: str, findings: Findings) -> Manifest:
    with Reader.at(copy) as reader:
        running = [row.id for row in reader.sessions() if row.state == "running"]
        last = reader.seal()
    return Manifest(
        backup=FORMAT,
        made=made,
        software=f"devicelog {__version__}",
        installation=copy.id,
        public_key=copy.public_key,
        files=[digest_of(path) for path in sorted(copy.path.iterdir())],
        held=Held(findings.sessions, findings.entries, findings.chunks, findings.seals),
        running=running,
        holds=findings.holds,
        faults=[str(fault) for fault in findings.faults[:_NAMED]],
        witness=Witness.of(copy.id, copy.public_key, last) if last is not None else None,
    )


def _thin(to: Path, folder: Folder, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups that hold, but for so many; each is out of the list before its first file goes."""
    holding = [path for path, manifest in manifests.backups_in(to, folder.id, folder.public_key) if manifest.holds]
    removed = holding[:-keep]
    for path in removed:
        with aside(to, "removed") as workshop:
            path.rename(workshop / path.name)
    return tuple(removed)
