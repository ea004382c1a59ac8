"""The port on which a bound device is now: by its adapter first, then by its USB socket, and else by nothing.

A name such as ttyUSB0 or COM3 is a hint, unless the port is on no USB adapter and has nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from devicelog.acts.binding import Binding
from devicelog.errors import BadInputError, PortError
from devicelog.link.adapter import Adapter
from devicelog.link.whereabouts import PortNotTakenError, is_one_of_its_kind, port_of, real_name

_AGAIN = "bind it again with `devicelog bind`"


def seat_of(binding: Binding, others: Iterable[Binding], here: Mapping[str, Adapter]) -> str:
    """The port to open for a bound device, `here` being the adapters that are plugged in.

    Another adapter in its socket is taken only if the device can be told by its serial number, and nothing else is
    bound to that adapter. Raises PortError if it is not there, PortNotTakenError for what may be somebody else's.
    """
    ours, who = binding.adapter, f"{binding.name} is bound to {binding.place}"
    if ours is None:
        stranger = here.get(real_name(binding.port))
        if stranger is not None:
            raise PortNotTakenError(f"{who}, and what is there now is the {stranger}; {_AGAIN}.")
        return binding.port
    try:
        port = port_of(
            ours,
            here,
            binding.port,
            is_one_of_its_kind=binding.alone,
            can_ask=bool(binding.serial),
            mend=f"or {_AGAIN}",
        )
    except PortNotTakenError as error:
        raise PortNotTakenError(f"{binding.name} is not where it was bound: {error}") from None
    except PortError:
        raise PortError(f"{who}, and that is not plugged in; plug it in and try again, or {_AGAIN}.") from None
    found = here[port]
    owner = next((one for one in others if _owns(one, found) and one.number != binding.number), None)
    if owner is not None and not found.is_alike(ours):
        raise PortNotTakenError(f"{who}, and in that socket is now the adapter of {owner.name}; plug its own in.")
    return port if real_name(binding.port) != port else binding.port


def _owns(binding: Binding, adapter: Adapter) -> bool:
    """Whether an adapter is that of a binding, in whatever socket."""
    return binding.adapter is not None and binding.alone and binding.adapter.is_alike(adapter)


def seats(known: Iterable[Binding], here: Mapping[str, Adapter]) -> dict[int, str | PortError]:
    """The port of each bound device by the number of its binding, or why it has none now."""
    known = list(known)
    found: dict[int, str | PortError] = {}
    for binding in known:
        try:
            found[binding.number] = seat_of(binding, known, here)
        except PortError as error:
            found[binding.number] = error
    return found


def bound_at(url: str, known: Iterable[Binding], here: Mapping[str, Adapter]) -> Binding | None:
    """The binding that a port belongs to now; None if nobody bound it."""
    known = list(known)
    real = real_name(url)
    for number, port in seats(known, here).items():
        if isinstance(port, str) and real_name(port) == real:
            return next(one for one in known if one.number == number)
    return None


def adapter_of(url: str, here: Mapping[str, Adapter]) -> tuple[Adapter | None, bool]:
    """The adapter that a port is on (None: on no USB adapter), and whether no other one has its numbers.

    Raises BadInputError if nothing but its make is known of it: it could not be found again.
    """
    adapter = here.get(real_name(url))
    if adapter is None:
        return None, False
    if not adapter.can_be_told:
        found = f"the adapter {adapter.usb} of {url} tells neither a serial number nor its USB socket"
        raise BadInputError(f"{found}, and could not be found again; name the port with each recording: DRIVER@{url}.")
    return adapter, is_one_of_its_kind(adapter, here)
