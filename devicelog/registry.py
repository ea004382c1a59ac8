"""Entry points to drivers and simulators; the built-in ones come in through the same door as anyone's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from devicelog.driver import Driver
from devicelog.errors import UnknownNameError
from devicelog.simulator import Simulator

DRIVERS = "devicelog.drivers"
SIMULATORS = "devicelog.simulators"
URL_HANDLERS = "devicelog.url_handlers"
SERVERS = "devicelog.simulator_servers"

#: What follows `devicelog drivers` and is no name: a driver of such a name could not be shown.
RESERVED = frozenset({"new"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugin(Generic[T]):
    """One registered name: the value it stands for, or why it cannot be used, in one sentence."""

    name: str
    package: str
    value: T | None
    fault: str | None


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"


def _load(group: str, kind: type[T]) -> Iterator[Plugin[T]]:
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            value = point.load()
        except Exception as error:  # a plugin may raise anything at import, and must not spoil the others
            yield Plugin(point.name, _package(point), None, f"{point.value} cannot be imported: {error!r}")
            continue
        if isinstance(value, kind):
            yield Plugin(point.name, _package(point), value, None)
        else:
            fault = f"{point.value} is a {type(value).__name__}, expected a {kind.__name__}"
            yield Plugin(point.name, _package(point), None, fault)


@lru_cache(maxsize=1)
def drivers() -> dict[str, Plugin[Driver]]:
    """All registered drivers by name, those that cannot be used included."""
    return {plugin.name: _named(plugin) for plugin in _load(DRIVERS, Driver)}


def _named(plugin: Plugin[Driver]) -> Plugin[Driver]:
    """A driver that is registered under a name that it can have, or why it cannot be used."""
    if plugin.name not in RESERVED:
        return plugin
    return replace(plugin, value=None, fault=f"{plugin.name!r} is a word of `devicelog drivers`; give it another name")


@lru_cache(maxsize=1)
def simulators() -> dict[str, Plugin[Simulator]]:
    """All registered simulators by name, those that cannot be used included."""
    return {plugin.name: plugin for plugin in _load(SIMULATORS, Simulator)}


def _find(kind: str, name: str, plugins: dict[str, Plugin[T]]) -> T:
    plugin = plugins.get(name)
    if plugin is None:
        raise UnknownNameError(kind, name, (p.name for p in plugins.values() if p.value is not None))
    if plugin.value is None:
        hint = f"{name!r} is registered by {plugin.package}, but {plugin.fault}."
        raise UnknownNameError(f"usable {kind}", name, (p.name for p in plugins.values() if p.value), hint=hint)
    return plugin.value


def driver(name: str) -> Driver:
    """The driver of that name; UnknownNameError with the known ones otherwise."""
    return _find("driver", name, drivers())


def simulator(name: str) -> Simulator:
    """The simulator of that name; UnknownNameError with the known ones otherwise."""
    return _find("simulator", name, simulators())


def url_handler_packages() -> list[str]:
    """Packages that hold pyserial URL handlers (`sim://`)."""
    return [point.value for point in entry_points(group=URL_HANDLERS)]


def simulator_server(name: str = "serve") -> Any:
    """What serves a simulator on a port; comes in through an entry point, because the core imports no simulator.

    `serve` takes the name of one; `start-device` and `serve-device` are its two halves.
    """
    points = list(entry_points(group=SERVERS, name=name))
    if not points:
        raise UnknownNameError("simulator server", name, [])
    return points[0].load()
