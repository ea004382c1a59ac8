"""`devicelog backup`: a verified, signed copy of the store, taken while it may be recorded to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import at_home, json_option, print_json, say, store_option
from devicelog.cli.passphrase import passphrase
from devicelog.numbers import entries, some

if TYPE_CHECKING:
    from devicelog.backup.making import Backup
    from devicelog.store.folder import Folder


@click.command("backup")
@click.option(
    "--to",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where backups are kept, each in a folder named by its time.",
)
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(min=1),
    help="Afterwards remove the oldest backups in DIR that hold, but for N.",
)
@click.option(
    "--with-keys",
    "key_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the keys to FILE, under a passphrase; keep it apart from DIR.",
)
@click.option("--with-faults", is_flag=True, help="Keep the backup of a store that does not verify, and say so in it.")
@store_option
@json_option
def command(to: Path, keep: int | None, key_file: Path | None, with_faults: bool, store: Path, as_json: bool) -> None:
    """Copy the store to DIR, verify the copy and sign it; a recording goes on meanwhile.

    A backup is there whole or not at all. It is encrypted as the store is and cannot be read without the keys, which
    are not in it. Exits with 1, and keeps nothing, if the copy does not verify.
    """
    from devicelog.backup.making import take_backup
    from devicelog.backup.place import refuse_beside
    from devicelog.store.aside import refuse_within
    from devicelog.store.key_file import write_keys
    from devicelog.store.reader import Reader
    from devicelog.terminal.progress import progress

    to = at_home(to).absolute()
    with Reader.open(store) as reader:
        folder = reader.folder
        refuse_within(to, folder.path, folder.keys.folder)
        if key_file is not None:
            key_file = at_home(key_file).absolute()
            refuse_beside(key_file, (to, store))
            subjects = write_keys(folder.keys, folder.id, key_file, passphrase(new=True))
            say(f"the keys, {subjects} of subjects among them, are in {key_file}")
        with progress() as tell:
            backup = take_backup(reader, to, with_faults=with_faults, keep=keep, progress=tell)
    if as_json:
        print_json(_content(backup, folder, key_file))
    else:
        _print(backup)
    _say_keys(folder, key_file, to)
    if not backup.findings.holds:
        raise SystemExit(1)


def _say_keys(folder: Folder, key_file: Path | None, to: Path) -> None:
    """Where the keys are, and that they need a backup of their own."""
    if key_file is None:
        say(
            f"note: this backup cannot be read without the keys in {folder.keys.folder}, which are not in it; "
            "back them up apart from it (--with-keys FILE)"
        )
    elif key_file.exists() and to.exists() and key_file.stat().st_dev == to.stat().st_dev:
        say(f"note: {key_file} is on the same disk as the backup, which only the passphrase then protects; move it")


def _print(backup: Backup) -> None:
    held = backup.manifest.held
    if backup.folder is None:
        say(f"the copy does not verify ({backup.findings.faults[0]}); no backup was kept, older ones are as they were")
        say("see `devicelog verify`; `devicelog salvage` saves what holds, --with-faults takes the backup as it is")
        return
    for name in backup.manifest.running:
        say(f"note: session {name} was running; it is in the backup up to this moment")
    for path in backup.removed:
        say(f"removed the backup {path.name}")
    holds = "holds" if backup.findings.holds else f"DOES NOT HOLD ({backup.findings.faults[0]})"
    size = f"{backup.bytes / 1e6:.1f} MB"
    say(
        f"{holds}: {some(held.sessions, 'session')}, {entries(held.entries)}, up to seal {backup.manifest.seal}, {size}"
    )
    click.echo(backup.folder)


def _content(backup: Backup, folder: Folder, key_file: Path | None) -> dict[str, Any]:
    from msgspec import to_builtins

    return {
        "backup": str(backup.folder) if backup.folder is not None else None,
        "holds": backup.findings.holds,
        "bytes": backup.bytes,
        "removed": [str(path) for path in backup.removed],
        "keys": str(folder.keys.folder),
        "key_file": str(key_file) if key_file is not None else None,
        "manifest": to_builtins(backup.manifest),
        "findings": backup.findings.content(),
    }
