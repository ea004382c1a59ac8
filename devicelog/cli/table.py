"""`devicelog table`: one table over many sessions, for analysis."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.moments import span_options
from devicelog.cli.options import at_home, log_access, reader_options, say, store_option
from devicelog.cli.sessions import wanted

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
@click.option("--subject", metavar="REF", help="Only those of the patient with this number of the clinic's.")
@span_options
@click.option("--practitioner", metavar="NAME", help="Only those that this person treated.")
@click.option("--protocol", metavar="ID", help="Only those by this treatment protocol, or of this family.")
@click.option("--device", metavar="NAME", help="Only those with this device: serial number, model or driver.")
@click.option("--zone", metavar="CODE", help="Only sessions in which this zone, or one below it, was chosen.")
@click.option("--lot", metavar="LOT", help="Only sessions for which this lot was taken.")
@reader_options
@store_option
def command(
    to: Path,
    per: str,
    subject: str | None,
    since: str | None,
    until: str | None,
    store: Path,
    **looked_for: str | None,
) -> None:
    """Write one tidy table over many sessions, a row for each injection, sample, zone or session.

    Sessions are chosen as for `devicelog sessions`, and all of their rows are written. Patients stand in it with their
    random ids. Simulated sessions are among them, as everywhere; the column `simulated` tells them apart. What was
    refused is no session. What a person typed, or a device counted between two answers, is in the sums of zones and
    sessions. A file that is there already is never overwritten.

    Parquet needs pyarrow: pip install "devicelog[parquet]".
    """
    from devicelog.export.flat.table import Per, check, write
    from devicelog.search.finding import Search, listed
    from devicelog.store.reader import Reader
    from devicelog.terminal.progress import progress

    to = at_home(to)
    check(to)
    conditions = list(wanted(looked_for))
    with Reader.open(store) as reader, progress() as tell:
        ids = reader.subject_ids(subject) if subject is not None else None
        found = listed(reader, Search(conditions, ids, since, until)) if ids != [] else None
        rows = [row for row, line in found.sessions if not line.refused] if found is not None else []
        made = write(reader, rows, Per(per), to, lambda done, total: tell("sessions", done, total))
        log_access(reader, "table", subjects=list(dict.fromkeys(row.subject for row in rows)))
        unread = [*made.unread, *(row.id for row in (found.unread if found is not None else ()))]
    simulated = f", {made.simulated} of them simulated" if made.simulated else ""
    say(f"{made.rows} rows of {made.sessions} sessions{simulated}")
    click.echo(to)
    if unread:
        say(f"not in it, as they cannot be read: {', '.join(dict.fromkeys(unread))}; run `devicelog verify`")
        raise click.exceptions.Exit(1)
