"""`devicelog erase`: who a subject is, erased for good."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import say, store_option


@click.command("erase")
@click.argument("reference", metavar="REF")
@click.option("--yes", is_flag=True, help="Do it; nothing brings the number back.")
@store_option
def command(reference: str, yes: bool, store: Path) -> None:
    """Erase who a subject is: the clinic's number REF and its key, for good.

    The sessions stay, under their random subject id, and verify as before. Exports, and backups of the keys, are not
    reached from here: remove them, too.
    """
    if not yes:
        raise click.UsageError("this cannot be undone, and a duty to keep records may forbid it; add --yes to do it.")
    from devicelog.store.erasure import erase
    from devicelog.store.writer import Writer
    from devicelog.witness.keeper import catch_up

    with Writer.open(store, create=False) as writer:
        subject = erase(writer, reference)
        outcomes = catch_up(writer)
    for outcome in outcomes:
        if outcome.fault is not None:
            say(outcome.fault)
    say(f"{subject} was erased; exports of its sessions and backups of the keys still name it: remove those, too")
