"""`devicelog bindings`: which devices are bound, and where they are now."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import json_option, print_json, say, store_option


@click.command("bindings")
@click.option("--all", "with_past", is_flag=True, help="Also those that were taken back or replaced, when and by whom.")
@store_option
@json_option
def command(with_past: bool, store: Path, as_json: bool) -> None:
    """The bound devices, where they belong and where they are now; opens no port."""
    from devicelog.attach.list_json import binding_content
    from devicelog.attach.seat import seats
    from devicelog.link.whereabouts import adapters
    from devicelog.store.bindings import known_in
    from devicelog.terminal.bindings import binding_lines, past_line

    known = known_in(store)
    now = seats(known, adapters())
    past = known.past if with_past else []
    if as_json:
        listed = [binding_content(one, now[one.number]) | {"ended": None} for one in known]
        ended = [binding_content(one) | {"ended": {"by": by.by, "at": by.wall}} for one, by in past]
        print_json([*ended, *listed])
        return
    for one, by in past:
        click.echo(past_line(one, by))
    for one in known:
        click.echo("\n".join(binding_lines(one, now[one.number])))
    if not len(known):
        say("no device is bound; `devicelog bind DRIVER@URL` asks the device on a port who it is, and binds it")
