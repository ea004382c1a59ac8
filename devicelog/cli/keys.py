"""`devicelog keys`: the keys that sign seals and exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import is_behind, json_option, print_json, say, store_option


@click.group("keys", cls=Group, invoke_without_command=True)
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, store: Path, as_json: bool) -> None:
    """The public keys of this installation, with the fingerprints by which others tell its seals and exports.

    Give the fingerprint to those who get exports. A key that was given up stays valid for what it signed.
    """
    ctx.obj = store, as_json
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.ledger import fingerprint
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        installation, keys = reader.folder.id, reader.keychain().keys
    if as_json:
        print_json(_content(installation, keys))
        return
    click.echo(f"installation {installation}")
    for number, key in enumerate(keys, start=1):
        standing = "in force" if number == len(keys) else "given up"
        click.echo(f"key {number}  {fingerprint(key)}  {standing:8}  public key {key.hex()}")


@command.command("rotate")
@store_option
@json_option
@click.pass_context
def rotate(ctx: click.Context, store: Path, as_json: bool) -> None:
    """Make a new key to sign with; the old one signs it over and is destroyed.

    What the old key signed still verifies. A copy of the store from before the change can be read and verified later,
    but not be recorded into: make a backup of store and keys afterwards. With --json, the keys are printed as
    `devicelog keys --json` has them.
    """
    from devicelog import log
    from devicelog.ledger import fingerprint
    from devicelog.search.upkeep import writing
    from devicelog.store.rotation import rotate as change
    from devicelog.witness.keeper import catch_up

    behind = is_behind(ctx)
    outer, asked = ctx.obj
    log.configure()
    with writing(store if behind else outer, create=False) as writer:
        public = change(writer)
        installation, keys = writer.folder.id, writer.keychain().keys
        outcomes = catch_up(writer)
    for outcome in outcomes:
        if outcome.fault is not None:
            say(outcome.fault)
    if as_json or asked:
        print_json(_content(installation, keys))
    say(f"the key is now {fingerprint(public)}; make a backup of store and keys, and give the fingerprint out")


def _content(installation: str, keys: Sequence[bytes]) -> dict[str, Any]:
    from devicelog.ledger import fingerprint

    listed = [{"public_key": key.hex(), "fingerprint": fingerprint(key)} for key in keys]
    return {"installation": installation, "keys": listed}
