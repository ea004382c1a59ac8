"""`devicelog sign`: a session's record signed by name, with a meaning, and what it lacks named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devicelog.cli.options import json_option, log_access, print_json, say, signer_option, store_option

if TYPE_CHECKING:
    from pathlib import Path

MEANINGS = ("authorship", "review", "approval", "responsibility")


@click.command("sign")
@click.argument("session")
@signer_option("Who signs.")
@click.option("--role", required=True, metavar="ROLE", help="In which role.")
@click.option("--registration", metavar="NUMBER", help="Register and number.")
@click.option("--meaning", required=True, type=click.Choice(MEANINGS), help="What the signature means.")
@click.option("--despite-missing", is_flag=True, help="Sign what is there; what is missing is named in the signature.")
@store_option
@json_option
def command(
    session: str,
    by: str,
    role: str,
    registration: str | None,
    meaning: str,
    despite_missing: bool,
    store: Path,
    as_json: bool,
) -> None:
    """Sign the record of SESSION as it stands; a later amendment shows as "amended after signature".

    Exit code 1: something is missing, and nothing was signed.
    """
    from devicelog import log
    from devicelog.amending.signing import sign
    from devicelog.naming import named
    from devicelog.record.response import Meaning
    from devicelog.search.upkeep import writing

    log.configure()
    who = {"by": named(by, "person"), "role": named(role, "role")}
    number = named(registration, "registration") if registration is not None else None
    with writing(store, create=False) as writer:
        row = writer.session(session)
        signed = sign(
            writer, row, **who, registration=number, meaning=Meaning(meaning), despite_missing=despite_missing
        )
        if signed.missing:
            log_access(writer, "sign", session=row, by=who["by"])
    if as_json:
        print_json(
            {"session": row.id, "signed": signed.entry is not None, "entry": signed.entry, "missing": signed.missing}
        )
    for what in signed.missing:
        say(f"missing: {what}")
    if signed.entry is None:
        say(f"session {row.id} was not signed; mend what is missing, or sign with --despite-missing")
        raise SystemExit(1)
    say(f"session {row.id}: signed by {who['by']}, {meaning}, at entry {signed.entry}")
