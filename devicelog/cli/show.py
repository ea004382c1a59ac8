"""`devicelog show`: one session as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devicelog.cli.options import json_option, log_access, print_json, reader_options, store_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("show")
@click.argument("session")
@store_option
@json_option
@reader_options
def command(session: str, store: Path, as_json: bool) -> None:
    """SESSION as people see it: its id, any unique beginning of it, or last."""
    from devicelog.store.reader import Reader
    from devicelog.stored import readable, record_of
    from devicelog.witness.statement import text_of_session

    with Reader.open(store) as reader:
        row = reader.session(session)
        record = record_of(reader, row)
        reference = reader.reference(row.subject)
        with readable("the seal", row):
            sealed = text_of_session(reader, row.number)
        log_access(reader, "show", session=row)
    if as_json:
        from devicelog.record.as_json import content

        with readable("the record", row):
            document = content(record)
        print_json({**document, "seal_text": sealed})
        return
    from devicelog.terminal.summary import print_summary

    with readable("the record", row):
        print_summary(record, reference=reference, sealed=sealed)
