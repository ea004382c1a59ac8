"""`devicelog show`: one session as people see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.options import at_home, json_option, print_json, reader_options, store_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devicelog.export.exported import ExportedReader
    from devicelog.record.course import LastTime
    from devicelog.store.reader import Reader, SessionRow


@click.command("show")
@click.argument("session", metavar="SESSION | PATH")
@click.option("--last-time", is_flag=True, help="Beside it, what the subject was given in the course's session before.")
@click.option(
    "--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also draw it there (SVG)."
)
@store_option
@json_option
@reader_options
def command(session: str, last_time: bool, chart: Path | None, store: Path, as_json: bool) -> None:
    """SESSION as people see it: its id, any unique beginning of it, or last; or that of an export at PATH."""
    from devicelog.cli.exported import log_shown, reading
    from devicelog.store.reader import Reader
    from devicelog.stored import last_time as last_time_of
    from devicelog.stored import readable, record_of
    from devicelog.witness.statement import text_of_session

    with reading(store, session) as reader:
        row = reader.session(session)
        record = record_of(reader, row)
        reference = reader.reference(row.subject)
        with readable("the seal", row):
            sealed = text_of_session(reader, row.number)
        if last_time and not isinstance(reader, Reader):
            raise click.UsageError("--last-time goes with a session of a store: an export holds no other session.")
        before: LastTime | None = None
        places: Mapping[str, str | None] = {}
        if last_time and isinstance(reader, Reader):
            before, places, _ = last_time_of(reader, record)
        if chart is not None:
            _draw(reader, row, at_home(chart))
        log_shown(reader, "show", row)
    if as_json:
        from devicelog.record.as_json import content

        with readable("the record", row):
            document = content(record)
        more = {"last_time": before.content() if before is not None else None} if last_time else {}
        print_json({**document, "seal_text": sealed, **more})
        return
    from devicelog.terminal.summary import print_summary

    with readable("the record", row):
        print_summary(record, reference=reference, sealed=sealed)
    if last_time:
        _print_last_time(before, places)


def _draw(reader: Reader | ExportedReader, row: SessionRow, file: Path) -> None:
    """The chart that stands on the session's PDF, as a file of its own."""
    from devicelog.export.chart.session_chart import svg
    from devicelog.export.session import ExportedSession
    from devicelog.store.evidence import Evidence
    from devicelog.store.reader import Reader
    from devicelog.stored import readable

    source = Evidence(reader).session(row) if isinstance(reader, Reader) else reader.ledger
    with readable("the record", row):
        drawn = svg(ExportedSession.of(source))
    file.write_text(drawn + "\n", encoding="utf-8")


def _print_last_time(before: LastTime | None, places: Mapping[str, str | None]) -> None:
    from devicelog.cli.options import say
    from devicelog.terminal.course import last_time_tables
    from devicelog.terminal.screen import console

    if before is None:
        say("no session before this one is known in its course")
        return
    screen = console()
    for table in last_time_tables(before, places):
        screen.print(table)
