"""Entry points to drivers, simulators and engines of profiles; the built-in ones come in through the same door."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from devicelog.driver import Driver
from devicelog.errors import ProfileFileError, UnknownNameError
from devicelog.plugin import Plugin, Plugins
from devicelog.simulator import Simulator

if TYPE_CHECKING:
    from devicelog.profile.engine import Engine

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


@lru_cache(maxsize=1)
def drivers() -> Plugins[Driver]:
    """All registered drivers by name, those that cannot be used included."""
    return Plugins(DRIVERS, Driver, _misnamed)


def _misnamed(plugin: Plugin[Driver]) -> str | None:
    """Why a driver cannot have the name that it is registered under, if it cannot."""
    if plugin.name in RESERVED:
        return f"{plugin.name!r} is a word of `devicelog drivers`; give it another name"
    if plugin.value is not None and plugin.value.name != plugin.name:
        return f"the driver calls itself {plugin.value.name!r}; its author has to give it and its entry point one name"
    return None


@lru_cache(maxsize=1)
def simulators() -> Plugins[Simulator]:
    """All registered simulators by name, those that cannot be used included."""
    return Plugins(SIMULATORS, Simulator)


def _find(kind: str, name: str, plugins: Mapping[str, Plugin[T]]) -> T:
    plugin = plugins.get(name)
    if plugin is None:
        raise UnknownNameError(kind, name, (p.name for p in plugins.values() if p.value is not None))
    if plugin.value is None:
        hint = f"{name!r} is registered by {plugin.package}, but {plugin.fault}."
        raise UnknownNameError(f"usable {kind}", name, (p.name for p in plugins.values() if p.value), hint=hint)
    return plugin.value


@lru_cache(maxsize=1)
def engines() -> Plugins[Engine]:
    """All registered engines of device profiles by name, those that cannot be used included."""
    from devicelog.profile.engine import Engine

    return Plugins(ENGINES, Engine)


def engine(name: str) -> Engine:
    """The engine of that name; UnknownNameError with the known ones otherwise."""
    return _find("engine of device profiles", name, engines())


def driver(name: str) -> Driver:
    """The installed driver of that name, or the one that a device profile describes (a path that ends in .toml).

    Raises UnknownNameError with the known names, ProfileFileError for a profile that cannot be trusted.
    """
    return profile_in(Path(name)) if name.endswith(PROFILE) else _find("driver", name, drivers())


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
    return profile_of(profile["text"], f"the profile {device['driver']} kept with the session", kept=True)


def profile_in(path: Path) -> Driver:
    """The driver that a profile's file describes; raises ProfileFileError, UnknownNameError."""
    from devicelog.toml_file import text_of

    return profile_of(text_of(path, "device profile", ProfileFileError), str(path))


def profile_of(text: str, where: str, *, kept: bool = False) -> Driver:
    """The driver that a profile's text describes; raises ProfileFileError with the first problem and how many more.

    `kept`: as for `check_profile`.
    """
    from devicelog.problems import sentence

    made, problems = check_profile(text, where, kept=kept)
    if made is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog profile check`)" if problems[1:] else ""
        raise ProfileFileError(sentence(problems[0].removesuffix(".") + rest))
    return made


def check_profile(text: str, where: str, *, kept: bool = False) -> tuple[Driver | None, list[str]]:
    """The driver that a profile's text describes, or None and all that is wrong with it, in the order of its lines.

    `kept` with a session: a driver of the same name may have been installed since.
    """
    from devicelog.problems import guess, shown
    from devicelog.profile.draft import opened
    from devicelog.profile.engine import driver_of

    try:
        raw, problems = opened(text, where)
    except ProfileFileError as error:
        return None, [str(error)]
    if not kept and _is_of_another(raw.get("name"), text):
        found = f"found {raw['name']!r}, which is the name of an installed driver"
        problems.add(("name",), f"{found}, expected one of its own")
    name = raw.get("engine")
    plugin = engines().get(name) if isinstance(name, str) else None
    if plugin is None or plugin.value is None:
        known = [each.name for each in engines().values() if each.value is not None]
        found = shown(name) if name is not None else "nothing"
        problems.add(("engine",), f"found {found}, expected one of {', '.join(known)}{guess(name, known)}")
        return None, problems.sentences()
    made = driver_of(text, raw, problems, plugin.value)
    return made, problems.sentences()


def _is_of_another(name: object, text: str) -> bool:
    """Whether an installed driver has this name, and was not made of this text."""
    plugin = drivers().get(name) if isinstance(name, str) else None
    made = plugin.value if plugin is not None else None
    return plugin is not None and (made is None or made.profile is None or made.profile.text != text)


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
    return _find("simulator server", name, Plugins(SERVERS, object))
