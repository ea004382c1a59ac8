"""Which names a new driver can have: typed by people, imported by Python, installed beside everything else."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, distribution

from devicelog import registry
from devicelog.errors import BadInputError

LONGEST = 40
#: Modules that the written package's own folders would be taken for.
_FOLDERS = frozenset({"src", "tests"})
_RULE = "lower-case letters, digits and single hyphens between them, a letter first"


@dataclass(frozen=True, slots=True)
class DriverName:
    """The three names of a driver's package: what people type, what pip installs, what Python imports."""

    driver: str

    @property
    def distribution(self) -> str:
        """What pip installs, and the folder that it is written to."""
        return f"devicelog-{self.driver}"

    @property
    def module(self) -> str:
        """What Python imports."""
        return self.driver.replace("-", "_")


def free_name(text: str) -> DriverName:
    """The name of a driver that is still to be written; BadInputError says why it cannot be this one."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text) or len(text) > LONGEST:
        closest = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-0123456789")[:LONGEST].strip("-")
        hint = f", such as {closest!r}" if closest and closest != text else ""
        raise BadInputError(f"found the name {text!r}; expected {_RULE}, at most {LONGEST} of them{hint}.")
    name = DriverName(text)
    taken = next(_taken_by(name), None)
    if taken is not None:
        raise BadInputError(f"a driver cannot be called {text!r}, because {taken}; choose another name.")
    return name


def _taken_by(name: DriverName) -> Iterator[str]:
    """Who has one of the names already, in words."""
    if name.driver in registry.RESERVED:
        yield f"`devicelog drivers {name.driver}` is a command"
    for kind, plugins in (("driver", registry.drivers()), ("simulator", registry.simulators())):
        if name.driver in plugins:
            yield f"{plugins[name.driver].package} has a {kind} of that name"
    if keyword.iskeyword(name.module):
        yield "it is a word of the Python language"
    if name.module in sys.stdlib_module_names or name.module in _FOLDERS:
        yield f"Python would take its module {name.module!r} for another one"
    if _is_installed(name.distribution):
        yield f"a package {name.distribution!r} is installed already"
    if PathFinder.find_spec(name.module) is not None:  # looks without importing anything
        yield f"a module {name.module!r} is installed already"


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True
