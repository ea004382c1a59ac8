"""Bound devices and ports as JSON: `bindings --json`, `ports --json` and the API say it in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.acts.binding import Binding
    from devicelog.errors import PortError
    from devicelog.link.ports import Port


def binding_content(binding: Binding, seat: str | PortError | None = None) -> dict[str, Any]:
    """A binding for programs; `port` is where it is now, `why_not` why it has none."""
    adapter = binding.adapter
    return {
        "binding": binding.number,
        "name": binding.name,
        "driver": binding.driver,
        "profile_sha256": binding.profile,
        "model": binding.model,
        "serial": binding.serial or None,
        "firmware": binding.firmware,
        "simulated": binding.simulated,
        "adapter": None
        if adapter is None
        else {
            "usb": adapter.usb,
            "serial_number": adapter.serial_number,
            "channel": adapter.channel or None,
            "alone": binding.alone,
        },
        "place": adapter.socket if adapter is not None else None,
        "bound_at": binding.port,
        "by": binding.by,
        "at": binding.wall,
        "replaces": list(binding.replaces),
        "port": seat if isinstance(seat, str) else None,
        "why_not": str(seat) if seat is not None and not isinstance(seat, str) else None,
    }


def port_content(port: Port) -> dict[str, Any]:
    """A port for programs; `why_not` says why it cannot be used now."""
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
