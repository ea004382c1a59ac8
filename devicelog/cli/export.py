"""`devicelog export`: a session's record, or those of many, as files that can be checked without devicelog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devicelog.cli.filters import Filter, filter_options
from devicelog.cli.options import at_home, log_access, reader_options, say, store_option
from devicelog.export import FORMATS


@click.command("export")
@click.argument("session", metavar="[SESSION]", required=False)
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the session's folder is made."
)
@click.option(
    "--format", "formats", metavar="LIST", help=f"Formats, separated by commas: {', '.join(FORMATS)}.  [default: all]"
)
@click.option("--deidentified", is_flag=True, help="Without what names a person, a place or a device; dates moved.")
@click.option("--replace", is_flag=True, help="Replace an export of the session as it was before.")
@filter_options
@store_option
@reader_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    session: str | None,
    to: Path,
    formats: str | None,
    deidentified: bool,
    replace: bool,
    store: Path,
    **looked_for: Any,
) -> None:
    """Write a session as DIR/<session>/, signed; or, with --since and the like in its place, many of them.

    SESSION is an id, the beginning of one, or "last". An export that is there already is never overwritten, unless it
    is one of the session as it was before and --replace is given.

    Many sessions stand beside a signed list of them, DIR/export.json. The same command again goes on where it broke
    off, and keeps what is there unchanged. Exits with 1 if a session could not be exported or has changed since.
    """
    from devicelog.export import chosen

    names = chosen(formats.split(",") if formats is not None else ())
    wanted = Filter.of(looked_for)
    if session is None:
        if not wanted.given:
            raise click.UsageError("found no SESSION, expected one, or --since DATE for all sessions from then on.")
        _many(ctx, wanted, store, at_home(to), names, deidentify=deidentified, replace=replace)
        return
    if wanted.given:
        raise click.UsageError(
            f"found both {session!r} and {wanted.given[0]}, expected one of them: a session, or which sessions."
        )
    _one(session, store, at_home(to), names, deidentify=deidentified, replace=replace)


def _one(session: str, store: Path, to: Path, names: list[str], *, deidentify: bool, replace: bool) -> None:
    from devicelog.export.package import Placed, export
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        package = export(reader, session, to, names, deidentify=deidentify, replace=replace)
        log_access(reader, "export", session=reader.session(session))
    for mark in package.marks:
        say(f"note: {mark}")
    there = {
        Placed.UNCHANGED: "is there already, unchanged",
        Placed.REPLACED: "written in the place of an older export",
    }
    said = there.get(package.placed, "written")
    say(f"{len(package.files)} files of {package.entries} entries {said}; check them with `devicelog verify`")
    click.echo(package.folder)


def _many(
    ctx: click.Context, wanted: Filter, store: Path, to: Path, names: list[str], *, deidentify: bool, replace: bool
) -> None:
    from devicelog.cli.exporting import run, say_outcomes
    from devicelog.export.bulk import Manner
    from devicelog.search.finding import listed
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        search = wanted.search(reader)
        found = listed(reader, search) if search is not None else None
        rows = [*(row for row, _ in found.sessions), *found.unread] if found is not None else []
        if not rows:
            say("no sessions: nothing was exported")
            return
        outcomes = run(
            reader, sorted(rows, key=lambda row: row.number), to, Manner(names, deidentify, replace), "export"
        )
    say_outcomes(outcomes, to)
    click.echo(to)
    if not outcomes.holds:
        ctx.exit(1)
