"""`devicelog verify`: whether a store, a session, or an export made elsewhere still is what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.exported import is_path
from devicelog.cli.options import at_home, json_option, print_json, store_option
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.export.proof.whose_key import NamedKey
    from devicelog.store.folder import Folder
    from devicelog.verification.findings import Findings
    from devicelog.verification.witnesses import Testimony

#: So many faults are shown to people; all that were kept are in `--json`.
_SHOWN = 5


@click.command("verify")
@click.argument("what", metavar="[SESSION | PATH]", required=False)
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A witness file to hold it against; may be repeated.",
)
@click.option("--seal", "seals", multiple=True, metavar="TEXT", help='A seal as printed ("DL1 ..."); may be repeated.')
@click.option(
    "--key",
    metavar="FILE | FINGERPRINT",
    help="The public key (PEM) with which an export has to be signed, or its fingerprint.",
)
@json_option
@store_option
@click.pass_context
def command(
    ctx: click.Context,
    what: str | None,
    witnesses: tuple[Path, ...],
    seals: tuple[str, ...],
    key: str | None,
    as_json: bool,
    store: Path,
) -> None:
    """Check the store, a session, or the folder of an export or a backup.

    What exists as a path is taken as one. An export needs no store and no keys; --key says whose it has to be. Every
    witness that is registered (`devicelog witness`) or named is used: what contradicts one does not hold. Exits with 0
    if it holds and with 1 if it does not.
    """
    from devicelog.errors import BadInputError
    from devicelog.verification.witnesses import file_testimony, typed_testimony

    asked = [typed_testimony(text) for text in seals]
    asked += [file_testimony(at_home(file), asked=True) for file in witnesses]
    path = at_home(Path(what)) if what else None
    named = _named(key) if key is not None else None
    is_there = path is not None and path.exists()
    if what is not None and not is_there and is_path(what):
        raise BadInputError(f"there is no {what}; expected the folder of an export, a backup or a store.")
    if named is not None and not (is_there and path is not None and _is_of_exports(path)):
        raise click.UsageError("--key goes with the folder of an export; the keys of a store are checked by its seals.")
    checked = _folder(path, store, asked, named) if path is not None and is_there else _store(store, what, asked)
    if as_json:
        holds = all(findings.holds for _, findings in checked)
        print_json({"holds": holds, "results": [{"what": name, **findings.content()} for name, findings in checked]})
    else:
        for name, findings in checked:
            _print(name, findings)
    if not all(findings.holds for _, findings in checked):
        ctx.exit(1)


def _named(key: str) -> NamedKey:
    from devicelog.export.proof.whose_key import named_key

    return named_key(key, at_home(Path(key)))


def _is_of_exports(path: Path) -> bool:
    """Whether what lies there is neither a backup nor a store."""
    return not any((path / name).exists() for name in ("manifest.json", "store.json"))


def _folder(path: Path, store: Path, asked: list[Testimony], named: NamedKey | None) -> list[tuple[str, Findings]]:
    """What a path holds: a backup, a store, or exports."""
    if (path / "manifest.json").exists():
        return _backup(path, asked)
    if (path / "store.json").exists():
        return _store(path, None, asked)
    return _exports(path, store, asked, named)


def _store(store: Path, session: str | None, asked: list[Testimony]) -> list[tuple[str, Findings]]:
    from devicelog.store.reader import Reader
    from devicelog.verification.store import verify_session, verify_store

    with Reader.open(store) as reader:
        testimonies = asked + _registered(reader.folder)
        if session is None:
            return [(f"store {store}", verify_store(reader, testimonies))]
        return [(f"session {reader.session(session).id}", verify_session(reader, session, testimonies))]


def _registered(folder: Folder) -> list[Testimony]:
    """What the registered witnesses say."""
    from devicelog.verification.witnesses import file_testimony
    from devicelog.witness.places import registered

    return [file_testimony(file, asked=False) for file in registered(folder)]


def _backup(path: Path, asked: list[Testimony]) -> list[tuple[str, Findings]]:
    from devicelog.backup import manifest
    from devicelog.backup.checking import check_backup

    said, testimonies = manifest.read(path), asked + _at_hand(path)
    return [(f"backup {path}", check_backup(path, said, keys_in=None, testimonies=testimonies))]


def _exports(path: Path, store: Path, asked: list[Testimony], named: NamedKey | None) -> list[tuple[str, Findings]]:
    from devicelog.errors import BadInputError
    from devicelog.export.proof.check import check_export, exports_in
    from devicelog.terminal.progress import progress

    try:
        folders = exports_in(path)
    except BadInputError:
        _refuse_backups(path)
        raise
    own, deidentifying = _own_keys(store), _deidentifying_key(store)
    testimonies = asked + _at_hand(store)
    found = _list(path, own, deidentifying, named, folders)
    with progress() as tell:
        for number, one in enumerate(folders, start=1):
            findings = check_export(one, own, testimonies, named, deidentifying=deidentifying)
            found.append((f"export {one}", findings))
            if len(folders) > 1:
                tell("verifying", number, len(folders))
    return found


def _list(
    path: Path, own: list[bytes] | None, deidentifying: bytes | None, named: NamedKey | None, folders: list[Path]
) -> list[tuple[str, Findings]]:
    """The list of the exports in a folder, if it has one."""
    from devicelog.export.many import index
    from devicelog.export.proof.index_check import check_index

    if not index.is_in(path):
        return []
    keys = None if own is None else [*own, *([deidentifying] if deidentifying is not None else [])]
    return [(f"list {path / index.FILE}", check_index(path, keys, named, folders))]


def _refuse_backups(path: Path) -> None:
    """Raise BadInputError for a folder that holds backups: each is verified by itself."""
    from devicelog.backup.manifest import SIGNATURE
    from devicelog.errors import BadInputError

    names = sorted(file.parent.name for file in path.glob(f"*/{SIGNATURE}"))
    if names:
        raise BadInputError(f"{path} is no backup and holds some; name one of them: {', '.join(names)}.")


def _at_hand(store: Path) -> list[Testimony]:
    """What the registered witnesses say, if there is a store."""
    from devicelog.errors import DevicelogError
    from devicelog.store.folder import open_folder

    try:
        return _registered(open_folder(store))
    except DevicelogError:
        return []


def _own_keys(store: Path) -> list[bytes] | None:
    """The public keys of the store at hand; only the first if its ledger cannot be opened, None if there is none."""
    from devicelog.errors import DevicelogError
    from devicelog.store.folder import open_folder
    from devicelog.store.reader import Reader

    try:
        first = bytes.fromhex(open_folder(store).public_key)
    except (DevicelogError, ValueError):
        return None
    try:
        with Reader.open(store) as reader:
            return reader.keychain().keys
    except DevicelogError:
        return [first]


def _deidentifying_key(store: Path) -> bytes | None:
    """The public key of the store at hand for de-identified exports; None if there is none or its keys are away."""
    from devicelog.errors import DevicelogError
    from devicelog.export.deidentified import signing_key
    from devicelog.ledger import public_bytes
    from devicelog.store.folder import open_folder
    from devicelog.store.pseudonyms import pseudonym_secret

    try:
        return public_bytes(signing_key(pseudonym_secret(open_folder(store))))
    except (DevicelogError, OSError):
        return None


def _print(name: str, findings: Findings) -> None:
    from devicelog.terminal.plain import clean

    entries = "1 entry" if findings.entries == 1 else f"{findings.entries} entries"
    counted = {
        some(findings.sessions, "session"): findings.sessions,
        entries: findings.entries,
        some(findings.chunks, "chunk"): findings.chunks,
        some(findings.seals, "seal"): findings.seals,
        some(findings.files, "file"): findings.files,
    }
    checked = ", ".join(said for said, count in counted.items() if count) or "nothing"
    click.echo(f"{name}: {'holds' if findings.holds else 'DOES NOT HOLD'} ({checked} checked)")
    for fault in findings.faults[:_SHOWN]:
        click.echo(f"  fault: {clean(str(fault))}")
    if findings.fault_count > _SHOWN:
        click.echo(f"  and {some(findings.fault_count - _SHOWN, 'more fault')}")
    for note in findings.notes:
        click.echo(f"  note: {clean(note)}")
