"""Groups of commands: `--help` says of each command its whole first sentence, not as much of it as fits a line."""

from __future__ import annotations

import click


class Group(click.Group):
    """A group whose list of commands is wrapped and never cut."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their first sentences."""
        told = [(name, _sentence(one)) for name, one in sorted(self.commands.items()) if not one.hidden]
        if told:
            with formatter.section("Commands"):
                formatter.write_dl(told)


def _sentence(command: click.Command) -> str:
    """What stands first in its help, up to the first empty line."""
    said = command.short_help or (command.help or "").partition("\n\n")[0]
    return " ".join(said.split())
