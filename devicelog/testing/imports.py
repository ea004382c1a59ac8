"""What a driver's own code imports and calls, found in its source and not by running it."""

from __future__ import annotations

import ast
import inspect
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from devicelog.driver import Driver

_PORTS = {
    "fcntl",
    "ftplib",
    "http",
    "pty",
    "serial",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "termios",
    "tty",
    "urllib",
}
_FILES = {"glob", "io", "logging", "mmap", "os", "pathlib", "shutil", "structlog", "tempfile"}
_CLOCKS_AND_CHANCE = {"datetime", "random", "sched", "secrets", "time", "uuid", "zoneinfo"}
_THREADS = {
    "_thread",
    "asyncio",
    "concurrent",
    "multiprocessing",
    "select",
    "selectors",
    "signal",
    "subprocess",
    "threading",
}
_STORES_AND_UNITS = {"apsw", "ctypes", "pint", "sqlite3"}
_CORE = {"clock", "link", "log", "recorder", "recording", "serial_port", "store"}
#: What a driver has no business with.
FORBIDDEN = frozenset(_PORTS | _FILES | _CLOCKS_AND_CHANCE | _THREADS | _STORES_AND_UNITS) | {
    f"devicelog.{name}" for name in _CORE
}
#: Functions that need no import and are no business of a driver either.
FORBIDDEN_CALLS = frozenset({"__import__", "breakpoint", "eval", "exec", "input", "open", "print"})


def forbidden_imports(driver: Driver) -> list[str]:
    """`module imports name` for everything that a driver must not import, in the modules of its own package.

    Also `module calls name()`, for functions that are forbidden.
    """
    waiting = _homes(driver)
    package = type(driver.decoder()).__module__.partition(".")[0]
    seen: set[str] = set()
    found = []
    while waiting:
        module = sys.modules.get(name := waiting.pop()) or import_module(name)
        seen.add(name)
        tree = ast.parse(inspect.getsource(module))
        found += [f"{name} calls {called}()" for called in _calls(tree) if called in FORBIDDEN_CALLS]
        for imported in _imports(tree, module.__package__ or ""):
            if any(imported == each or imported.startswith(f"{each}.") for each in FORBIDDEN):
                found.append(f"{name} imports {imported}")
            if imported.partition(".")[0] == package and imported not in seen and _is_module(imported):
                waiting.add(imported)
    return sorted(found)


def _homes(driver: Driver) -> set[str]:
    """The modules in which a driver's value, the maker of its decoders and their class are."""
    decoder = type(driver.decoder()).__module__
    package = decoder.partition(".")[0]
    of_package = {name for name in sys.modules if name.partition(".")[0] == package}
    factory = inspect.unwrap(driver.decoder).__module__
    return {decoder, *(name for name in of_package if name == factory or _makes(sys.modules[name], driver))}


def _makes(module: ModuleType, driver: Driver) -> bool:
    """Whether a module makes this value, as opposed to importing it from elsewhere."""
    names = {name for name, value in vars(module).items() if value is driver}
    if not names:
        return False
    lines = ast.parse(inspect.getsource(module)).body
    targets = [target for line in lines if isinstance(line, ast.Assign) for target in line.targets]
    targets += [line.target for line in lines if isinstance(line, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id in names for target in targets)


def _calls(tree: ast.Module) -> Iterator[str]:
    """The names of functions that are called as they stand, `open(...)` and not `port.open(...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _imports(tree: ast.Module, base: str) -> Iterator[str]:
    """The full names that a module of package `base` imports; those only for type checking are not counted."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                waiting += node.orelse
                continue
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                above = base.rsplit(".", node.level - 1)[0] if node.level else ""
                source = ".".join(part for part in (above, node.module) if part)
                yield source
                yield from (f"{source}.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def _is_module(name: str) -> bool:
    if name in sys.modules:
        return True
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
