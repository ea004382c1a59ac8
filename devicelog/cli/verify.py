"""`devicelog verify`: whether a store, a session, or an export made elsewhere still is what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.options import at_home, json_option, print_json, store_option

if TYPE_CHECKING:
    from devicelog.verification.findings import Findings

#: So many faults are shown to people; all that were kept are in `--json`.
_SHOWN = 5


@click.command("verify")
@click.argument("what", metavar="[SESSION | PATH]", required=False)
@json_option
@store_option
@click.pass_context
def command(ctx: click.Context, what: str | None, as_json: bool, store: Path) -> None:
    """Check the store, a session, or the folder of an export or a backup.

    What exists as a path is taken as one. Exits with 0 if it holds and with 1 if it does not.
    """
    path = at_home(Path(what)) if what else None
    if path is not None and path.exists():
        checked = _backup(path) or (_store(path, None) if (path / "store.json").exists() else _exports(path, store))
    else:
        checked = _store(store, what)
    if as_json:
        holds = all(findings.holds for _, findings in checked)
        print_json({"holds": holds, "results": [{"what": name, **findings.content()} for name, findings in checked]})
    else:
        for name, findings in checked:
            _print(name, findings)
    if not all(findings.holds for _, findings in checked):
        ctx.exit(1)


def _store(store: Path, session: str | None) -> list[tuple[str, Findings]]:
    from devicelog.store.reader import Reader
    from devicelog.verification.store import verify_session, verify_store

    with Reader.open(store) as reader:
        if session is None:
            return [(f"store {store}", verify_store(reader))]
        return [(f"session {reader.session(session).id}", verify_session(reader, session))]


def _backup(path: Path) -> list[tuple[str, Findings]]:
    """What a backup's folder holds, its manifest included; nothing if it has none."""
    from devicelog.backup import manifest
    from devicelog.backup.checking import check_backup

    if not (path / manifest.FILE).exists():
        return []
    return [(f"backup {path}", check_backup(path, manifest.read(path), keys_in=None))]


def _exports(path: Path, store: Path) -> list[tuple[str, Findings]]:
    from devicelog.export.check import check_export, exports_in

    own = _own_key(store)
    return [(f"export {folder}", check_export(folder, own)) for folder in exports_in(path)]


def _own_key(store: Path) -> bytes | None:
    """The public key of the store at hand, if there is one."""
    from devicelog.errors import DevicelogError
    from devicelog.store.folder import open_folder

    try:
        return bytes.fromhex(open_folder(store).public_key)
    except (DevicelogError, ValueError):
        return None


def _print(name: str, findings: Findings) -> None:
    counted = {
        "sessions": findings.sessions,
        "entries": findings.entries,
        "chunks": findings.chunks,
        "seals": findings.seals,
        "files": findings.files,
    }
    checked = ", ".join(f"{count} {what}" for what, count in counted.items() if count or what == "entries")
    click.echo(f"{name}: {'holds' if findings.holds else 'DOES NOT HOLD'} ({checked} checked)")
    for fault in findings.faults[:_SHOWN]:
        click.echo(f"  fault: {fault}")
    if findings.fault_count > _SHOWN:
        click.echo(f"  and {findings.fault_count - _SHOWN} more faults")
    for note in findings.notes:
        click.echo(f"  note: {note}")
