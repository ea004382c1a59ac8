"""`devicelog ports`: what is plugged in; opens nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow

#: What was recorded is looked up in so many sessions, the last ones, and in so many of the first entries of each.
_SESSIONS, _BEGINNING = 50, 64


@click.command("ports")
@store_option
@json_option
def command(store: Path, as_json: bool) -> None:
    """Serial ports with make, serial number, what is bound there, and why a port cannot be used; opens none."""
    from devicelog.link.ports import ports

    bound, elsewhere = _bound(store)
    listed = ports(bound, _recorded(store), _hints())
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
        click.echo(f"  bound there    {port.bound or 'nothing'}")
        if port.recorded is not None:
            click.echo(f"  last recorded  {port.recorded}")
        if port.hints:
            click.echo(f"  USB ids of     {', '.join(port.hints)} (a hint; `devicelog bind` asks the device)")
        click.echo(f"  usable         {'yes' if port.fault is None else f'no: {port.fault}'}")
    for missing in elsewhere:
        click.echo(f"not here: {missing}")


def _hints() -> dict[str, tuple[str, ...]]:
    """The installed drivers by the USB ids of their devices."""
    from devicelog import registry

    found: dict[str, tuple[str, ...]] = {}
    for name, plugin in registry.drivers().items():
        for usb in plugin.value.recognition.usb if plugin.value is not None else ():
            found[usb] = (*found.get(usb, ()), name)
    return found


def _bound(store: Path) -> tuple[dict[str, str], list[str]]:
    """Which device is bound to which port, and why bound devices have none now; what cannot be read is said."""
    from devicelog.attach.seat import seats
    from devicelog.errors import DevicelogError
    from devicelog.link.whereabouts import adapters
    from devicelog.store.bindings import known_in

    try:
        known = known_in(store)
    except DevicelogError:
        return {}, []  # said by who looks for what was recorded
    now = seats(known, adapters())
    bound = {port: one.name for one in known if isinstance(port := now[one.number], str)}
    return bound, [str(why) for why in now.values() if not isinstance(why, str)]


def _recorded(store: Path) -> dict[str, str]:
    """Which device was last recorded at which port; what of it cannot be read is said."""
    from devicelog.errors import DevicelogError
    from devicelog.store.reader import Reader

    recorded: dict[str, str] = {}
    if not (store / "store.json").exists():
        return recorded
    try:
        with Reader.open(store) as reader:
            for row in reader.sessions()[-_SESSIONS:]:
                recorded |= _recorded_in(reader, row)
    except DevicelogError as error:
        say(f"note: what is bound and was recorded is not known: {error}")
    return recorded


def _recorded_in(reader: Reader, row: SessionRow) -> dict[str, str]:
    """The devices of one session by their ports; none if its beginning is damaged."""
    from devicelog.errors import StoreFormatError
    from devicelog.stored import readable, record_of

    try:
        devices = record_of(reader, row, first=_BEGINNING).devices.values()
        with readable("the plan", row):
            return {
                str(device.plan["url"]): f"{device.plan['driver']}, serial number {device.serial}"
                for device in devices
                if device.identities
            }
    except StoreFormatError as error:
        say(f"note: {error}")
        return {}


def _content(port: Any) -> dict[str, Any]:
    return {
        "url": port.url,
        "make": port.make,
        "serial_number": port.serial_number,
        "usb": port.usb,
        "location": port.location,
        "bound": port.bound,
        "recorded": port.recorded,
        "hints": list(port.hints),
        "usable": port.fault is None,
        "why_not": str(port.fault) if port.fault is not None else None,
    }
