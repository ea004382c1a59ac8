"""What can be recorded from: devices that are bound, ports with something plugged in, what is typed, simulators."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog import registry
from devicelog.attach.plugged import hints_by_usb
from devicelog.attach.seat import seats
from devicelog.link.ports import ports
from devicelog.link.whereabouts import adapters
from devicelog.naming import parted
from devicelog.store.bindings import bindings
from devicelog.store.reader import Reader

#: What may be named by hand: a port of this computer, one that is reached over the network, or the page itself.
_SCHEMES = ("/dev/", "COM", "socket://", "rfc2217://", "sim://", "page")


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound device: `text` names it in a draft, `where` is its port now, `fault` why it has none."""

    text: str
    name: str
    who: str
    where: str
    fault: str


@dataclass(frozen=True, slots=True)
class Plugged:
    """A port that belongs to no bound device; `hints` are drivers whose devices have its USB ids."""

    url: str
    make: str
    fault: str
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machines:
    """All of it: `drivers` that can read a port, by name and model; `typed` and `simulators` by text and model."""

    bound: tuple[Bound, ...]
    plugged: tuple[Plugged, ...]
    drivers: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...]
    simulators: tuple[tuple[str, str], ...]


def machines(reader: Reader) -> Machines:
    """What is there now; opens no port."""
    known = bindings(reader)
    where = seats(known, adapters())
    found = []
    for one in known:
        at = where[one.number]
        port = at if isinstance(at, str) else ""
        alone = len(known.of(one.driver)) == 1
        text = f"{one.driver}#{one.serial}" if one.serial else one.driver if alone else f"{one.driver}@{port}"
        found.append(Bound(text, one.name, one.who, port, "" if isinstance(at, str) else str(at)))
    taken = {one.where: one.name for one in found if one.where}
    plugged = [one for one in ports(taken, {}, hints_by_usb()) if one.bound is None]
    return Machines(
        tuple(found),
        tuple(Plugged(one.url, one.make, str(one.fault or ""), one.hints) for one in plugged),
        tuple(_drivers()),
        tuple((f"{name}@page", model) for name, model in _drivers(typed=True)),
        tuple((f"{name}@sim://{name}", model) for name, model in _drivers() if name in _simulators()),
    )


def _drivers(*, typed: bool = False) -> list[tuple[str, str]]:
    """Drivers of something that sends, or else of what a person types, by name, with their models."""
    usable = ((name, plugin.value) for name, plugin in registry.drivers().items())
    return sorted((name, driver.model) for name, driver in usable if driver is not None and driver.is_typed is typed)


def _simulators() -> set[str]:
    return {name for name, plugin in registry.simulators().items() if plugin.value is not None}


def may_be_named(text: str) -> bool:
    """Whether a device may be named so on a page: no file of this computer is opened because of what is typed there."""
    name, at, url = parted(text)
    return (
        not name.endswith(registry.PROFILE)
        and at != ""
        and all(one.startswith(_SCHEMES) and ".." not in one for one in url.split("+"))
    )
