"""`devicelog lots`: what is known of lots of products."""

from __future__ import annotations

import click

from devicelog.cli import lots_trace


@click.group("lots")
def command() -> None:
    """Lots of products."""


command.add_command(lots_trace.command)
