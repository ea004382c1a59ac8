"""`devicelog plan`: prepared sessions for `devicelog record --plan`: begin one, check one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from devicelog.cli.group import Group
from devicelog.cli.options import json_option, print_json, say


@click.group("plan", cls=Group)
def command() -> None:
    """Prepared sessions for `devicelog record --plan FILE`: begin one with `new`, check one with `check`."""


@command.command("new")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def new(file: Path | None) -> None:
    """Write a commented plan to FILE, which must not exist; without FILE to standard output."""
    from devicelog.errors import BadInputError
    from devicelog.steps.plan_file import template

    if file is None:
        click.echo(template(), nl=False)
        return
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(template())
    except FileExistsError:
        raise BadInputError(f"{file} is there already; name a file that is not.") from None
    except OSError as error:
        raise BadInputError(f"{file} cannot be written ({error.strerror}); name another file.") from None
    say(f"{file} is written; fill it in, and check it with `devicelog plan check {file}`")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say all that is wrong with the plan in FILE, each with its line; what stops its session `record` says."""
    from devicelog import clock
    from devicelog.opening.setting import rules_of, today
    from devicelog.steps.plan_file import check as problems_of

    problems = problems_of(file, rules_of, today(clock.now()))
    if as_json:
        print_json({"file": str(file), "holds": not problems, "problems": problems})
    else:
        for problem in problems:
            click.echo(problem)
        if not problems:
            click.echo(f"{file}: a sound plan of a session")
    if problems:
        sys.exit(1)
