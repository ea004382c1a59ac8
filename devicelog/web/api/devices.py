"""Devices: what is bound, what is plugged in, which drivers are installed; no port is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog import registry
from devicelog.accounts.permission import Permission
from devicelog.attach.list_json import binding_content, port_content
from devicelog.attach.plugged import plugged
from devicelog.attach.seat import seats
from devicelog.link.whereabouts import adapters
from devicelog.store.bindings import known_in
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import BoundDevice, Devices, InstalledDriver, PluggedPort

if TYPE_CHECKING:
    from devicelog.driver import Driver
    from devicelog.plugin import Plugin

api = Api("devices")


@api.get("/api/v1/devices", needs=Permission.SEE_DEVICES, answers=Devices)
def devices(caller: Called) -> Devices:
    """What a session can be begun with."""
    known = known_in(caller.web.store)
    now = seats(known, adapters())
    return Devices(
        bound=[BoundDevice(**binding_content(one, now[one.number])) for one in known],
        ports=[PluggedPort(**port_content(port)) for port in plugged(caller.web.store).ports],
        drivers=[_driver(plugin) for plugin in registry.drivers().values()],
    )


def _driver(plugin: Plugin[Driver]) -> InstalledDriver:
    driver = plugin.value
    return InstalledDriver(
        name=plugin.name,
        package=plugin.package,
        usable=driver is not None,
        fault=plugin.fault if driver is None else None,
        version=driver.version if driver is not None else None,
        model=driver.model if driver is not None else None,
        wire_format=driver.wire_format if driver is not None else None,
        provenance=driver.provenance.value if driver is not None else None,
        verified_on=driver.verified_on if driver is not None else None,
        caution=(driver.caution or None) if driver is not None else None,
    )
