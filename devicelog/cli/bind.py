"""`devicelog bind`: which device belongs to which adapter, so that a recording finds it by itself."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import by_option, json_option, print_json, say, store_option


@click.command("bind")
@click.argument("device", metavar="DRIVER@URL")
@by_option
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["clears_alarm", "opens_session", "destructive_read"]),
    help="Also send queries that do this to the device, where it says who it is only to these.",
)
@click.option("--wait", default="10 s", show_default=True, metavar="DURATION", help="Listen to the device for so long.")
@click.option("--replace", is_flag=True, help="Change what is bound there, or where the device is bound.")
@store_option
@json_option
def command(
    device: str, by: str | None, allow: tuple[str, ...], wait: str, replace: bool, store: Path, as_json: bool
) -> None:
    """Ask the device on a port who it is, and bind it to the adapter and USB socket that it is on.

    `record --device DRIVER` then finds it by itself, and refuses any other one. Only queries without an effect on the
    device are sent. Exit code 3 if nobody answers.
    """
    from devicelog import log
    from devicelog.attach.bind import bind_device, check
    from devicelog.attach.choice import parse_choice, unlikely_ports
    from devicelog.attach.list_json import binding_content
    from devicelog.cli.options import person
    from devicelog.driver import Effect
    from devicelog.search.upkeep import writing
    from devicelog.terminal.bindings import binding_lines
    from devicelog.units import duration
    from devicelog.witness.keeper import catch_up

    who, seconds = person(by), float(duration(wait))
    choice, allowed = parse_choice(device), frozenset(map(Effect, allow))
    check(choice, allowed)
    for doubt in unlikely_ports([choice]):
        say(f"note: {doubt}")
    log.configure()
    with writing(store) as writer:
        outcome = bind_device(writer, choice, by=who, allowed=allowed, seconds=seconds, replace=replace)
        told = catch_up(writer) if outcome.is_new else []
    for witness in told:
        if witness.fault is not None:
            say(witness.fault)
    for older in outcome.replaced:
        say(f"{older.name} is no longer bound to {older.place}")
    if not outcome.is_new:
        say(f"{outcome.binding.name} is bound there already; nothing was changed")
    note = outcome.binding.caveat
    if note is not None:
        say(f"note: {note}")
    if as_json:
        print_json(binding_content(outcome.binding, choice.url))
        return
    for line in binding_lines(outcome.binding, choice.url):
        click.echo(line)
