"""`devicelog export`: a session's record, or those of many, as files that can be checked without devicelog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.filters import Filter, filter_options
from devicelog.cli.formats import format_option, named_formats
from devicelog.cli.options import at_home, log_access, reader_options, say, store_option
from devicelog.numbers import entries, some

if TYPE_CHECKING:
    from devicelog.export.folder.package import Package
    from devicelog.export.many.bulk import Manner

_CHECK = "check them with `devicelog verify`"


@click.command("export")
@click.argument("session", metavar="[SESSION | PATH]", required=False)
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the session's folder is made."
)
@format_option()
@click.option("--deidentified", is_flag=True, help="Without what names a person, a place or a device; dates moved.")
@click.option("--replace", is_flag=True, help="Replace an export of the session as it was before.")
@click.option("--without-signature", is_flag=True, help="Of an export: formats that it does not hold.")
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
    without_signature: bool,
    store: Path,
    **looked_for: Any,
) -> None:
    """Write a session as DIR/<session>/, signed; or, with --since and the like in its place, many of them.

    SESSION is an id, any unique beginning of one, or "last". An export that is there already is never overwritten,
    unless it is one of the session as it was before and --replace is given. PATH is the folder of an export: what its
    ledger gives is written again, byte for byte, under the signature that it has; with --without-signature in other
    formats than it holds.

    Many sessions stand beside a signed list of them, DIR/export.json. The same command again goes on where it broke
    off, and keeps what is there unchanged. Exits with 1 if a session could not be exported or has changed since.
    """
    from devicelog.cli.exported import is_path
    from devicelog.export.many.bulk import Manner

    names = named_formats(formats)
    wanted, manner = Filter.of(looked_for), Manner(names, deidentified, replace)
    if session is None and not wanted.given:
        raise click.UsageError("found no SESSION, expected one, or --since DATE for all sessions from then on.")
    is_export = session is not None and is_path(session)
    if without_signature and not is_export:
        raise click.UsageError(
            "--without-signature is of an export, named by its path; what the store gives is always signed."
        )
    if session is not None and wanted.given:
        raise click.UsageError(
            f"found both {session!r} and {wanted.given[0]}, expected one of them: a session, or which sessions."
        )
    if session is not None and is_export:
        if deidentified or replace:
            raise click.UsageError("--deidentified and --replace are of sessions of the store, and not of an export.")
        _say(_again(session, at_home(to), names if formats is not None else None, without_signature), without_signature)
    elif session is not None:
        _say(_one(session, store, at_home(to), manner))
    else:
        _many(ctx, wanted, store, at_home(to), manner)


def _again(path: str, to: Path, names: list[str] | None, without_signature: bool) -> Package:
    from devicelog.cli.exported import exported
    from devicelog.export.again import export_again

    return export_again(exported(path), to, names, without_signature=without_signature)


def _one(session: str, store: Path, to: Path, manner: Manner) -> Package:
    from devicelog.export.folder.package import export
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        how = {"deidentify": manner.deidentify, "replace": manner.replace}
        log_access(reader, "export", session=reader.session(session))
        return export(reader, session, to, manner.formats, **how)


def _say(package: Package, without_signature: bool = False) -> None:
    from devicelog.export.folder.package import Placed

    for mark in package.marks:
        say(f"note: {mark}")
    there = {
        Placed.UNCHANGED: "are there already, unchanged",
        Placed.REPLACED: "were written in the place of an older export",
    }
    said = there.get(package.placed, "were written")
    check = "not signed: what proves them is the export that they came from" if without_signature else _CHECK
    say(f"{some(len(package.files), 'file')} of a record of {entries(package.entries)} {said}; {check}")
    click.echo(package.folder)


def _many(ctx: click.Context, wanted: Filter, store: Path, to: Path, manner: Manner) -> None:
    from devicelog.cli.exporting import run, say_outcomes
    from devicelog.search.finding import listed
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        search = wanted.search(reader)
        found = listed(reader, search) if search is not None else None
        rows = [*(row for row, _ in found.sessions), *found.unread] if found is not None else []
        if not rows:
            say("no sessions: nothing was exported")
            return
        outcomes = run(reader, sorted(rows, key=lambda row: row.number), to, manner, "export")
    say_outcomes(outcomes, to)
    click.echo(to)
    if not outcomes.holds:
        ctx.exit(1)
