"""`devicelog review`: somebody looked through a session's record, and says so by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devicelog.cli.options import json_option, log_access, print_json, say, signer_option, store_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("review")
@click.argument("session")
@signer_option("Who reviewed it.")
@click.option("--role", required=True, metavar="ROLE", help="In which role.")
@click.option("--text", metavar="TEXT", help="What was found.")
@store_option
@json_option
def command(session: str, by: str, role: str, text: str | None, store: Path, as_json: bool) -> None:
    """State that the record of SESSION was reviewed; shows what it lacks."""
    from devicelog import log
    from devicelog.amending.signing import review
    from devicelog.naming import named
    from devicelog.record.completeness import completeness
    from devicelog.search.upkeep import writing
    from devicelog.stored import record_of

    log.configure()
    who = {"by": named(by, "person"), "role": named(role, "role")}
    said = named(text, "text") if text is not None else None
    with writing(store, create=False) as writer:
        row = writer.session(session)
        number = review(writer, row, **who, text=said)
        items = completeness(record_of(writer, row))
        log_access(writer, "review", session=row, by=who["by"])
    if as_json:
        print_json({"session": row.id, "entry": number, "completeness": [item.content() for item in items]})
    for item in items:
        for what in item.missing:
            say(f"missing: {item.aspect}: {what}")
    say(f"session {row.id}: reviewed by {who['by']} at entry {number}")
