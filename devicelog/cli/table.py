"""`devicelog table`: one table over many sessions, for analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devicelog.cli.filters import Filter, filter_options
from devicelog.cli.options import at_home, log_access, reader_options, say, store_option
from devicelog.numbers import some

_PER = ("injection", "sample", "zone", "session")


@click.command("table")
@click.option(
    "--to",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to be made; .csv or .parquet.",
)
@click.option("--per", type=click.Choice(_PER), default=_PER[0], show_default=True, help="What a row is.")
@filter_options
@reader_options
@store_option
def command(
    to: Path,
    per: str,
    store: Path,
    **looked_for: Any,
) -> None:
    """Write one tidy table over many sessions, a row for each injection, sample, zone or session.

    Sessions are chosen as for `devicelog sessions`, and all of their rows are written. Patients stand in it with their
    random ids. Simulated sessions are among them, as everywhere; the column `simulated` tells them apart. What was
    refused is no session. What a person typed, or a device counted between two answers, is in the sums of zones and
    sessions. A file that is there already is never overwritten.

    Parquet needs pyarrow: pip install "devicelog[parquet]".
    """
    from devicelog.export.flat.table import Per, check, write
    from devicelog.search.finding import listed
    from devicelog.store.reader import Reader
    from devicelog.terminal.progress import progress

    to = at_home(to)
    check(to)
    wanted = Filter.of(looked_for)
    with Reader.open(store) as reader, progress() as tell:
        search = wanted.search(reader)
        found = listed(reader, search) if search is not None else None
        rows = [row for row, line in found.sessions if not line.refused] if found is not None else []
        made = write(reader, rows, Per(per), to, lambda done, total: tell("sessions", done, total))
        log_access(reader, "table", subjects=list(dict.fromkeys(row.subject for row in rows)))
        unread = [*made.unread, *(row.id for row in (found.unread if found is not None else ()))]
    simulated = f", {made.simulated} of them simulated" if made.simulated else ""
    say(f"{some(made.rows, 'row')} of {some(made.sessions, 'session')}{simulated}")
    click.echo(to)
    if unread:
        say(f"not in it, as they cannot be read: {', '.join(dict.fromkeys(unread))}; run `devicelog verify`")
        raise click.exceptions.Exit(1)
