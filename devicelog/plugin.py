"""What other packages register under an entry point: imported when it is asked for, and none can spoil another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

#: The distribution whose names nobody can take: this one.
_OWN = "devicelog"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugin(Generic[T]):
    """One registered name: the value it stands for, or why it cannot be used, in one sentence.

    `rivals` are other packages that register the name as well; what they register is not imported.
    """

    name: str
    package: str
    value: T | None
    fault: str | None
    rivals: tuple[str, ...] = ()


def _no_fault(_: Plugin[T]) -> str | None:
    return None


class Plugins(Mapping[str, Plugin[T]]):
    """What is registered in one group, by name; to look one up imports that one only, to list them all of them.

    A name of devicelog's own stays its own. One that two other packages register stands for neither. `faulty` says why
    a value of the right kind cannot be used under its name, if it cannot.
    """

    def __init__(self, group: str, kind: type[T], faulty: Callable[[Plugin[T]], str | None] = _no_fault) -> None:
        self._points: dict[str, list[EntryPoint]] = {}
        for point in sorted(entry_points(group=group), key=_order):
            self._points.setdefault(point.name, []).append(point)
        self._kind = kind
        self._faulty = faulty
        self._loaded: dict[str, Plugin[T]] = {}

    def __getitem__(self, name: str) -> Plugin[T]:
        if name not in self._loaded:
            self._loaded[name] = self._plugin(self._points[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def names_of(self, value: T) -> list[str]:
        """The names that stand for this very value, usable or not, as far as their modules were imported."""
        return [name for name, points in self._points.items() if any(_stands_for(point, value) for point in points)]

    def _plugin(self, points: list[EntryPoint]) -> Plugin[T]:
        first, rivals = points[0], tuple(_package(point) for point in points[1:])
        if rivals and not _is_own(first):
            both = " and ".join([_package(first), *rivals])
            fault = f"{both} register it, and nothing says which is meant; uninstall all but one of them"
            return Plugin(first.name, _package(first), None, fault, rivals)
        plugin = replace(_load(first, self._kind), rivals=rivals)
        fault_of_value = self._faulty(plugin) if plugin.value is not None else None
        return plugin if fault_of_value is None else replace(plugin, value=None, fault=fault_of_value)


def _load(point: EntryPoint, kind: type[T]) -> Plugin[T]:
    try:
        with redirect_stdout(sys.stderr):  # on stdout may be a document
            value = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise anything at import, SystemExit too
        return Plugin(point.name, _package(point), None, f"{point.value} cannot be imported: {error!r}")
    if isinstance(value, kind):
        return Plugin(point.name, _package(point), value, None)
    fault = f"{point.value} is a {type(value).__name__}, expected a {kind.__name__}"
    return Plugin(point.name, _package(point), None, fault)


def _order(point: EntryPoint) -> tuple[str, bool, str]:
    """By name, and of one name devicelog's own first."""
    return point.name, not _is_own(point), _package(point)


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"


def _is_own(point: EntryPoint) -> bool:
    return point.dist is not None and point.dist.name == _OWN


def _stands_for(point: EntryPoint, value: object) -> bool:
    found: object = sys.modules.get(point.module)
    for name in point.attr.split("."):
        found = getattr(found, name, None)
    return found is value
