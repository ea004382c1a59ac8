"""`devicelog ports`: what is plugged in; opens nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from devicelog.cli.options import json_option, print_json, store_option


@click.command("ports")
@store_option
@json_option
def command(store: Path, as_json: bool) -> None:
    """Serial ports with make, serial number, what is bound there, and why a port cannot be used; opens none."""
    from devicelog.ports import ports

    listed = ports(_bound(store))
    if as_json:
        print_json([_content(port) for port in listed])
        return
    if not listed:
        click.echo(
            "no serial port is plugged in; a simulator needs none: --device reference-mesogun@sim://reference-mesogun"
        )
    doubles = Counter(port.serial_number for port in listed if port.serial_number)
    for port in listed:
        double = " (two ports share it)" if port.serial_number and doubles[port.serial_number] > 1 else ""
        click.echo(f"{port.url}  {port.make}")
        click.echo(f"  serial number  {port.serial_number or 'none: known by its place only'}{double}")
        click.echo(f"  bound there    {port.bound or 'nothing yet'}")
        click.echo(f"  usable         {'yes' if port.fault is None else 'no: ' + port.fault}")


def _bound(store: Path) -> dict[str, str]:
    """Which device was last recorded at which port; empty if there is no store."""
    from devicelog.errors import DevicelogError
    from devicelog.record import fold
    from devicelog.store.reader import Reader

    bound: dict[str, str] = {}
    try:
        with Reader.open(store) as reader:
            for session in reader.sessions()[-50:]:
                record = fold(reader.first_entries(session.number, 64))
                for device in record.devices.values():
                    if device.identities:
                        bound[device.plan["url"]] = f"{device.plan['driver']}, serial number {device.serial}"
    except DevicelogError:
        return bound
    return bound


def _content(port: Any) -> dict[str, Any]:
    return {
        "url": port.url,
        "make": port.make,
        "serial_number": port.serial_number,
        "usb": port.usb,
        "location": port.location,
        "bound": port.bound,
        "usable": port.fault is None,
        "why_not": port.fault,
    }
