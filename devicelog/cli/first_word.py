"""Groups of commands whose first word may also be what is to be shown, and the check of a file of rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from devicelog.cli.group import Group
from devicelog.cli.options import print_json, say


class FirstWord(Group):
    """A group whose first word, unless it is one of its commands, goes to its command `show`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


def tell_check(
    file: Path,
    problems_of: Callable[[Path], Sequence[str]],
    lowered_of: Callable[[Path], Sequence[str]],
    *,
    as_json: bool,
) -> None:
    """Print what is wrong with a clinic's file and what it makes less strict; exit code 1 if something is wrong."""
    if not file.is_file():
        raise click.UsageError(f"{file} is not a file; give the path of a TOML file.")
    problems = list(problems_of(file))
    lowered = list(lowered_of(file)) if not problems else []
    if as_json:
        print_json({"file": str(file), "holds": not problems, "problems": problems, "lowered": lowered})
    else:
        for line in (*problems, *(f"less strict: {what}" for what in lowered)):
            click.echo(line)
    if problems:
        raise SystemExit(1)
    say(f"{file}: no problem found; it is not approved by that")
