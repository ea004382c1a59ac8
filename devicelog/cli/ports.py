"""`devicelog ports`: what is plugged in; opens nothing."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import json_option, print_json, say, store_option


@click.command("ports")
@store_option
@json_option
def command(store: Path, as_json: bool) -> None:
    """Serial ports with make, serial number, what is bound there, and why a port cannot be used; opens none."""
    from devicelog.attach.list_json import port_content
    from devicelog.attach.plugged import plugged

    found = plugged(store)
    for note in found.notes:
        say(f"note: {note}")
    listed = found.ports
    if as_json:
        print_json([port_content(port) for port in listed])
        return
    if not listed:
        click.echo(
            "no serial port is plugged in; a simulator needs none: --device reference-mesogun@sim://reference-mesogun"
        )
    for port in listed:
        double = " (two ports share it)" if port.serial_number in found.doubles else ""
        click.echo(f"{port.url}  {port.make}")
        click.echo(f"  serial number  {port.serial_number or 'none: known by its place only'}{double}")
        click.echo(f"  bound there    {port.bound or 'nothing'}")
        if port.recorded is not None:
            click.echo(f"  last recorded  {port.recorded}")
        if port.hints:
            click.echo(f"  USB ids of     {', '.join(port.hints)} (a hint; `devicelog bind` asks the device)")
        click.echo(f"  usable         {'yes' if port.fault is None else f'no: {port.fault}'}")
    for missing in found.missing:
        click.echo(f"not here: {missing}")
