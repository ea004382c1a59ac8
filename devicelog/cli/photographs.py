"""`devicelog photographs`: whether the pictures that a session names are still the same."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.group import Group
from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option


@click.group("photographs", cls=Group)
def command() -> None:
    """Photographs of sessions, which stay where they are: the record has their names and digests."""


@command.command("check")
@click.argument("session")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@reader_options
@store_option
@json_option
def check(session: str, folder: Path, store: Path, as_json: bool) -> None:
    """Hold the photographs of SESSION against the pictures in DIR. Exit code 1 if one is missing or was changed."""
    from devicelog.amending.photographs import check as checked
    from devicelog.store.reader import Reader
    from devicelog.stored import record_of

    with Reader.open(store) as reader:
        row = reader.session(session)
        found = list(checked(record_of(reader, row), folder))
        log_access(reader, "photographs check", session=row)
    holds = all(one.holds for one in found)
    if as_json:
        pictures = [
            {
                "entry": one.entry,
                "file": one.name,
                "sha256": one.sha256,
                "when": one.when,
                "found": one.found.value,
                "found_as": one.file,
            }
            for one in found
        ]
        print_json({"session": row.id, "holds": holds, "photographs": pictures})
    else:
        for one in found:
            renamed = f", it is called {one.file} now" if one.found == "renamed" else ""
            click.echo(f"{one.entry:>7}  {one.when:<6}  {one.found.value:<8}  {one.name}{renamed}")
    if not found:
        say(f"session {row.id} names no photograph")
    if not holds:
        raise SystemExit(1)
