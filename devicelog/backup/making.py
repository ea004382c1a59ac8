"""Taking a backup: copied while the store may be recorded to, verified, signed, and moved into place whole.

<to>/<time>/devicelog.db  store.json  [history.jsonl]  [access.jsonl]  [accounts.db]
            seals.witness  manifest.json  manifest.sig
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from devicelog import __version__, clock
from devicelog.acts.keychain import KeyChain, told
from devicelog.backup import manifest as manifests
from devicelog.backup.checking import digest_of, verified
from devicelog.backup.manifest import FORMAT, WITNESS, Held, Manifest
from devicelog.errors import StoreFormatError
from devicelog.store import access, history
from devicelog.store.accounts.accounts import FILE as ACCOUNTS
from devicelog.store.accounts.copying import copy_accounts
from devicelog.store.aside import aside, copy_file, finish, synchronise
from devicelog.store.copying import copy_database, moment
from devicelog.store.files import write_durably
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.store.rotation import signing_key
from devicelog.verification.findings import Findings
from devicelog.verification.witnesses import Testimony, file_testimony
from devicelog.witness.statement import statement

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
    key, chain = signing_key(reader)
    made = clock.utc(clock.now().wall_ns)
    name = f"{made[:10].replace('-', '')}-{made[11:19].replace(':', '')}-{made[20:26]}"
    with aside(to, name) as folder:
        copy = Folder(folder, reader.folder.id, reader.folder.public_key, reader.folder.keys_in)
        fault = _accounts_copied(reader.folder, copy)  # before the acts that tell of later changes
        held = moment(reader)
        for file in ("store.json", history.FILE, access.FILE):
            if (reader.folder.path / file).exists():
                copy_file(reader.folder.path / file, folder / file)
        copy_database(reader, held, copy, lambda done, total: progress(COPYING, done, total))
        synchronise(copy.database)
        progress(VERIFYING, 0, 0)
        findings = verified(copy, _older(to, copy), progress=partial(progress, VERIFYING))
        if fault is not None:
            findings.fault(fault, file=ACCOUNTS)
        manifest = _manifest(copy, made, chain, findings)
        if not findings.holds and not with_faults:
            return Backup(None, manifest, findings, ())
        manifests.write(folder, manifest, key)
        finish(folder, to / name)
    removed = _thin(to, reader.folder, keep) if keep is not None and findings.holds else ()
    return Backup(to / name, manifest, findings, removed)


def _accounts_copied(folder: Folder, copy: Folder) -> str | None:
    """Copy the accounts; in one sentence why that is not possible."""
    try:
        copy_accounts(folder, copy)
    except StoreFormatError as error:
        return f"the accounts cannot be copied: {error}"
    return None


def _older(to: Path, copy: Folder) -> list[Testimony]:
    """Every older backup beside this one is a witness of how far the store had come then."""
    beside = manifests.backups_in(to, copy.id, copy.public_key)
    return [file_testimony(path / WITNESS, asked=False) for path, _ in beside]


def _manifest(copy: Folder, made: str, chain: KeyChain, findings: Findings) -> Manifest:
    with Reader.at(copy) as reader:
        running = [row.id for row in reader.sessions() if row.state == "running"]
        last = next(reader.seals_from(reader.seal_count()), None)
        said = statement(reader)
        number = reader.seal_count()
    write_durably(copy.path / WITNESS, said.lines)
    return Manifest(
        backup=FORMAT,
        made=made,
        software=f"devicelog {__version__}",
        installation=copy.id,
        public_key=copy.public_key,
        keys=told(chain.handovers),
        files=[digest_of(path) for path in sorted(copy.path.iterdir())],
        held=Held(findings.sessions, findings.entries, findings.chunks, findings.seals),
        running=running,
        holds=findings.holds,
        faults=[str(fault) for fault in findings.faults[:_NAMED]],
        seal=number,
        digest=last.digest.hex() if last is not None else None,
        seal_text=said.text,
    )


def _thin(to: Path, folder: Folder, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups that hold, but for so many; each is out of the list before its first file goes."""
    holding = [path for path, manifest in manifests.backups_in(to, folder.id, folder.public_key) if manifest.holds]
    removed = holding[:-keep]
    for path in removed:
        with aside(to, "removed") as workshop:
            path.rename(workshop / path.name)
    return tuple(removed)
