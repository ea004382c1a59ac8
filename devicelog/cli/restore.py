"""`devicelog restore`: a store made of a backup again, verified first."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import at_home, json_option, print_json, say
from devicelog.cli.passphrase import passphrase
from devicelog.numbers import entries, some

if TYPE_CHECKING:
    from devicelog.backup.restoring import Restored


@click.command("restore")
@click.argument("backup", metavar="BACKUP", type=click.Path(path_type=Path))
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), help="The new store; must not exist yet.")
@click.option(
    "--keys",
    "key_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Take the keys from this file (`devicelog backup --with-keys`) and put back those that are missing.",
)
@click.option("--drill", is_flag=True, help="Only try: restore to a temporary place, verify, remove it again.")
@click.option("--with-faults", is_flag=True, help="Restore a backup that was taken with faults.")
@json_option
def command(
    backup: Path, to: Path | None, key_file: Path | None, drill: bool, with_faults: bool, as_json: bool
) -> None:
    """Make a store in DIR of the backup in the folder BACKUP.

    Signature, files and everything recorded are checked first. The restore is written into the store's history, which
    `devicelog verify` tells. With --drill, DIR is where the temporary place is made. Exits with 1, and restores
    nothing, if the backup does not hold.
    """
    from devicelog.backup import manifest as manifests
    from devicelog.backup import restoring
    from devicelog.errors import BadInputError
    from devicelog.store.key_file import check_install, install_keys, read_keys
    from devicelog.store.keys import Keys
    from devicelog.terminal.progress import progress

    if to is None and not drill:
        raise click.UsageError("--to is missing; name the folder of the new store, or try with --drill.")
    backup = at_home(backup).absolute()
    to = at_home(to).absolute() if to is not None else None
    installation = manifests.read(backup).installation
    with ExitStack() as stack:
        kept = None
        if key_file is not None:
            owner, kept = read_keys(at_home(key_file), passphrase(new=False))
            if owner != installation:
                raise BadInputError(f"{key_file} holds the keys of {owner}, and the backup is of {installation}.")
            if not drill:
                check_install(kept, Keys(installation))
        keys_in = stack.enter_context(restoring.unlocked(backup, installation, kept)) if kept is not None else None
        tell = stack.enter_context(progress())
        if drill:
            restored = restoring.drill(backup, to, keys_in=keys_in, with_faults=with_faults, progress=tell)
        else:
            assert to is not None
            restored = restoring.restore(backup, to, keys_in=keys_in, with_faults=with_faults, progress=tell)
    left_out = 0
    if kept is not None and restored.done and not drill:
        left_out = install_keys(kept, Keys(installation), restored.erased)
    _tell(restored, to, drill=drill, left_out=left_out, as_json=as_json)
    if not restored.done or not restored.findings.holds:
        raise SystemExit(1)


def _tell(restored: Restored, to: Path | None, *, drill: bool, left_out: int, as_json: bool) -> None:
    from devicelog.clock import told

    manifest, findings = restored.manifest, restored.findings
    done = restored.done and not drill
    if as_json:
        print_json(_content(restored, to if done else None, drill=drill))
    if restored.newer is not None:
        say(
            f"note: this is an older copy, up to seal {manifest.seal}; a backup of {told(restored.newer.made)} beside "
            f"it goes up to seal {restored.newer.seal}, and what was recorded between is not in it"
        )
    if left_out:
        say(f"note: not put back: keys of {some(left_out, 'subject')}, erased or perhaps erased")
    if not restored.done:
        say(f"the backup does not hold ({findings.faults[0]}); nothing was restored: use another backup")
        return
    what = "drill: the restored store" if drill else "restored: the store"
    holds = "holds" if findings.holds else f"DOES NOT HOLD ({findings.faults[0]})"
    held = f"{some(findings.sessions, 'session')}, {entries(findings.entries)}, up to seal {manifest.seal}"
    say(f"{what} {holds}: {held}, as of {told(manifest.made)}")
    if done and not as_json:
        click.echo(to)


def _content(restored: Restored, to: Path | None, *, drill: bool) -> dict[str, Any]:
    from msgspec import to_builtins

    return {
        "store": str(to) if to is not None else None,
        "drill": drill,
        "holds": restored.done and restored.findings.holds,
        "manifest": to_builtins(restored.manifest),
        "newer_backup": to_builtins(restored.newer) if restored.newer is not None else None,
        "findings": restored.findings.content(),
    }
