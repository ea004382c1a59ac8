"""A binding as people and programs read it: the device, where it belongs, and where it is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.binding import Binding, Taken
    from devicelog.errors import PortError


def binding_lines(binding: Binding, seat: str | PortError) -> Iterator[str]:
    """A binding that holds; `seat` is its port now, or why it has none."""
    yield clean(binding.name)
    yield clean(f"  device   {_device(binding)}")
    yield clean(f"  belongs  to {binding.place}")
    yield clean(f"  bound    {binding.wall} by {binding.by}, at {binding.port}")
    yield clean(f"  now      {f'at {seat}' if isinstance(seat, str) else seat}")


def past_line(binding: Binding, ended: Taken | Binding) -> str:
    """A binding that holds no more."""
    how = "taken back" if hasattr(ended, "binding") else "replaced"
    was = f"{binding.name}: {_device(binding)}, bound to {binding.place} {binding.wall} by {binding.by}"
    return clean(f"{was}; {how} {ended.wall} by {ended.by}")


def caveat(binding: Binding) -> str | None:
    """What must be said of a binding that rests on less than a serial number over the wire; None if it does not."""
    if binding.serial:
        return None
    by = _by(binding)
    return f"it tells no serial number and is bound by {by} alone: another device there would be taken for it"


def _by(binding: Binding) -> str:
    if binding.adapter is None:
        return f"the name of the port {binding.port}"
    return "its adapter" if binding.alone else "its USB socket"


def _device(binding: Binding) -> str:
    said = " ".join(word for word in (binding.model, binding.serial, binding.firmware) if word)
    simulated = ", SIMULATED" if binding.simulated else ""
    return (
        f"{said or 'one that does not say who it is'}{'' if binding.serial else ', without a serial number'}{simulated}"
    )


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
