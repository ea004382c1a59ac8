"""`devicelog export`: a session's record as files that can be checked without devicelog."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import at_home, log_access, reader_options, say, store_option
from devicelog.export import FORMATS


@click.command("export")
@click.argument("session", metavar="SESSION")
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the session's folder is made."
)
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help=f"Formats, separated by commas: {', '.join(FORMATS)}.  [default: all but fhir-injections]",
)
@store_option
@reader_options
def command(session: str, to: Path, formats: str | None, store: Path) -> None:
    """Write a session as DIR/<session>/, signed.

    SESSION is an id, the beginning of one, or "last". An export that is there already is never overwritten.
    """
    from devicelog.export import chosen
    from devicelog.export.package import export
    from devicelog.store.reader import Reader

    names = chosen(formats.split(",") if formats is not None else ())
    with Reader.open(store) as reader:
        package = export(reader, session, at_home(to), names)
        log_access(reader, "export", session=reader.session(session))
    for mark in package.marks:
        say(f"note: {mark}")
    there = "is there already, unchanged" if package.unchanged else "written"
    say(f"{len(package.files)} files of {package.entries} entries {there}; check them with `devicelog verify`")
    click.echo(package.folder)
