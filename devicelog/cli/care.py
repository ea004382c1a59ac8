"""`devicelog care`: what a person is told to keep to before and after a session, and until when."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.first_word import FirstWord, tell_check
from devicelog.cli.options import json_option, log_access, print_json, reader_options, store_option

_FILE = "A clinic's own care times (TOML) in the place of those that come with devicelog."


@click.group("care", cls=FirstWord, invoke_without_command=True, subcommand_metavar="[SESSION | check FILE]")
@click.option("--care", "file", type=click.Path(path_type=Path), metavar="FILE", help=_FILE)
@json_option
@click.pass_context
def command(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Care times: list them with their sources, or show until when they hold after SESSION; `check FILE` checks some.

    Those that come with devicelog are examples and approved by nobody; nothing here is clinical advice.
    """
    ctx.obj = {"file": file, "json": as_json}
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.screening.care_file import load
    from devicelog.screening.care_json import care_content
    from devicelog.terminal.care import care_lines
    from devicelog.terminal.lines import print_lines

    care = load(file)
    if as_json:
        print_json(care_content(care))
        return
    print_lines(care_lines(care))


@command.command("show", hidden=True)
@click.argument("session")
@click.option("--care", "file", type=click.Path(path_type=Path), metavar="FILE", help=_FILE)
@store_option
@reader_options
@json_option
@click.pass_context
def show(ctx: click.Context, session: str, file: Path | None, store: Path, as_json: bool) -> None:
    """What was told after SESSION (an id, any unique beginning of it, or last), and until when care times hold."""
    from devicelog.errors import BadInputError
    from devicelog.ledger import Kind
    from devicelog.record.care_json import due_content
    from devicelog.screening.care_file import load
    from devicelog.store.reader import Reader
    from devicelog.stored import readable, record_of
    from devicelog.terminal import amounts
    from devicelog.terminal.care import due_lines, told_lines
    from devicelog.terminal.lines import print_lines

    file = file or ctx.obj["file"]
    care = load(file)
    with Reader.open(store) as reader:
        row = reader.session(session)
        record = record_of(reader, row)
        if record.state == "running":
            raise BadInputError(f"session {row.id} is running, and care times count from its end; end it first.")
        with readable("the end", row):
            ended = amounts.local(record, record.last_us)
        log_access(reader, "care", session=row)
    given = record.statements.of(Kind.AFTERCARE)
    if as_json or ctx.obj["json"]:
        print_json(due_content(care, row.id, ended, given))
        return
    kept = [made.now.get("care") for made in given]
    again = [] if file is None and care.named in kept else due_lines(care, row.id, ended)
    print_lines([*told_lines(given), *again])


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Check a clinic's own care times: every problem with its line, and what is shorter. Exit code 1 if bad."""
    from devicelog.screening.care_file import check as problems_of
    from devicelog.screening.care_file import load

    tell_check(file, problems_of, lambda path: load(path).lowered, as_json=as_json or ctx.obj["json"])
