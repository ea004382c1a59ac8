"""Entry points to drivers, simulators and engines of profiles; the built-in ones come in through the same door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from devicelog.driver import Driver
from devicelog.errors import BadInputError, ProfileFileError, UnknownNameError
from devicelog.simulator import Simulator

if TYPE_CHECKING:
    from devicelog.guess.guess import Claim
    from devicelog.profile.engine import Engine
    from devicelog.profile.suggestion import Suggestion

DRIVERS = "devicelog.drivers"
SIMULATORS = "devicelog.simulators"
URL_HANDLERS = "devicelog.url_handlers"
SERVERS = "devicelog.simulator_servers"
ENGINES = "devicelog.profile_engines"
#: How the path of a device profile ends, which tells it from the name of a driver.
PROFILE = ".toml"

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


@lru_cache(maxsize=1)
def engines() -> dict[str, Plugin[Engine]]:
    """All registered engines of device profiles by name, those that cannot be used included."""
    from devicelog.profile.engine import Engine

    return {plugin.name: plugin for plugin in _load(ENGINES, Engine)}


def engine(name: str) -> Engine:
    """The engine of that name; UnknownNameError with the known ones otherwise."""
    return _find("engine of device profiles", name, engines())


def driver(name: str) -> Driver:
    """The installed driver of that name, or the one that a device profile describes (a path that ends in .toml).

    Raises UnknownNameError with the known names, BadInputError for the name of an engine, ProfileFileError for a
    profile that cannot be trusted.
    """
    if name.endswith(PROFILE):
        return profile_in(Path(name))
    if name not in drivers() and name in engines():
        raise BadInputError(
            f"no driver is called {name!r}; it is an engine of device profiles, give the path of a profile; "
            f"`devicelog profile new --engine {name}` begins one."
        )
    return _find("driver", name, drivers())


def package_of(made: Driver) -> str:
    """The package that a driver, or the engine of its profile, is installed from; empty if it is not installed."""
    known: Mapping[str, Plugin[Any]] = drivers() if made.profile is None else engines()
    plugin = known.get(made.name if made.profile is None else made.profile.engine)
    return plugin.package if plugin is not None else ""


def recorded_driver(device: Mapping[str, Any]) -> Driver:
    """The driver that a session's entry names; one that was made of a profile is made again of the text kept there.

    Raises UnknownNameError, or ProfileFileError if this version does not trust the profile.
    """
    profile = device.get("profile")
    if profile is None:
        return driver(device["driver"])
    return profile_of(profile["text"], f"the profile {device['driver']} kept with the session")


def profile_in(path: Path) -> Driver:
    """The driver that a profile's file describes; raises ProfileFileError, UnknownNameError."""
    from devicelog.toml_file import text_of

    made = profile_of(text_of(path, "device profile", ProfileFileError), str(path))
    if made.name in drivers():
        found = f"found {made.name!r}, which is the name of an installed driver"
        raise ProfileFileError(f"{path}, name: {found}, expected one of its own.")
    return made


def profile_of(text: str, where: str) -> Driver:
    """The driver that a profile's text describes; raises ProfileFileError with the first problem and how many more."""
    from devicelog.problems import sentence

    made, problems = check_profile(text, where)
    if made is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog profile check`)" if problems[1:] else ""
        raise ProfileFileError(sentence(problems[0].removesuffix(".") + rest))
    return made


def check_profile(text: str, where: str) -> tuple[Driver | None, list[str]]:
    """The driver that a profile's text describes, or None and all that is wrong with it, in the order of its lines."""
    from devicelog.problems import guess, shown
    from devicelog.profile.draft import opened
    from devicelog.profile.engine import driver_of

    try:
        raw, problems = opened(text, where)
    except ProfileFileError as error:
        return None, [str(error)]
    name = raw.get("engine")
    known = {plugin.name: plugin.value for plugin in engines().values() if plugin.value is not None}
    reads = known.get(name) if isinstance(name, str) else None
    if reads is None:
        found = shown(name) if name is not None else "nothing"
        problems.add(("engine",), f"found {found}, expected one of {', '.join(known)}{guess(name, known)}")
        return None, problems.sentences()
    made = driver_of(text, raw, problems, reads)
    return made, problems.sentences()


def suggestion(claim: Claim) -> Suggestion | None:
    """What a guess about unknown bytes makes of a profile; None if no installed engine reads such frames."""
    from devicelog.profile.suggestion import suggested

    return suggested(claim, [plugin.value for plugin in engines().values() if plugin.value is not None])


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
